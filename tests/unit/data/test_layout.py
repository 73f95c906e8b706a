"""The contract of all the layouts, and the guess between them."""

import itertools
import json
import random

import pytest

from ftstudio.core.example import Example
from ftstudio.data.layout import (
    cell,
    for_rows,
    guess_layouts,
    layouts,
    random_rows,
    read_examples,
)
from ftstudio.data.table import Problem


def test_all_are_found():
    keys = {"question_answer", "instruction", "messages", "preference", "feedback", "label"}
    keys |= {"number", "text", "seed_tasks", "ranked", "duel", "written", "vision"}
    keys |= {"rated_rows"}
    assert keys <= set(layouts())


@pytest.mark.parametrize("layout", layouts().values(), ids=lambda layout: layout.key)
def test_each_keeps_the_contract(layout):
    assert layout.title
    assert layout.help.endswith(".")
    assert any(role.required for role in layout.roles)
    assert len({role.key for role in layout.roles}) == len(layout.roles)
    guess = layout.guess([], [])
    assert guess.layout == layout.key
    assert guess.confidence < 0.3
    assert guess.reason.endswith(".")
    made = layout.to_example({"_row": "7"}, {})
    assert isinstance(made, Example | Problem)
    assert (made.source_row if isinstance(made, Example) else made.row) == 7
    required = [role for role in layout.roles if role.required]
    assert layout.missing({}) == required


def test_the_likeliest_comes_first(read_text):
    table = read_text("a.csv", "instruction,input,output\nSum up,A long text here,Short\n")
    ranked = guess_layouts(table)
    assert ranked[0].layout == "instruction"
    assert sorted(ranked, key=lambda guess: -guess.confidence) == ranked


def test_a_role_on_several_columns_is_joined():
    row = {"_row": "1", "a": "one", "b": "", "c": "two"}
    assert cell(row, {"a": "x", "b": "x", "c": "x"}, "x") == "one\ntwo"
    assert cell(row, {"a": "x"}, "y") == ""


CHOICES = [
    ("Frage;Antwort", "Frage", "Antwort"),
    ("Pregunta;Respuesta", "Pregunta", "Respuesta"),
    ("Question;Réponse", "Question", "Réponse"),
    ("Domanda;Risposta", "Domanda", "Risposta"),
    ("Pergunta;Resposta", "Pergunta", "Resposta"),
    ("Vraag;Antwoord", "Vraag", "Antwoord"),
    ("Pytanie;Odpowiedź", "Pytanie", "Odpowiedź"),
    ("Kundenanfrage;Musterantwort", "Kundenanfrage", "Musterantwort"),
    ("customer_message;agent_reply", "customer_message", "agent_reply"),
    ("User Prompt;Bot Response", "User Prompt", "Bot Response"),
    ("Antwort;Frage", "Frage", "Antwort"),
]


@pytest.mark.parametrize(("header", "question", "answer"), CHOICES)
def test_names_in_many_languages(read_text, header, question, answer):
    body = "".join(f"Text {i} here;Another text {i} there\n" for i in range(12))
    best = guess_layouts(read_text("a.csv", f"{header}\n{body}"))[0]
    assert best.layout == "question_answer"
    assert best.mapping == {question: "question", answer: "answer"}
    assert best.confidence >= 0.9
    assert {question, answer} <= best.sure


def test_any_names_work_where_the_content_speaks(read_text):
    body = "".join(
        f"{i},2026-01-{i + 1:02d},Desk {i % 3},It is {i} feet tall and shines at night.,"
        f"How tall is lamp {i}?\n"
        for i in range(20)
    )
    best = guess_layouts(read_text("a.csv", "c1,c2,c3,c4,c5\n" + body))[0]
    assert best.mapping == {"c5": "question", "c4": "answer"}
    assert 0.5 <= best.confidence < 0.9
    assert {"c1", "c2"} <= best.sure
    assert not {"c4", "c5"} & best.sure
    assert "c5" in best.reason


