"""A table's rows become examples or problems, and keep the group that a column gives them."""

from ftstudio.data.making import make_rows

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
