"""Names come first, content decides where they are silent."""

from ftstudio.data.columns.column_roles import (
    beside,
    best,
    counts_up,
    find_pair,
    find_text,
    rival_texts,
)
from ftstudio.data.table import Column


def column(name, kind="text", filled=50, distinct=50, length=30.0, questions=0.0):
    return Column(name, kind, filled, distinct, (), length, questions)


def test_the_best_name_wins():
    columns = [column("old question"), column("question"), column("answer")]
    assert best(columns, "question") is columns[1]
    assert best(columns, "system") is None


def test_names_beat_content():
    columns = [column("answer", questions=0.9), column("question")]
    pair = find_pair(columns, 50)
    assert (pair.question.name, pair.answer.name, pair.named) == ("question", "answer", 2)


def test_content_decides_without_names():
    columns = [column("c1", "number"), column("c2", length=80), column("c3", questions=0.8)]
    pair = find_pair(columns, 50)
    assert (pair.question.name, pair.answer.name, pair.named) == ("c3", "c2", 0)


def test_one_column_makes_no_pair():
    assert find_pair([column("text"), column("other", filled=0)], 50) is None


def test_what_stands_beside():
    assert beside(column("x", "number"))
    assert beside(column("Category"))
    assert not beside(column("x"))


def test_the_text_is_found_by_name_then_by_length():
    columns = [column("id", "number"), column("title", length=90), column("text", length=20)]
    assert find_text(columns) is columns[2]
    assert find_text(columns[:2]) is columns[1]
    assert find_text(columns[:1]) is None


def test_answers_are_twice_the_rival():
    text = column("text")
    assert rival_texts(text, [column("answer")]) == 2
    assert rival_texts(text, [column("other"), column("team", distinct=3), column("url")]) == 1


def test_what_counts_the_rows_is_known():
    assert counts_up("n", [{"n": "3"}, {"n": ""}, {"n": "10"}])
    assert not counts_up("n", [{"n": "3"}, {"n": "3"}])
    assert not counts_up("n", [{"n": "0.5"}, {"n": "0.7"}])
