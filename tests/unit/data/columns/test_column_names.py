"""Names are compared without regard to accents, case and joints."""

import pytest

from ftstudio.data.columns.column_names import name_says, plain


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Kunden-Frage ", "kunden_frage"), ("Réponse", "reponse"), ("userPrompt", "user_prompt"),
     ("Odpowiedź", "odpowiedz"), ("GRÖSSE", "grosse"), ("Größe", "grosse")],
)  # fmt: skip
def test_plain(name, bare):
    assert plain(name) == bare


@pytest.mark.parametrize(
    ("name", "role", "least", "most"),
    [
        ("Question", "question", 1, 1), ("Frage", "question", 1, 1), ("answer_2", "answer", 1, 1),
        ("customer question", "question", 0.7, 1), ("Kundenfrage", "question", 0.7, 1),
        ("masked", "question", 0, 0), ("text", "question", 0.35, 0.35), ("id", "beside", 1, 1),
        ("Ответ", "answer", 1, 1), ("回答", "answer", 1, 1), ("unanswered", "question", 0, 0),
        ("instruction", "instruction", 1, 1), ("", "question", 0, 0), ("lamp", "answer", 0, 0),
    ],
)  # fmt: skip
def test_what_a_name_says(name, role, least, most):
    assert least <= name_says(name, role) <= most