WHOLE = r"[{'role': 'user', 'content': 'hi \U0001f600'}, {'role': 'assistant', 'content': 'a\\b'}]"
CUT = {
    "content": r'[{"role": "user", "content": "\ud83d"}, {"role": "assistant", "content": "a"}]',
    "python": r"[{'role': 'user', 'content': '\U0000D83D'}, {'role': 'assistant', 'content': 'a'}]",
    "name of a role": r'[{"role": "\udc00", "content": "a"}]',
    "call": r'[{"from": "function_call", "value": "{\"name\": \"\ud83d\", \"arguments\": {}}"}]',
}


@pytest.mark.parametrize("text", CUT.values(), ids=CUT.keys())
def test_half_a_character_becomes_a_problem(text):
    made = read_examples(layouts()["messages"], {"_row": "7", "m": text}, {"m": "messages"})
    assert isinstance(made, Problem)
    assert made.row == 7
    assert "half a character" in made.reason
    made.text.encode("utf-8")


def test_half_a_character_in_the_history():
    row = {"_row": "2", "i": "q", "o": "a", "h": r'[["a\udfff", "b"]]'}
    roles = {"i": "instruction", "o": "output", "h": "history"}
    assert isinstance(read_examples(layouts()["instruction"], row, roles), Problem)


def test_escaped_letters_that_are_whole_are_read():
    row = {"_row": "7", "m": WHOLE}
    (made,) = read_examples(layouts()["messages"], row, {"m": "messages"})
    assert made.question == "hi \U0001f600"
    plain = {"_row": "1", "q": r"Is it \ud83d?", "a": "Yes."}  # said, not spelled
    roles = {"q": "question", "a": "answer"}
    (told,) = read_examples(layouts()["question_answer"], plain, roles)
    assert told.question == plain["q"]


NAMES = ["role", "content", "from", "value", "text", "type", "image_url", "tool_calls", "function",
         "name", "arguments", "input", "output", "score", "rank", "path", "parts", "id", "tools",
         "reasoning_content", "response"]  # fmt: skip
WORDS = ["", " ", "user", "assistant", "gpt", "human", "function_call", "tool", "a.png", "<image>",
         "Human: a\n\nAssistant: b", "[INST] x [/INST] y", "{", "[1, 2", "[]", "null", "good", "👍",
         "-1", "1e999", "NaN", "a;b|c", "\\ud83d", "<|im_start|>user\n"]  # fmt: skip


def anything(draw: random.Random, depth: int = 0):
    """Any value that JSON can hold, with names and words that layouts look for."""
    pick = draw.randrange(8 if depth < 4 else 5)
    if pick < 3:
        return draw.choice(WORDS)
    if pick < 5:
        return draw.choice([None, True, False, 0, -1, 2**70, 0.5, float("nan"), float("inf")])
    inner = [anything(draw, depth + 1) for _ in range(draw.randrange(4))]
    return inner if pick == 5 else dict(zip(draw.sample(NAMES, len(inner)), inner, strict=True))


@pytest.mark.parametrize("layout", layouts().values(), ids=lambda layout: layout.key)
def test_any_json_becomes_examples_or_a_problem(layout):
    draw = random.Random(layout.key)
    names = [role.key for role in layout.roles]
    some = 0
    for number in range(1, 2_001):
        values = [anything(draw) for _ in names]
        cells = [v if isinstance(v, str) else json.dumps(v) for v in values]
        row = {"_row": str(number), **dict(zip(names, cells, strict=True))}
        held = {name: name for name in draw.sample(names, draw.randint(0, len(names)))}
        made = read_examples(layout, row, held)
        if isinstance(made, Problem):
            assert made.row == number
            assert made.reason.endswith((".", "?", "!"))
            continue
        some += 1
        assert {example.source_row for example in made} == {number}
        for example in made:
            json.dumps(example.model_dump()).encode()
        first = layout.to_example(row, held)
        assert isinstance(first, Example)
    assert some or len(names) > 2


