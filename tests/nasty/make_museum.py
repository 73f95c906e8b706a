"""Makes the museum of bad data: files as people really bring them, each with what must happen.

Run `python tests/nasty/make_museum.py FOLDER` to look at them; the tests make their own copy.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.nasty.containers import (
    BOMB,
    arrow,
    database,
    letter,
    linked_zip,
    locked_zip,
    paragraph,
    pdf,
    tarred,
    word_table,
    zipped,
)


@dataclass(frozen=True)
class Exhibit:
    """One file. `refused` is the code of the StudioError; otherwise the rest must hold."""

    name: str
    make: Callable[[], bytes]
    refused: str = ""
    rows: int = 0
    problems: tuple[int, ...] = ()  # the file's own numbers
    columns: tuple[str, ...] = ()
    cells: dict[tuple[int, str], str] = field(default_factory=dict)
    format: str = ""
    details: dict[str, str] = field(default_factory=dict)  # contained in the value
    remark: str = ""  # contained in one of them
    options: dict[str, Any] = field(default_factory=dict)


QA = ("question", "answer")
ROWS = [("What is a lantern?", "A lamp to carry."), ("Who trims the wick?", "The keeper does.")]


def table(rows: list[tuple[str, ...]] = ROWS, header: tuple[str, ...] = QA, sep: str = ",") -> str:
    lines = [sep.join(header), *(sep.join(row) for row in rows)]
    return "\r\n".join(lines) + "\r\n"


def text(content: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: content.encode(encoding)


def lines(*values: Any) -> bytes:
    return "\n".join(v if isinstance(v, str) else json.dumps(v) for v in values).encode()


def book(fill: Callable[[Any], None]) -> Callable[[], bytes]:
    def make() -> bytes:
        import openpyxl

        workbook = openpyxl.Workbook()
        fill(workbook)
        sink = io.BytesIO()
        workbook.save(sink)
        return sink.getvalue()

    return make


def plain_book(workbook: Any) -> None:
    sheet = workbook.active
    for row in [QA, *ROWS]:
        sheet.append(row)


def merged_book(workbook: Any) -> None:
    sheet = workbook.active
    for row in [
        ["Lamp desk, all answers", None, None],
        ["Asked", "Answered", None],
        [None, "short", "long"],
        ["Lit?", "Yes.", "Yes, since dusk."],
        ["Out?", "No.", "No, it burns."],
    ]:
        sheet.append(row)
    for area in ("A1:C1", "A2:A3", "B2:C2"):
        sheet.merge_cells(area)


def error_book(workbook: Any) -> None:
    sheet = workbook.active
    for row in [QA, *ROWS, ("How much?", "#REF!"), ("Sum?", "=1+1"), ("When?", "Now.")]:
        sheet.append(row)
    sheet["B4"].data_type = "e"


def sheets_book(workbook: Any) -> None:
    import datetime

    workbook.active.title = "Notes"
    workbook.active.append(["read me"])
    sheet = workbook.create_sheet("Talk")
    sheet.append(["question", "answer", "on", "count", "ok"])
    for number in range(12):
        when = datetime.datetime(2026, 3, number + 1, 9, 30)
        sheet.append([f"Lamp {number}?", f"Lit {number}.", when, number, True])
    workbook.create_sheet("Hidden").sheet_state = "hidden"
    for number in range(50):
        workbook["Hidden"].append([number, number])


def poisoned(content: bytes) -> bytes:
    """The same workbook, its sheet with entities declared."""
    members = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            members[name] = archive.read(name)
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = BOMB.encode() + sheet[sheet.index(b"<worksheet") :]
    return zipped(members)


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    talk = [[{"role": "user", "content": "Lit?"}, {"role": "assistant", "content": "Yes."}]] * 3
    sink = io.BytesIO()
    pq.write_table(pa.table({"messages": talk, "n": [1, 2, 3], "raw": [b"a", b"\xff", None]}), sink)
    return sink.getvalue()


def locked() -> bytes:
    """The beginning of an encrypted workbook: an OLE container that names its package."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    )


def spoilt(content: bytes) -> bytes:
    """A sheet whose packed bytes were changed on the way; the archive's list is whole."""
    at = content.index(b"xl/worksheets/sheet1.xml") + 60
    return content[:at] + bytes(40) + content[at + 40 :]


