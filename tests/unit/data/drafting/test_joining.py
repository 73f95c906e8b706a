"""Two files by an id: every row finds its partner, or is a problem with its reason."""

import random

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.drafting.joining import find_key, join_tables
from ftstudio.data.layout import guess_layouts
from ftstudio.data.table import RawTable


def asked(count: int) -> str:
    return "id,question\n" + "".join(f"{i},How tall is lamp {i}?\n" for i in range(count))


def answered(*ids: int, name: str = "id") -> str:
    return f"answer,{name}\n" + "".join(f"It is {i} feet tall.,{i}\n" for i in ids)


def test_each_row_finds_its_partner(read_text, tmp_path):
    ids = list(range(30))
    random.Random(1).shuffle(ids)
    first, second = read_text("questions.csv", asked(30)), read_text("answers.csv", answered(*ids))
    table = join_tables(first, second, "id", tmp_path / "sources")
    assert table.column_names == ["id", "question", "answer"]
    assert table.row_count == table.rows_in_file == 30
    for row in table.rows():
        assert row["answer"] == f"It is {row['id']} feet tall."
        assert row["question"] == f"How tall is lamp {row['id']}?"
    assert [row["_row"] for row in table.rows()] == [row["_row"] for row in first.rows()]
    best = guess_layouts(table)[0]
    assert (best.layout, best.mapping) == (
        "question_answer", {"question": "question", "answer": "answer"}
    )  # fmt: skip
    assert table.details["joined with"] == "answers.csv by id"
    assert RawTable.load(table.folder).row_count == 30
    assert join_tables(first, second, "id", tmp_path / "sources").folder == table.folder


def test_what_has_no_partner_is_a_problem(read_text, tmp_path):
    first = read_text("q.csv", asked(6) + ",Without id?\n")
    table = join_tables(first, read_text("a.csv", answered(0, 1, 2, 4, 9)), "id", tmp_path / "s")
    assert table.row_count + len(table.problems) == first.rows_in_file == table.rows_in_file
    assert [(p.row, p.reason) for p in table.problems] == [
        (5, "No row of a.csv has “3” in “id”."),
        (7, "No row of a.csv has “5” in “id”."),
        (8, "There is nothing in “id”, so it fits no row of a.csv."),
    ]  # fmt: skip
    assert table.problems[0].text == "How tall is lamp 3?"
    assert [r.reason for r in table.remarks] == ["1 row of a.csv fits no row of q.csv: 9."]


def test_each_row_that_is_left_of_the_second_file_is_told(read_text, tmp_path):
    answers = answered(0, 1, 7, 9) + "Lost.,\n" + "It is 9 too.,9\n"
    first = read_text("q.csv", asked(2))
    table = join_tables(first, read_text("a.csv", answers), "id", tmp_path / "s")
    told = [(p.row, p.reason, p.text) for p in RawTable.load(table.folder).beside]
    assert told == [
        (4, "a.csv: No row of q.csv has “7” in “id”.", "It is 7 feet tall."),
        (5, "a.csv: No row of q.csv has “9” in “id”.", "It is 9 feet tall."),
        (6, "a.csv: There is nothing in “id”, so it fits no row of q.csv.", "Lost."),
        (7, "a.csv: No row of q.csv has “9” in “id”.", "It is 9 too."),
    ]
    assert table.rows_in_file == first.rows_in_file  # they are none of this file's rows
    assert [r.reason for r in table.remarks] == ["4 rows of a.csv fit no row of q.csv: 7, 9."]
    assert table.details["its rows"] == "6"


def test_a_file_is_not_joined_with_itself(read_text, tmp_path):
    first = read_text("q.csv", "id,parent,text\n1,,Why?\n2,1,So.\n")
    with pytest.raises(StudioError) as caught:
        join_tables(first, first, "id", tmp_path / "s")
    assert caught.value.code == "joined_with_itself"
    answers = join_tables(first, first, "parent=id", tmp_path / "s")  # by another column it may be
    assert [row["text (q)"] for row in answers.rows()] == ["Why?"]


def test_several_partners_and_names_that_stand_in_both(read_text, tmp_path):
    first = read_text("q.csv", "id,text\n1,Lit?\n2,Why?\n")
    second = read_text("a.csv", "id,text\n1.0,Yes.\n 1 ,Sure.\n2,Dusk.\n")
    table = join_tables(first, second, "id", tmp_path / "s")
    got = [(row["_row"], row["text"], row["text (a)"]) for row in table.rows()]
    assert got == [("2", "Lit?", "Yes."), ("2", "Lit?", "Sure."), ("3", "Why?", "Dusk.")]
    assert "stands once for each" in table.remarks[-1].reason


def test_the_column_is_found(read_text, tmp_path):
    first = read_text("q.csv", asked(20))
    second = read_text("a.csv", answered(*range(20), name="question_id"))
    assert find_key(first, second) == ("id", "question_id")
    assert join_tables(first, second, "", tmp_path / "s").row_count == 20
    assert join_tables(first, second, "id=question_id", tmp_path / "t").row_count == 20


def test_what_does_not_fit_is_refused(read_text, tmp_path):
    first = read_text("q.csv", asked(5))
    other = read_text("o.csv", "name,town\nAnn,York\nBob,Bath\n")
    for on, code in (("", "nothing_joined"), ("nr", "unknown_column"), ("id=x", "unknown_column"),
                     ("id=town", "nothing_joined")):  # fmt: skip
        with pytest.raises(StudioError) as caught:
            join_tables(first, other, on, tmp_path / "s")
        assert caught.value.code == code
    assert not list((tmp_path / "s").glob("*"))
