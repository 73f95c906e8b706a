"""What the museum does not show of JSON lines."""


def test_blank_lines_count_as_lines_but_not_as_rows(read_text):
    table = read_text("a.jsonl", '\n{"a": "1"}\n\n\n{"a": "2"}')
    assert [row["_row"] for row in table.rows()] == ["2", "5"]


def test_two_values_on_a_line_are_a_problem(read_text):
    table = read_text("a.jsonl", '{"a": "1"}\n{"a": "2"}{"a": "3"}\n{"a": "4"},\n')
    assert [row["a"] for row in table.rows()] == ["1", "4"]
    assert table.problems[0].row == 2


def test_bad_bytes_cost_their_line(read_text):
    good = "".join(f'{{"a": "größer {i}"}}\n' for i in range(40)).encode()
    table = read_text("a.jsonl", good + b'{"a": "\xff"}\n')
    assert (table.row_count, [p.row for p in table.problems]) == (40, [41])


def test_lines_of_lists_are_conversations(read_text):
    line = '[{"role": "user", "content": "a"}]\n'
    table = read_text("a.jsonl", line * 3)
    assert (table.row_count, table.column_names) == (3, ["value"])


def test_objects_in_one_line_without_commas(read_text):
    table = read_text(
        "a.jsonl", "".join(f'{{"question": "Lit {n}?", "answer": "{{}} {{"}}' for n in range(9))
    )
    assert (table.row_count, table.problems) == (9, [])


def test_rare_line_ends_inside_a_text_are_letters(read_text):
    lines = "".join(f'{{"question": "Lit\u2028{n}\x85?", "answer": "Yes."}}\n' for n in range(9))
    table = read_text("a.jsonl", lines)
    assert (table.format, table.row_count, table.remarks) == ("jsonl", 9, [])


def test_lines_that_are_comments_are_no_rows(read_text):
    lines = [f'{{"question": "Is http://lamp/{n} lit?", "answer": "Yes."}}' for n in range(3)]
    table = read_text("a.jsonl", "\n".join(["// mine", *lines, "  // end"]))
    assert (table.row_count, table.rows_in_file) == (3, 3)
    assert "2 comments" in table.remarks[0].reason
