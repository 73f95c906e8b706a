"""What the museum does not show of JSON documents: numbers of rows, and going on after faults."""


def test_rows_are_numbered_by_line_or_by_place(read_text):
    pretty = '[\n {"a": "1"},\n {\n  "a": "2"\n },\n {"a": "3"}\n]'
    assert [row["_row"] for row in read_text("a.json", pretty).rows()] == ["2", "3", "6"]
    flat = '[{"a": "1"}, {"a": "2"}, {"a": "3"}]'
    assert [row["_row"] for row in read_text("b.json", flat).rows()] == ["1", "2", "3"]


def test_it_goes_on_after_a_broken_item(read_text):
    broken = '[{"a": "1"}, {"a": "x" "y"}, {"a": "3"}, {"a": nul}, {"a": "5"}]'
    table = read_text("a.json", broken)
    assert [row["a"] for row in table.rows()] == ["1", "3", "5"]
    assert len(table.problems) == 2


def test_it_goes_on_after_a_broken_document(read_text):
    table = read_text("a.json", '{\n "a": "1"\n}\n{\n "a": oops\n}\n{\n "a": "3"\n}\n')
    assert [row["a"] for row in table.rows()] == ["1", "3"]
    assert [problem.row for problem in table.problems] == [4]


def test_plain_values_are_rows_of_one_column(read_text):
    table = read_text("a.json", '["one", "two"]')
    assert [row["value"] for row in table.rows()] == ["one", "two"]


def test_an_old_encoding_is_remarked(read_text):
    table = read_text("a.json", '[{"a": "größer als schön"}]'.encode("cp1252"))
    assert table.rows()[0]["a"] == "größer als schön"
    assert "guessed" in table.remarks[0].reason


def test_a_list_within_a_list_is_kept_as_json(read_text):
    talk = '[{"from": "human", "value": "a"}]'
    table = read_text("a.json", f"[{talk}, {talk}]")
    assert table.column_names == ["value"]
    assert table.rows()[0]["value"] == talk


def test_comments_are_left_out_and_told_of(read_text):
    text = (
        '// mine\n[\n {"q": "see http://a//b", "a": "/* b */"}, // one\n'
        ' /* two\n lines */ {"q": "c", "a": "d"} // end\n]\n'
    )
    table = read_text("a.json", text)
    rows = [(row["_row"], row["q"], row["a"]) for row in table.rows()]
    assert rows == [("3", "see http://a//b", "/* b */"), ("5", "c", "d")]
    assert table.problems == []
    assert [r.reason for r in table.remarks] == [
        "4 comments (// or /* */) were left out: there are none in JSON."
    ]
