"""Pictures by list or by folder; broken and foreign ones are problems."""

from pathlib import Path

import pytest

from ftstudio.data.ingest.reading import read_file
from tests.nasty.containers import zipped
from tests.nasty.reading_here import read_here
from tests.unit.data.test_pictures import jpeg, png


def test_the_folder_is_the_label(tmp_path):
    for name in ("train/cat/a.png", "train/dog/b.png", "test/cat/c.png"):
        (path := tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png())
    (tmp_path / "in/train/dog/bad.jpg").write_bytes(jpeg(end=b""))
    table = read_here(tmp_path / "in", tmp_path / "table")
    found = {(row["part"], row["label"]) for row in table.rows()}
    assert found == {("train", "cat"), ("train", "dog"), ("test", "cat")}
    assert (table.row_count, table.rows_in_file) == (3, 4)
    assert "bad.jpg" in table.problems[0].reason


def test_a_list_must_not_lead_outside(tmp_path):
    (folder := tmp_path / "in").mkdir()
    (tmp_path / "secret.png").write_bytes(png())
    (folder / "a.png").write_bytes(png())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    listed = "file_name,text\na.png,a\n../secret.png,b\nlink.png,c\n"
    (folder / "metadata.csv").write_text(listed, "utf-8")
    table = read_here(folder, tmp_path / "table")
    assert [row["text"] for row in table.rows()] == ["a"]
    assert all("outside the folder" in problem.reason for problem in table.problems)
    assert table.rows_in_file == 3


@pytest.mark.parametrize("name", ["image", "path", "img", "Datei", "file_name"])
def test_the_column_of_the_pictures_is_known_by_its_content(tmp_path, name):
    (folder := tmp_path / "in" / "pics").mkdir(parents=True)
    for letter in "abc":
        (folder / f"{letter}.png").write_bytes(png())
    pairs = zip("abcd", "/\\//", strict=True)
    listed = "".join(f"{n},pics{s}{n}.png,see {n}.png\n" for n, s in pairs)
    (tmp_path / "in/metadata.csv").write_text(f"id,{name},text\n{listed}", "utf-8")
    table = read_here(tmp_path / "in", tmp_path / "table")
    assert [Path(row["image"]).name for row in table.rows()] == ["a.png", "b.png", "c.png"]
    assert table.column_names == ["image", "id", "text"]
    assert (table.rows_in_file, table.remarks) == (4, [])
    assert "pics/d.png can't be used: it is not there" in table.problems[0].reason
    assert table.details.get("pictures named in", "file_name") == name


def test_another_column_called_image_is_kept(tmp_path):
    (folder := tmp_path / "in").mkdir()
    (folder / "a.png").write_bytes(png())
    line = '{"image": "a lamp by night", "path": "a.png"}\n'
    (folder / "metadata.jsonl").write_text(line, "utf-8")
    rows = read_here(folder, tmp_path / "table").rows()
    assert rows[0]["image (2)"] == "a lamp by night"
    assert rows[0]["image"] == str(folder / "a.png")


def test_pictures_of_an_archive_stay_with_the_rows(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"cat/a.png": png(), "dog/b.png": png()}))
    table = read_file(path, tmp_path / "table")
    kept = [table.folder / "files" / name for name in ("cat/a.png", "dog/b.png")]
    assert [row["image"] for row in table.rows()] == [str(one) for one in kept]
    assert all(one.read_bytes() == png() for one in kept)


@pytest.mark.parametrize("listed", [True, False])
def test_pictures_of_a_cache_of_the_hub(tmp_path, listed):
    cache = tmp_path / "datasets--org--x"
    (shot := cache / "snapshots" / "new" / "cat").mkdir(parents=True)
    (cache / "blobs").mkdir()
    for blob in (cache / "blobs" / "1", tmp_path / "secret"):
        blob.write_bytes(png())
    (shot / "a.png").symlink_to("../../../blobs/1")
    (shot / "b.png").symlink_to(tmp_path / "secret")
    if listed:
        (shot / "metadata.csv").write_text("file_name,text\na.png,a\nb.png,b\n", "utf-8")
    table = read_here(cache, tmp_path / "table")
    assert [row["image"] for row in table.rows()] == [str(shot / "a.png")]
    assert "1 link leads out of the folder" in table.remarks[0].reason
    assert [p.reason for p in table.problems] == ["The picture lies outside the folder: b.png."] * (
        listed
    )
