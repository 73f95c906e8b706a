"""Documents become pieces that end where paragraphs end, and no word is lost."""

import pytest

from ftstudio.data.format import suffixes
from ftstudio.data.ingest.pieces import PIECE
from ftstudio.data.ingest.reading import read_file
from ftstudio.data.layout import guess_layouts

SENTENCE = "The keeper trims the wick and writes the hour into the book. "  # 12 words


def words(table):
    return [word for row in table.rows() for word in row["text"].split()]


def book(paragraphs, sentences=10):
    return "\n\n".join(f"Entry {i}. " + SENTENCE * sentences for i in range(paragraphs))


@pytest.mark.parametrize("name", ["notes.txt", "notes.md", "NOTES.TXT"])
def test_paragraphs_are_gathered_to_pieces(read_text, name):
    content = book(20)
    table = read_text(name, content)
    assert table.format == "text"
    assert words(table) == content.split()
    pieces = [row["text"] for row in table.rows()]
    assert [p.startswith("Entry") for p in pieces] == [True] * len(pieces)
    assert all(PIECE <= len(p.split()) <= PIECE + 130 for p in pieces[:-1])
    assert [row["_row"] for row in table.rows()] == ["1", "7", "13", "19", "25", "31", "37"]
    assert "7, cut" in table.details["pieces"]


def test_documents_lead_to_the_layout_of_plain_text(read_text):
    best = guess_layouts(read_text("notes.txt", book(20)))[0]
    assert (best.layout, best.mapping) == ("text", {"text": "text"})
    assert best.confidence > 0.9


def test_a_heading_begins_a_piece(read_text):
    content = f"# One\n\n{SENTENCE * 14}\n\n# Two\n\n{SENTENCE * 14}"
    pieces = [row["text"] for row in read_text("a.md", content).rows()]
    assert [piece[:5] for piece in pieces] == ["# One", "# Two"]


def test_a_paragraph_as_long_as_a_chapter_is_cut_at_sentences(read_text):
    content = SENTENCE * 200
    table = read_text("a.txt", content)
    assert words(table) == content.split()
    assert table.row_count >= 5
    assert all(row["text"].endswith("book.") for row in table.rows())
    numbers = [row["_row"] for row in table.rows()]
    assert len(set(numbers)) == len(numbers)


def test_tables_and_lists_named_txt_stay_tables(read_text):
    assert read_text("a.txt", "question;answer\nLit?;Yes.\n\nDark?;No.\n").format == "csv"
    assert read_text("b.txt", "a\tb\n1\t2\n").format == "tsv"
    assert read_text("c.txt", "".join(f"Lamp {i} is lit\n" for i in range(9))).format == "csv"
    assert read_text("d.txt", '{"a": 1}\n{"a": 2}\n').format == "jsonl"


def test_prose_with_commas_and_bars_is_no_table(read_text):
    content = "\n\n".join(
        f"In the year {i}, as the log says, rain fell | then snow; nobody came." for i in range(40)
    )
    assert read_text("a.txt", content).format == "text"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
def test_letters_of_other_encodings(read_text, codec):
    content = "\n\n".join(f"Größe {i}: schön übers Öl geprüft, süß. " * 8 for i in range(30))
    table = read_text("a.txt", content.encode(codec))
    assert table.format == "text"
    assert words(table) == content.split()


def test_scripts_without_spaces_are_cut_too(read_text):
    content = "\n\n".join(
        "灯台守は毎晩階段を上り、灯芯を整えて時刻を帳面に書く。" * 10 for _ in range(20)
    )
    assert read_text("a.txt", content).row_count > 3


def test_it_is_read_in_the_child_and_offered_in_the_dialog(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text(book(5), "utf-8")
    table = read_file(path, tmp_path / "table")
    assert (table.format, table.column_names) == ("text", ["text"])
    assert list(suffixes()).count(".txt") == 1
    assert ".md" in suffixes()


@pytest.mark.parametrize("line", ["The lamp, which burns, is old.", "lit;yes", "Lamps\tout"])
def test_a_single_line_is_no_header(read_text, line):
    table = read_text("a.txt", f"\n{line}\n")
    assert (table.format, words(table)) == ("text", line.split())


def test_a_list_begins_at_its_first_line(read_text):
    table = read_text("a.txt", "Light the lamp\nTrim the wick\nClose the door\n")
    assert table.rows(0, 1)[0]["column 1"] == "Light the lamp"
    named = read_text("b.txt", "Frage\nIs it lit?\nIs it out?\n")
    assert (named.column_names, named.row_count) == (["Frage"], 2)