GERMAN = [("Prüfst du die Öllampe für 3,50 €?", "Ja – „größer“ geht’s nicht."),
          ("Läuft das Öl über?", "Nein, es läuft schön.")]  # fmt: skip
GERMAN_TEXT = table(GERMAN, ("Frage", "Antwort"), ";")
POLISH = table([("Gdzie jest łódź?", "Łódź stoi przy źródle, święta ćma."),
                ("Czy świeci?", "Tak, jaśnieje żółto.")],
               ("pytanie", "odpowiedź"), ";")  # fmt: skip
RUSSIAN = table([("Где фонарь?", "Фонарь стоит у двери."), ("Он горит?", "Да, всю ночь.")],
                ("вопрос", "ответ"), ";")  # fmt: skip
JAPANESE = table([("灯りはどこですか。", "玄関の横にあります。"),
                  ("点いていますか。", "はい、一晩中です。")], ("質問", "回答"))  # fmt: skip
DEEP = '{"question": ' + '{"a":' * 5000 + "1" + "}" * 5000 + "}"
OBJECTS = [{"question": q, "answer": a} for q, a in ROWS]

EXHIBITS: list[Exhibit] = [
    # letters
    Exhibit("bom.csv", text("\ufeff" + table()), rows=2, columns=QA),
    Exhibit("german_excel.csv", text(GERMAN_TEXT, "cp1252"), rows=2, columns=("Frage", "Antwort"),
            cells={(0, "Antwort"): "Ja – „größer“ geht’s nicht."},
            details={"encoding": "1252", "separator": "semicolon"}),
    Exhibit("polish.csv", text(POLISH, "cp1250"), rows=2, columns=("pytanie", "odpowiedź"),
            cells={(1, "odpowiedź"): "Tak, jaśnieje żółto."}),
    Exhibit("russian.csv", text(RUSSIAN, "cp1251"), rows=2, columns=("вопрос", "ответ")),
    Exhibit("japanese.csv", text(JAPANESE, "cp932"), rows=2, columns=("質問", "回答")),
    Exhibit("utf16_excel.csv", text(table(sep="\t"), "utf-16"), rows=2, columns=QA, format="tsv"),
    Exhibit("utf16_unmarked.csv", text(table(), "utf-16-le"), rows=2, columns=QA),
    Exhibit("chosen_encoding.csv", text(table(GERMAN[1:], ("Frage", "Antwort"), ";"), "cp850"),
            rows=1, columns=("Frage", "Antwort"), cells={(0, "Frage"): "Läuft das Öl über?"},
            options={"encoding": "cp850"}),
    Exhibit("unknown_encoding.csv", text(table()), refused="unknown_encoding",
            options={"encoding": "klingon"}),
    Exhibit("some_bad_bytes.csv", lambda: table([(f"Größe {i}?", f"Schön {i}.") for i in range(30)])
            .encode() + b"broken \xff?,here\r\n", rows=30, problems=(32,), columns=QA),
    Exhibit("mojibake.csv", text(GERMAN_TEXT.encode().decode("cp1252", "replace")), rows=2,
            remark="garbled"),
    # shape
    Exhibit("sep_line.csv", text("sep=|\r\n" + table(sep="|")), rows=2, columns=QA),
    Exhibit("titles_above.csv", text("Lamp desk;2026\r\n\r\nAll answers\r\n" + table()), rows=2,
            columns=QA, details={"above the header": "Lamp desk"}),
    Exhibit("no_header.csv", text("\r\n".join(f"Is lamp {i} lit?,It is {i} percent lit."
            for i in range(8))), rows=8, columns=("column 1", "column 2")),
    Exhibit("newlines_in_cells.csv", text('question,answer\n"a\nb","c\r\nd"\n"x ""y""",z\n'),
            rows=2, columns=QA, cells={(0, "answer"): "c\r\nd", (1, "question"): 'x "y"'}),
    Exhibit("mac_lines.csv", text(table().replace("\r\n", "\r")), rows=2, columns=QA),
    Exhibit("numbers_are_text.csv", text("question,answer\na?,007\nb?,1e5\nc?,NaN\nd?,NULL\n"
            "e?,TRUE\nf?,1.50\n"), rows=6, columns=QA,
            cells={(0, "answer"): "007", (1, "answer"): "1e5", (2, "answer"): "NaN",
                   (3, "answer"): "NULL", (4, "answer"): "TRUE", (5, "answer"): "1.50"}),
    Exhibit("ragged.csv", text("question,answer,tag\na?,b,c\nd?,e\nf?,g,h,i\nj?,k,l\n"), rows=2,
            problems=(3, 4), columns=("question", "answer", "tag")),
    Exhibit("unclosed_quote.csv", text('question,answer\na,"b\nc,d\ne,f\n'), rows=2, problems=(2,),
            columns=QA, cells={(0, "answer"): "d"}),
    Exhibit("quote_swallows.csv", text('question,answer\na,"b\nc,d\ne,"f"\ng,h\n'), rows=3,
            problems=(2,), columns=QA),
    Exhibit("inch_marks.csv", text('question,answer\nhow big,5" wide\nand,"6"" high"\n'), rows=2,
            columns=QA, cells={(0, "answer"): '5" wide', (1, "answer"): '6" high'}),
    Exhibit("backslash_quotes.csv", text('question,answer\n"say \\"lit\\", now","\\"lit\\""\n'
            '"a","b, c"\n'), rows=2, columns=QA, cells={(0, "question"): 'say "lit", now'}),
    Exhibit("empty_rows_below.csv", text(table() + ",\r\n" * 40), rows=2, columns=QA,
            details={"empty rows": "40"}),
    Exhibit("twin_names.csv", text("text,text,\na,b,c\nd,e,f\n"), rows=2,
            columns=("text", "text (2)", "column 3")),
    Exhibit("own_row_column.csv", text("_row,question,answer\n9,a?,b\n8,c?,d\n"), rows=2,
            columns=("row number", "question", "answer")),
    Exhibit("header_only.csv", text("question,answer\r\n"), refused="no_rows"),
    Exhibit("nothing.csv", lambda: b"", refused="empty_file"),
    Exhibit("only_blank.csv", text("\r\n  \r\n\t\r\n"), refused="empty_file"),
    Exhibit("million.csv", text(table([("Long?", "x" * 1_000_000), *ROWS])), rows=3, columns=QA,
            remark="very long"),
    Exhibit("commas_in_prose.txt", text("The lamp, which burns, is old.\nIt is lit.\nGo, now, on.\n"
            "No.\nWell, well.\nYes.\n"), rows=6),
    Exhibit("one_line.txt", text("The lamp, which burns, is old.\n"), rows=1, format="text"),
    Exhibit("list.txt", text("Light the lamp\nTrim the wick\n"), rows=2),
    Exhibit("named_list.txt", text("question\nIs it lit?\nIs it out?\n"), rows=2,
            columns=("question",)),
    # spreadsheets
    Exhibit("plain.xlsx", book(plain_book), rows=2, columns=QA, format="xlsx"),
    Exhibit("renamed_book.csv", book(plain_book), rows=2, columns=QA, format="xlsx",
            remark="inside it is"),
    Exhibit("merged_header.xlsx", book(merged_book), rows=2, columns=("Asked", "short", "long"),
            details={"above the header": "Lamp desk"}),
    Exhibit("errors.xlsx", book(error_book), rows=3, problems=(4, 5), columns=QA),
    Exhibit("sheets.xlsx", book(sheets_book), rows=12, details={"sheet": "Talk", "sheets": "Notes"},
            cells={(0, "on"): "2026-03-01T09:30:00", (3, "count"): "3", (0, "ok"): "TRUE"}),
    Exhibit("other_sheet.xlsx", book(sheets_book), rows=50, options={"sheet": "Hidden"},
            details={"header": "none"}),
    Exhibit("no_such_sheet.xlsx", book(sheets_book), refused="no_sheet", options={"sheet": "X"}),
    Exhibit("renamed_text.xlsx", text("The lamp was lit.\nIt shines.\n\nA ship came home.\n"),
            rows=1, columns=("text",), format="text", remark="inside it is: Plain text"),
    Exhibit("renamed_text.pdf", text("One long line about a lamp. " * 30 + "\n"), rows=1,
            columns=("text",), format="text", remark="inside it is: Plain text"),
    Exhibit("renamed_table.xls", text(table()), rows=2, columns=QA, format="csv",
            remark="inside it is: Text table"),
    Exhibit("no_ending", text("The lamp was lit.\nIt shines.\n\nA ship came home.\n"), rows=1,
            columns=("text",), format="text"),
    Exhibit("locked.xlsx", locked, refused="password"),
    Exhibit("cut_off.xlsx", lambda: book(plain_book)()[:2000], refused="damaged"),
    Exhibit("damaged_inside.xlsx", lambda: spoilt(book(plain_book)()), refused="damaged"),
    Exhibit("bad_name.csv", lambda: b"\xef\xbb\xbfquestion\xff,answer\na?,b\n", rows=1,
            columns=("question?", "answer")),
    Exhibit("pandas_talk.csv", text('id,chat\n1,"[{\'role\': \'user\', \'content\': \'Lit?\'}, '
            '{\'role\': \'assistant\', \'content\': \'Yes.\'}]"\n'), rows=1),
    Exhibit("bomb.xlsx", lambda: zipped({"xl/workbook.xml": b"<x/>",
            "xl/worksheets/sheet1.xml": b" " * 60_000_000}), refused="unpacks_too_large"),
    Exhibit("web_page.xls", text("<html><body><table><tr><td>question</td></tr></table></html>"),
            refused="html"),
    Exhibit("page_of_a_table.xls", text("<table><tr><th>question<th>answer<tr><td>Lit?<td>Yes."
            "<tr><td>Out?<td>No.</table><script>evil()</script>"), rows=2, columns=QA,
            format="html", remark="Web page"),
    Exhibit("sign_in.csv", text("<!DOCTYPE html><html><body><p>Please sign in.</p></body></html>"),
            refused="html"),
    Exhibit("page.html", text("<html><head><title>x</title></head><body><nav>Menu</nav><h1>Lamps"
            "</h1><p>A lamp is <b>lit</b>.</p><script>evil()</script></body></html>"), rows=1,
            cells={(0, "text"): "# Lamps\n\nA lamp is lit."}, format="html"),
    Exhibit("letter.docx", lambda: letter(paragraph("A lamp.") + paragraph("It is lit.")), rows=1,
            cells={(0, "text"): "A lamp.\n\nIt is lit."}, format="docx"),
    Exhibit("table.docx", lambda: letter(paragraph("Our FAQ") + word_table(QA, *ROWS)), rows=2,
            columns=QA, details={"sheet": "table 1"}),
    Exhibit("its_text.docx", lambda: letter(paragraph("Our FAQ") + word_table(QA, *ROWS)), rows=1,
            columns=("text",), options={"sheet": "the text"}),
    Exhibit("empty.docx", lambda: letter(""), refused="no_text"),
    Exhibit("bomb.docx", lambda: letter(paragraph("&c;"), BOMB), refused="hostile"),
    Exhibit("cut_off.docx", lambda: letter("<w:p>")[:150], refused="damaged"),
    Exhibit("bomb_inside.xlsx", lambda: poisoned(book(plain_book)()), refused="hostile"),
    Exhibit("archive.zip", lambda: zipped({"a.csv": b"a,b\n1,2\n"}), rows=1, columns=("a", "b"),
            details={"packed": "zip"}, format="folder"),
    Exhibit("two.zip", lambda: zipped({"x/a.csv": table().encode(), "b.csv": table().encode(),
            "__MACOSX/._b.csv": b"x", "README.md": b"Lamps."}), rows=4, columns=(*QA, "file"),
            cells={(0, "file"): "b.csv", (3, "file"): "x/a.csv"}, remark="README.md"),
    Exhibit("one_of_two.zip", lambda: zipped({"a.csv": table().encode(),
            "b.jsonl": lines(*OBJECTS)}), rows=2, options={"sheet": "b.jsonl"},
            details={"sheets": "a.csv / b.jsonl"}),
    Exhibit("slip.zip", lambda: zipped({"../../evil.csv": b"a,b\n1,2\n", "/abs.csv": b"a,b\n1,2\n",
            "C:\\evil.csv": b"a,b\n1,2\n", "ok.csv": table().encode()}), rows=2, columns=QA,
            remark="leads outside the folder"),
    Exhibit("only_slips.zip", lambda: zipped({"../evil.csv": b"a,b\n1,2\n"}), refused="no_files"),
    Exhibit("link.zip", linked_zip, rows=1, columns=QA, remark="a link"),
    Exhibit("locked.zip", locked_zip, refused="password"),
    Exhibit("bomb.zip", lambda: zipped({"a.csv": b"a," * 30_000_000}), refused="unpacks_too_large"),
    Exhibit("cut_off.zip", lambda: zipped({"a.csv": b"a,b\n1,2\n"})[:60], refused="damaged"),
    Exhibit("packed.tar", lambda: tarred({"a.csv": table().encode()}, {"b.csv": "/etc/passwd"}),
            rows=2, columns=QA, remark="a link"),
    Exhibit("packed.tar.gz", lambda: gzip.compress(tarred({"a.csv": table().encode()})), rows=2,
            columns=QA),
    Exhibit("two_with_bad_rows.zip", lambda: zipped({
            "a.csv": table([*ROWS, ("x",), *ROWS]).encode(),
            "b.csv": table([*ROWS, ("x", "y", "z")]).encode()}), rows=6, problems=(4, 10)),
    Exhibit("paper.pdf", lambda: pdf("A lamp is lit at night.", "The keeper trims the wick."),
            rows=1, columns=("text", "page"), details={"pages": "2"}, cells={(0, "page"): "1"}),
    Exhibit("scanned.pdf", lambda: pdf("", ""), refused="needs_ocr"),
    Exhibit("half_scanned.pdf", lambda: pdf("A lamp is lit at night.", ""), rows=1, remark="OCR"),
    Exhibit("noise.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 9, refused="damaged"),
    Exhibit("shop.db", lambda: database("CREATE TABLE faq (question, answer)", "CREATE TABLE e (a)",
            "INSERT INTO faq VALUES ('Lit?', 'Yes.'), (x'ff00', NULL)",
            "CREATE VIEW v AS SELECT 1"), rows=2, columns=QA,
            cells={(0, "answer"): "Yes.", (1, "question"): "(2 bytes)"},
            details={"sheet": "faq", "sheets": "faq / e / v"}, format="sqlite"),
    Exhibit("no_such_table.db", lambda: database("CREATE TABLE e (a)"), refused="no_sheet",
            options={"sheet": "x"}),
    Exhibit("no_table.db", lambda: database("PRAGMA user_version = 3"), refused="no_rows"),
    Exhibit("cut_off.db", lambda: database("CREATE TABLE e (a)")[:700], refused="damaged"),
    Exhibit("rows.feather", lambda: arrow(False), rows=2, columns=(*QA, "n"), format="arrow",
            cells={(0, "n"): "1"}),
    Exhibit("stream.arrow", lambda: arrow(True), rows=2, columns=(*QA, "n"), format="arrow"),
    Exhibit("cut_off.arrow", lambda: arrow(False)[:200], refused="damaged"),
    Exhibit("cut_off_stream.arrow", lambda: arrow(True)[:-40], refused="damaged"),
    Exhibit("noise.csv", lambda: bytes(range(256)) * 40, refused="unknown_format"),
    # JSON
    Exhibit("list.json", lambda: json.dumps(OBJECTS).encode(), rows=2, columns=QA, format="json"),
    Exhibit("pretty.json", lambda: json.dumps(OBJECTS, indent=2).encode(), rows=2, columns=QA),
    Exhibit("under_a_key.json", lambda: json.dumps({"version": 1, "data": OBJECTS}).encode(),
            rows=2, columns=QA, details={"rows under": "data", "beside the rows": "version"}),
    Exhibit("parts.json", lambda: json.dumps({"train": OBJECTS, "test": OBJECTS[:1]}).encode(),
            rows=3, columns=(*QA, "part")),
    Exhibit("columns.json", lambda: json.dumps({"question": ["a?", "b?"], "answer": ["c", "d"]})
            .encode(), rows=2, columns=QA),
    Exhibit("pandas.json", lambda: json.dumps({"question": {"0": "a?", "1": "b?"},
            "answer": {"0": "c", "1": "d"}}).encode(), rows=2, columns=QA),
    Exhibit("split_orient.json", lambda: json.dumps({"columns": list(QA), "index": [0, 1],
            "data": [list(row) for row in ROWS]}).encode(), rows=2, columns=QA),
    Exhibit("by_key.json", lambda: json.dumps({"q1": OBJECTS[0], "q2": OBJECTS[1]}).encode(),
            rows=2, columns=("key", *QA)),
    Exhibit("list_of_lists.json", lambda: json.dumps([list(QA), *map(list, ROWS)]).encode(),
            rows=2, columns=QA),
    Exhibit("one_after_another.json", lambda: b"\n".join(json.dumps(o, indent=1).encode()
            for o in OBJECTS), rows=2, columns=QA),
    Exhibit("lines_named.json", lambda: lines(*OBJECTS, *OBJECTS), rows=4, format="jsonl"),
    Exhibit("json_named.csv", lambda: json.dumps(OBJECTS, indent=1).encode(), rows=2,
            format="json", remark="inside it is"),
    Exhibit("comma_too_many.json", text('[{"question": "a", "answer": "b"},]'), rows=1,
            remark="comma too many"),
    Exhibit("one_broken_item.json", text('[\n{"question": "a", "answer": "b"},\n'
            '{"question": "c", "answer": d},\n{"question": "e", "answer": "f"}\n]'), rows=2,
            problems=(3,), columns=QA),
    Exhibit("never_closed.json", text('[{"question": "a", "answer": "b"},\n{"question": "c", '
            '"answer": "d"}'), rows=2, remark="never closed"),
    Exhibit("twin_keys.json", text('[{"q": "a", "q": "b", "n": NaN, "i": 123456789012345678901}]'),
            rows=1, cells={(0, "q"): "b", (0, "n"): "NaN", (0, "i"): "123456789012345678901"},
            remark="duplicate key"),
    Exhibit("not_json.json", text("question: lamp"), refused="no_readable_row"),
    Exhibit("empty_list.json", text("[]"), refused="no_rows"),
    Exhibit("deep.json", text("[" + DEEP + ',{"question": "a", "answer": "b"}]'), rows=1,
            problems=(1,)),
    # JSON lines
    Exhibit("plain.jsonl", lambda: lines(*OBJECTS), rows=2, columns=QA, format="jsonl"),
    Exhibit("broken_lines.jsonl", lambda: lines(OBJECTS[0], '{"question": "cut', "", "no json",
            [1, 2], OBJECTS[1], "{'question': 'x'}", '{"question": "last", "answer": "end"}'),
            rows=3, problems=(2, 4, 5, 7), columns=QA),
    Exhibit("stop_at_broken.jsonl", lambda: lines(OBJECTS[0], "no json", OBJECTS[1]),
            refused="bad_row", options={"skip_bad": False}),
    Exhibit("deep.jsonl", lambda: lines(DEEP, OBJECTS[0]), rows=1, problems=(1,)),
    Exhibit("late_column.jsonl", lambda: lines(*OBJECTS, {"answer": "only", "mark": {"a": [1]}}),
            rows=3, columns=(*QA, "mark"), cells={(2, "mark"): '{"a": [1]}'}),
    Exhibit("pointer.jsonl", text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
            refused="lfs_pointer"),
    # Parquet and packed
    Exhibit("talk.parquet", parquet, rows=3, columns=("messages", "n", "raw"), format="parquet",
            cells={(0, "raw"): "a", (1, "raw"): "(1 byte)", (2, "n"): "3"}),
    Exhibit("parquet_named.json", parquet, rows=3, format="parquet", remark="inside it is"),
    Exhibit("cut_off.parquet", lambda: parquet()[:200], refused="damaged"),
    Exhibit("packed.csv.gz", lambda: gzip.compress(table().encode()), rows=2, columns=QA,
            format="csv", details={"packed": "gzip"}),
    Exhibit("packed.jsonl.gz", lambda: gzip.compress(lines(*OBJECTS)), rows=2, format="jsonl"),
    Exhibit("packed_unsaid.csv", lambda: gzip.compress(table().encode()), rows=2, columns=QA),
    Exhibit("cut_off.csv.gz", lambda: gzip.compress(table().encode())[:-12], refused="damaged"),
    Exhibit("bomb.json.gz", lambda: gzip.compress(b" " * 60_000_000), refused="unpacks_too_large"),
]  # fmt: skip


def make(folder: Path) -> list[Exhibit]:
    """Write every exhibit into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for exhibit in EXHIBITS:
        (folder / exhibit.name).write_bytes(exhibit.make())
    return EXHIBITS


if __name__ == "__main__":
    print(f"{len(make(Path(sys.argv[1])))} files in {sys.argv[1]}")
