"""Several files are one table; which file a row is from can be told."""

import gzip
import io
import json
import os
import shutil
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.ingest.several import files_in
from ftstudio.data.layout import guess_layouts
from ftstudio.data.table import RawTable
from tests.nasty.containers import zipped
from tests.nasty.reading_here import read_here
from tests.nasty.shared_data import SHARED, needs_shared
from tests.unit.data.test_pictures import png

CSV = "question,answer\nLit?,Yes.\nOut?,No.\n"


def put(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_files_of_one_kind_and_what_lay_beside(tmp_path):
    folder = put(tmp_path / "in", a_csv=CSV, x__b_csv=CSV, README_md="Lamps.", noise_bin=bytes(999))
    table = read_here(folder, tmp_path / "table")
    rows = table.rows()
    assert [row["file"] for row in rows] == ["a.csv", "a.csv", "x/b.csv", "x/b.csv"]
    assert [row["_row"] for row in rows] == ["2", "3", "5", "6"]
    said = " ".join(remark.reason for remark in table.remarks)
    assert "README.md" in said
    assert "noise.bin" in said


def test_packed_and_empty_files_among_others(tmp_path):
    packed = gzip.compress(CSV.encode())
    folder = put(tmp_path / "in", a_csv=CSV, b_csv="question,answer\n", c_csv_gz=packed)
    table = read_here(folder, tmp_path / "table")
    assert [row["file"] for row in table.rows()] == ["a.csv"] * 2 + ["c.csv.gz"] * 2
    assert any("b.csv holds no rows" in remark.reason for remark in table.remarks)


def test_a_file_that_fails_is_one_problem(tmp_path):
    sink = io.BytesIO()
    parquet.write_table(pa.table({"question": ["Lit?", "Out?"]}), sink)
    whole = sink.getvalue()
    folder = put(tmp_path / "in", a_parquet=whole, b_parquet=whole[:200])
    table = read_here(folder, tmp_path / "table")
    assert (table.row_count, table.rows_in_file) == (2, 3)
    assert [problem.text for problem in table.problems] == ["b.parquet"]
    assert "b.parquet is damaged" in table.problems[0].reason


def test_columns_of_all_files_are_kept(tmp_path):
    folder = put(tmp_path / "in", a_csv=CSV, b_csv="question,answer,reply\nLit?,,Yes.\nOut?,,No.\n")
    table = read_here(folder, tmp_path / "table")
    assert table.column_names == ["question", "answer", "file", "reply"]
    assert table.rows()[0]["reply"] is None


def test_files_of_other_columns_are_left_out_and_named(tmp_path):
    users = "user,town,born\n" + "anna,Oslo,1980\n" * 2
    folder = put(tmp_path / "in", a_csv=users, b_csv=CSV * 9, c_csv=CSV, d_csv="question,answer\n")
    table = read_here(folder, tmp_path / "table")
    assert table.column_names == ["question", "answer", "file"]
    assert {row["file"] for row in table.rows()} == {"b.csv", "c.csv"}
    said = " ".join(remark.reason for remark in table.remarks)
    assert "their columns are others than those of b.csv: a.csv." in said
    assert "d.csv holds no rows" in said
    assert table.details["not read"] == "a.csv"
    assert "a.csv" in table.details["sheets"]
    chosen = read_here(folder, tmp_path / "other", sheet="a.csv")
    assert chosen.column_names == ["user", "town", "born"]
    assert "not read" not in chosen.details


LINES = '{"question": "Wet?", "answer": "No."}\n{"question": "Hot?", "answer": "Very."}\n'


def test_other_kinds_with_the_same_columns_are_read_too(tmp_path):
    sink = io.BytesIO()
    parquet.write_table(pa.table({"question": ["Big?"], "answer": ["Yes."], "id": [7]}), sink)
    folder = put(tmp_path / "in", a_csv=CSV, b_jsonl=LINES, c_parquet=sink.getvalue())
    table = read_here(folder, tmp_path / "table")
    rows = [(row["file"], row["question"]) for row in table.rows()]
    assert rows == [("a.csv", "Lit?"), ("a.csv", "Out?"), ("b.jsonl", "Wet?"), ("b.jsonl", "Hot?"),
                    ("c.parquet", "Big?")]  # fmt: skip
    assert table.details["sheet"] == "a.csv / b.jsonl / c.parquet"
    assert not table.remarks


def test_other_kinds_keep_the_name_of_the_file_in_a_problem(tmp_path):
    folder = put(tmp_path / "in", a_csv=CSV, b_jsonl=LINES + '{"question": "Broken\n')
    table = read_here(folder, tmp_path / "table")
    assert (table.row_count, table.rows_in_file) == (4, 5)
    assert "b.jsonl, row 3" in table.problems[0].reason


def test_other_kinds_of_other_columns_are_named(tmp_path):
    folder = put(tmp_path / "in", a_csv=CSV * 9, b_jsonl='{"user": 1, "town": "Oslo"}\n' * 3)
    table = read_here(folder, tmp_path / "table")
    assert "file" not in table.column_names
    assert [r.reason for r in table.remarks] == ["Beside the files that were read: b.jsonl."]


def test_the_same_rows_in_two_kinds_are_read_once(tmp_path):
    lines = CSV.splitlines()[1:]
    pairs = [dict(zip(("question", "answer"), line.split(","), strict=True)) for line in lines]
    twin = "\n".join(map(json.dumps, pairs))
    folder = put(tmp_path / "in", a_csv=CSV, a_jsonl=twin)
    table = read_here(folder, tmp_path / "table")
    assert table.row_count == 2
    assert any("taken for a copy" in remark.reason for remark in table.remarks)


def test_written_texts_of_all_kinds_are_one_table_and_none_joins_a_list(tmp_path):
    page = "<html><body><p>Lamps are lit at dusk.</p><p>They are put out at dawn.</p></body></html>"
    folder = put(tmp_path / "in", a_txt="One.\n\nTwo.\n\n" * 99, b_html=page)
    table = read_here(folder, tmp_path / "table")
    assert {row["file"] for row in table.rows()} == {"a.txt", "b.html"}
    lists = put(tmp_path / "other", a_csv="text\n" + "lamp\n" * 99, b_txt="One.\n\nTwo.\n\n")
    assert {row["text"] for row in read_here(lists, tmp_path / "three").rows()} == {"lamp"}


@needs_shared
def test_documents_of_all_kinds_are_read_and_no_title_is_a_side(tmp_path):
    """A PDF tells its pages, so it has one column more; “test.docx” is a title."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("test.docx", "test.pdf", "test_blog.html"):
        shutil.copy(SHARED / "microsoft__markitdown" / name, folder)
    (folder / "notes.txt").write_text("The river and its boats.\n\nThe sea.\n", "utf-8")
    table = read_here(folder, tmp_path / "table")
    assert {row["file"] for row in table.rows()} == {
        "test.docx", "test.pdf", "test_blog.html", "notes.txt"
    }  # fmt: skip
    assert "part" not in table.column_names
    assert guess_layouts(table)[0].layout == "text"


def test_the_hash_is_of_names_and_contents(tmp_path):
    folder = put(tmp_path / "in", a_csv=CSV)
    first = read_here(folder, tmp_path / "one")
    (folder / "a.csv").rename(folder / "b.csv")
    second = read_here(folder, tmp_path / "two")
    assert first.sha256 != second.sha256
    assert replace(RawTable.load(tmp_path / "one"), folder=second.folder).rows() == second.rows()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of POSIX")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path):
    folder = put(tmp_path / "in", a_csv=CSV)
    os.mkfifo(folder / "b.csv")
    assert [name for name, _ in files_in(folder)] == ["a.csv"]
    assert read_here(folder, tmp_path / "t").row_count == 2


def test_archives_among_files_and_in_archives(tmp_path):
    other = CSV.replace("Lit?", "Wet?")
    archive = zipped({"b.csv": other.encode(), "deep.zip": zipped({"c.csv": CSV.encode()})})
    folder = put(tmp_path / "in", a_csv=CSV, b_zip=archive)
    table = read_here(folder, tmp_path / "table")
    assert {row["file"] for row in table.rows()} == {"a.csv", "b.zip/b.csv", "b.zip/deep.zip/c.csv"}
    (tmp_path / "all.zip").write_bytes(zipped({"a.csv": CSV.encode(), "b.zip": archive}))
    table = read_here(tmp_path / "all.zip", tmp_path / "other")
    assert {row["file"] for row in table.rows()} == {"a.csv", "b.zip/b.csv"}
    assert any("b.zip/deep.zip was not unpacked" in remark.reason for remark in table.remarks)
    assert table.details["packed"] == "zip, with archives in it"


def test_archives_of_a_folder_share_one_limit(tmp_path):
    part = zipped({"a.csv": b"\0" * 15_000_000})  # harmless alone, as such a table may be
    folder = put(tmp_path / "in", a_zip=part, b_zip=part)
    with pytest.raises(StudioError) as caught:
        read_here(folder, tmp_path / "table")
    assert caught.value.code == "unpacks_too_large"


def test_an_archive_of_which_nothing_comes_out(tmp_path):
    inside = zipped({"b.zip": zipped({"c.zip": zipped({"c.csv": CSV.encode()})})})
    (tmp_path / "a.zip").write_bytes(inside)
    with pytest.raises(StudioError) as caught:
        read_here(tmp_path / "a.zip", tmp_path / "table")
    assert caught.value.code == "no_files"
    assert "b.zip/c.zip was not unpacked: it is packed a third time" in caught.value.why


def test_a_file_packed_twice(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(gzip.compress(CSV.encode())))
    assert read_here(tmp_path / "a.csv.gz", tmp_path / "table").row_count == 2


def test_links_that_lead_out_are_counted_and_not_followed(tmp_path):
    folder = put(tmp_path / "in", a_csv=CSV, x__b_csv=CSV)
    outside = put(tmp_path / "other", c_csv=CSV, deep__d_csv=CSV)
    (folder / "c.csv").symlink_to(outside / "c.csv")
    (folder / "x" / "deep").symlink_to("../../other/deep")
    (folder / "again.csv").symlink_to("a.csv")
    table = read_here(folder, tmp_path / "table")
    assert {row["file"] for row in table.rows()} == {"a.csv", "again.csv", "x/b.csv"}
    told = [remark.reason for remark in table.remarks]
    assert told == ["2 links lead out of the folder and were not followed: c.csv, x/deep."]
    (outside / "c.csv").write_text("question,answer\nSecret?,Yes.\n")
    again = read_here(folder, tmp_path / "again")
    assert again.sha256 == table.sha256  # what is not read does not count


def test_links_of_a_cache_lead_to_its_blobs_only(tmp_path):
    cache = put(tmp_path / "datasets--org--x", blobs__1=CSV, refs__main="new")
    put(tmp_path / "datasets--org--y", blobs__9=CSV)
    (shot := cache / "snapshots" / "new").mkdir(parents=True)
    (shot / "a.csv").symlink_to("../../blobs/1")
    (shot / "b.csv").symlink_to("../../../datasets--org--y/blobs/9")
    for place, chosen in enumerate((cache, shot)):
        table = read_here(chosen, tmp_path / f"table-{place}")
        assert table.row_count == 2
        assert "1 link leads out of the folder" in table.remarks[0].reason


def test_pictures_that_rows_name_are_not_called_left_over(tmp_path):
    folder = put(tmp_path / "in", labels_csv="picture,label\na.png,cat\nb.png,dog\n" * 3)
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(png())
    table = read_here(folder, tmp_path / "table")
    assert table.row_count == 6
    assert [r.reason for r in table.remarks] == [
        "2 pictures lie beside the files that were read; a row shows the one that it names."
    ]
