"""NUL bytes never cost a row, in whatever format and reader they stand; they are told of."""

import json

import pytest

from ftstudio.data.format import Record
from ftstudio.data.ingest.nuls import NoNuls, has_nuls, without_nuls
from ftstudio.data.ingest.store import RowStore

ROWS = "".join(f"What is lamp\0 {n}?,It is\0\0 number {n}.\n" for n in range(30))
LINES = "".join(f'{{"question": "Lit\0 {n}?", "answer": "Yes {n}."}}\n' for n in range(30))
BEGUN = "question,answer\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", BEGUN + ROWS),
        ("a.tsv", (BEGUN + ROWS).replace(",", "\t")),
        ("a.jsonl", LINES),
        ("a.json", "[" + ",\n".join(LINES.splitlines()) + "]"),
        ("padded.csv", BEGUN + ROWS.replace(".", "." + "\0" * 40) + "\0" * 500),
        ("before.csv", "\0" * 500 + BEGUN + ROWS),
    ],
)
def test_rows_stay_and_it_is_told(read_text, name, content):
    table = read_text(name, content)
    assert (table.row_count, table.problems) == (30, [])
    assert table.column_names == ["question", "answer"]
    assert not any("\0" in (text or "") for row in table.rows() for text in row.values())
    told = [remark.reason for remark in table.remarks if "NUL" in remark.reason]
    assert len(told) == 1
    assert "lines hold NUL bytes" in told[0]


def test_written_texts(read_text):
    table = read_text("a.txt", "Lamps are\0 lit.\n\nThey are out.\n\n" * 20)
    assert "Lamps are lit." in table.rows()[0]["text"]
    assert [r.reason[:8] for r in table.remarks] == ["20 lines"]
    page = "<html><body><p>Lamps are\0 lit at dusk.</p></body></html>"
    assert read_text("a.html", page).rows()[0]["text"] == "Lamps are lit at dusk."


def test_far_behind_in_large_files(read_text):
    """Behind what is looked at first, and where whole blocks are read."""
    many = "".join(f"What is lamp {n}?,It is number {n}.\n" for n in range(40_000))
    table = read_text("a.csv", BEGUN + many + ROWS)
    assert (table.row_count, table.rows_in_file) == (40_030, 40_030)
    assert table.rows(40_029)[0]["answer"] == "It is number 29."
    assert any("30 lines hold NUL" in remark.reason for remark in table.remarks)
    long = "".join(
        f'{{"question": "Lit {n}?", "answer": "Yes, as ever."}}\n' for n in range(30_000)
    )
    table = read_text("a.jsonl", long + LINES + '{"question": "\\u0000 at last?", "answer": "No."}')
    assert (table.row_count, table.rows_in_file) == (30_031, 30_031)
    assert table.rows(30_030)[0]["question"] == " at last?"
    told = " ".join(remark.reason for remark in table.remarks)
    assert "30 lines hold NUL" in told
    assert "1 row holds NUL" in told


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("words", ["What is lamp", "Где стоит лампа", "灯りはどこですか", "Größe"])
def test_wide_letters_without_a_mark_are_no_nuls(read_text, codec, words):
    text = BEGUN + "".join(f"{words} {n}?,Nothing {n}.\n" for n in range(30))
    table = read_text("a.csv", text.encode(codec))
    assert table.rows()[3]["question"] == f"{words} 3?"
    assert table.details["encoding"].startswith("UTF-16")
    assert not any("NUL" in remark.reason for remark in table.remarks)


def test_spelled_out_in_nested_values(tmp_path):
    store = RowStore(tmp_path)
    nested = [{"role": "user", "content": "Lit\0?"}]
    store.add(Record(1, {"messages": nested, "text": "A path is C:\\u0000 here"}))
    store.finish()
    assert store.remarks[0].reason.startswith("1 row holds NUL signs")
    assert has_nuls(json.dumps(nested), nested)
    assert json.loads(without_nuls(json.dumps(nested)))[0]["content"] == "Lit?"
    assert without_nuls(json.dumps(["a\\u0000"])) == json.dumps(["a\\u0000"])


def test_lines_are_counted_once():
    nuls = NoNuls()
    assert list(nuls.lines(["a\0b", "c"])) == ["ab", "c"]
    assert nuls.clean("x\0\0\ny\nz\0") == "x\ny\nz"
    assert nuls.count == 3
    assert NoNuls().remark() == []
