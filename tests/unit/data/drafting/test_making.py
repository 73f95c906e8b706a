"""A table's rows become examples or problems, and keep the group that a column gives them."""

from collections import Counter

from ftstudio.data.drafting.making import make_rows
from ftstudio.data.sides.split import SplitChoice, assign
from tests.nasty.reading_here import read_here

MAPPING = {"q": "question", "a": "answer"}
TEXT = "q,a,team\n" + "".join(f"Lit {i}?,Yes {i}.,{'AB '[i % 3]}\n" for i in range(9))


def test_a_column_can_keep_rows_together(read_text):
    table = read_text("a.csv", TEXT)
    rows, problems = make_rows(table, "question_answer", MAPPING, "team", {3: 40})
    assert [row.example.group for row in rows[:3]] == ["A", "B", None]
    assert [row.tokens for row in rows[:3]] == [None, 40, None]
    assert problems == []
    plain, _ = make_rows(table, "question_answer", MAPPING)
    assert {row.example.group for row in plain} == {None}


def test_rows_that_make_no_example_are_problems(read_text):
    good = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}'
    bad = '{"messages": [{"role": "bing", "content": "a"}]}'
    table = read_text("a.jsonl", f"{good}\n{bad}\n{good}\n")
    rows, problems = make_rows(table, "messages", {"messages": "messages"})
    assert [row.number for row in rows] == [1, 3]
    assert [problem.row for problem in problems] == [2]


def test_every_file_of_a_folder_gives_its_share_to_check_with(tmp_path):
    folder = tmp_path / "shops"
    folder.mkdir()
    for name, count in (("north", 150), ("south", 30)):
        lines = "".join(f"Is lamp {i} of the {name} lit?,Yes {i}.\n" for i in range(count))
        (folder / f"{name}.csv").write_text(f"q,a\n{lines}", "utf-8")
    rows, _ = make_rows(read_here(folder, tmp_path / "table"), "question_answer", MAPPING)
    examples = [row.example for row in rows]
    sides = assign(examples, SplitChoice(validation=0.2))
    held = [e.meta["source"] for e, side in zip(examples, sides, strict=True) if side != "train"]
    assert Counter(held) == {"north.csv": 30, "south.csv": 6}


def test_only_a_column_that_names_the_source_of_several_rows_is_one(read_text):
    text = "q,a,Source,note\n" + "".join(f"Lit {i}?,Yes {i}.,{{}},n\n" for i in range(9))
    sources = {
        "few": read_text("a.csv", text.format(*"ababab", " ", *"ab")),
        "one": read_text("b.csv", text.format(*"a" * 9)),
        "each its own": read_text("c.csv", text.format(*"abcdefghi")),
    }
    found = {
        name: [row.example.meta.get("source") for row in
               make_rows(table, "question_answer", MAPPING)[0]]
        for name, table in sources.items()
    }  # fmt: skip
    assert found["few"] == [*"ababab", None, *"ab"]
    assert set(found["one"] + found["each its own"]) == {None}
    meant = make_rows(sources["few"], "question_answer", {"q": "question", "Source": "answer"})[0]
    assert {row.example.meta.get("source") for row in meant} == {None}