@pytest.mark.parametrize("layout", layouts().values(), ids=lambda layout: layout.key)
def test_any_json_can_be_guessed_about(layout, read_text):
    draw = random.Random(7)
    for _ in range(5):
        lines = [
            json.dumps({name: anything(draw, 2) for name in draw.sample(NAMES, 6)})
            for _ in range(30)
        ]
        table = read_text("any.jsonl", "\n".join(lines))
        guess = layout.guess(table.columns, table.rows())
        assert 0 <= guess.confidence <= 1
        assert guess.reason.endswith(".")
        assert set(guess.mapping) <= set(table.column_names)
        assert set(guess.mapping.values()) <= {role.key for role in layout.roles}


def test_rows_are_drawn_from_all_over_the_same_each_time(read_text):
    body = "\n".join(f"What is {i}?,It is {i}." for i in range(12_000))
    table = read_text("long.csv", f"question,answer\n{body}\n")
    rows = random_rows(table, 500)
    assert rows == random_rows(table, 500)
    numbers = [int(row["_row"]) for row in rows]
    assert len(numbers) == len(set(numbers))
    assert 500 <= len(numbers) <= 510
    assert numbers == sorted(numbers)
    assert numbers[0] < 500
    assert numbers[-1] > 11_500
    gaps = {b - a for a, b in itertools.pairwise(numbers)}
    assert len(gaps) > 10  # drawn, not every so many


def test_a_layout_that_rows_do_not_fit_loses_confidence(read_text):
    """The names say conversations with marks; nearly all marks are missing."""
    body = "".join(f"Question {i}?,\n" for i in range(40))
    ranked = guess_layouts(read_text("a.csv", f"question,answer\n{body}Why?,Because.\n"))
    best = ranked[0]
    assert best.confidence < 0.5
    found = next(guess for guess in ranked if guess.layout == "question_answer")
    assert "Of the rows tried only 1 of 41 fit this" in found.reason


def test_the_part_of_the_file_is_kept(read_text):
    parts = {name: [{"question": f"{name} {i}?", "answer": f"so {i}"} for i in range(6)]
             for name in ("train", "test")}  # fmt: skip
    table = read_text("a.json", json.dumps(parts))
    roles = guess_layouts(table)[0].mapping
    made = [read_examples(layouts()["question_answer"], row, roles) for row in table.rows()]
    assert [example.meta["part"] for (example,) in made] == ["train"] * 6 + ["test"] * 6


def test_lists_without_names_are_columns(read_text):
    rows = [[f"How tall is lamp {i}?", f"It is {i} feet tall."] for i in range(20)]
    table = read_text("a.json", json.dumps(rows))
    assert table.row_count == 20
    assert list(guess_layouts(table)[0].mapping.values()) == ["question", "answer"]


def said_to(user: str, answer: str, who=("user", "assistant"), names=("role", "content")) -> list:
    return [dict(zip(names, pair, strict=True)) for pair in zip(who, (user, answer), strict=True)]


# Of each layout what has it, and what nearly has it: a row is made for each i.
SAMPLES = {
    "question_answer": (
        lambda i: {"Frage": f"Wie hoch ist {i}?", "Antwort": f"Es sind {i} m."},
        lambda i: {"Frage": f"Wie hoch ist {i}?", "Datum": f"2026-01-{i + 1:02d}"},
    ),
    "instruction": (
        lambda i: {"instruction": f"Sum up {i}.", "input": f"Text {i}.", "output": f"Short {i}."},
        lambda i: {"instruction": f"Sum up {i}.", "input": f"Text {i}.", "source": f"book {i}"},
    ),
    "messages": (
        lambda i: {"m": said_to(f"Lit {i}?", "Yes.", ("human", "gpt"), ("from", "value"))},
        lambda i: {"messages": [{"date": "1 May", "place": f"York {i}"}]},
    ),
    "written": (
        lambda i: {"text": f"Human: Is {i} lit?\n\nAssistant: Yes."},
        lambda i: {"text": f"Human: Is {i} lit?\n\nAnd what of the next one?"},
    ),
    "seed_tasks": (
        lambda i: {"task": f"Turn {i}.", "cases": [{"input": "a", "output": f"b{i}"}]},
        lambda i: {"task": f"Turn {i}.", "cases": [{"input": "a", "page": i}]},
    ),
    "preference": (
        lambda i: {"prompt": f"Lit {i}?", "chosen": "Yes.", "rejected": "No."},
        lambda i: {"prompt": f"Lit {i}?", "chosen": "Yes.", "date": "1 May"},
    ),
    "ranked": (
        lambda i: {"prompt": f"Lit {i}?", "answers": ["Yes.", "No."], "ranks": [2, 1]},
        lambda i: {"prompt": f"Lit {i}?", "answers": ["Yes.", "No."], "pages": [2, 1, 7]},
    ),
    "rated_rows": (
        lambda i: {"prompt": f"Lit {i // 3}?", "response": f"Yes {i}.", "rating": i % 3},
        lambda i: {"prompt": f"Lit {i}?", "response": f"Yes {i}.", "rating": i % 3},
    ),
    "duel": (
        lambda i: {"prompt": f"Lit {i}?", "answer_a": "Yes.", "answer_b": "No.",
                   "winner": "ab"[i % 2]},
        lambda i: {"prompt": f"Lit {i}?", "answer_a": "Yes.", "answer_b": "No.", "shop": "York"},
    ),
    "feedback": (
        lambda i: {"prompt": f"Lit {i}?", "completion": "Yes.", "thumb": ["up", "down"][i % 2]},
        lambda i: {"prompt": f"Lit {i}?", "completion": "Yes.", "thumb": f"left {i}"},
    ),
    "label": (
        lambda i: {"text": f"Lamp {i} is dark and cold", "class": ["repair", "billing"][i % 2]},
        lambda i: {"text": f"Lamp {i} is dark and cold", "class": f"case {i}"},
    ),
    "number": (
        lambda i: {"review": f"Lamp {i} shines at night", "stars": i % 5 + 1},
        lambda i: {"review": f"Lamp {i} shines at night", "stars": f"some {i}"},
    ),
    "text": (
        lambda i: {"text": f"Lamp {i} was lit at dusk, and the ships came home. " * 8},
        lambda i: {"text": f"Is lamp {i} lit at dusk?", "answer": f"It is lit, and {i} more are."},
    ),
    "vision": (
        lambda i: {"messages": said_to(f"<image>Who is {i}?", "Ann."), "images": [f"{i}.png"]},
        lambda i: {"messages": said_to(f"Who is in {i}.png?", "Ann."), "images": []},
    ),
}  # fmt: skip


def test_each_layout_has_its_samples():
    assert set(SAMPLES) == set(layouts())


@pytest.mark.parametrize("key", SAMPLES)
def test_each_knows_its_own_and_not_what_nearly_is(key, read_text):
    own, near = (
        read_text("rows.jsonl", "\n".join(json.dumps(make(i)) for i in range(24)))
        for make in SAMPLES[key]
    )
    best = guess_layouts(own)[0]
    assert best.layout == key
    assert best.confidence >= 0.8
    layout = for_rows(layouts()[key], own.rows(), best.mapping)
    made = [read_examples(layout, row, best.mapping) for row in own.rows()]
    wanted = 24
    assert sum(1 for item in made if not isinstance(item, Problem)) == wanted
    missed = next(guess for guess in guess_layouts(near) if guess.layout == key)
    assert missed.confidence < 0.8


@pytest.mark.parametrize("name", ["part", "split"])
def test_the_side_of_a_split_is_never_taken_for_a_class(read_text, name):
    rows = "".join(
        f"Lamp {n} is lit at dusk.,{'validation' if n % 6 == 0 else 'train'}\n" for n in range(30)
    )
    best = guess_layouts(read_text("t.csv", f"text,{name}\n{rows}"))[0]
    assert (best.layout, best.mapping) == ("text", {"text": "text"})
