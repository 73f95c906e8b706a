"""Packed files are unpacked within limits."""

import gzip
import zipfile
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.ingest.unpack import (
    LARGEST,
    archive_kind,
    check_half,
    check_unpacked,
    check_zip,
    is_gzip,
    unpack_archive,
    unpack_gzip,
    zip_members,
)
from tests.nasty.containers import locked_zip, tarred, zipped


def test_round_trip(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"lamp " * 1000))
    assert is_gzip(path)
    assert unpack_gzip(path, tmp_path).read_bytes() == b"lamp " * 1000


@pytest.mark.parametrize("cut", [-20, -4])
def test_a_cut_off_file_is_damaged(tmp_path, cut):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"lamp " * 1000)[:cut])
    with pytest.raises(StudioError) as caught:
        unpack_gzip(path, tmp_path)
    assert caught.value.code == "damaged"


def test_bombs_are_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/a.xml", b" " * 50_000_000)
    with pytest.raises(StudioError) as caught:
        check_zip(path, "a.xlsx")
    assert caught.value.code == "unpacks_too_large"
    with pytest.raises(StudioError):
        check_unpacked("a", LARGEST, LARGEST + 1)


def test_small_regular_tables_pass():
    check_unpacked("a", 1_000, 10_000_000)
    check_unpacked("a", 100_000_000, 1_500_000_000)


def test_members_of_whole_and_damaged_archives(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "x")
    assert zip_members(path) == ["a.csv"]
    whole = bytearray(path.read_bytes())
    at = whole.index(b"PK\x01\x02")
    whole[at + 6] = 125  # a version that nobody knows
    path.write_bytes(bytes(whole))
    assert zip_members(path) is None
    path.write_bytes(bytes(whole[:20]))
    assert zip_members(path) is None


def test_half_of_the_free_disk_is_left():
    check_half("a", 100_000_000, 200_000_001)
    with pytest.raises(StudioError) as caught:
        check_half("a", 100_000_001, 200_000_001)
    assert "half of the" in caught.value.why


HOSTILE = {"../../evil.csv": b"x", "/abs.csv": b"x", "a/../../up.csv": b"x", "..\\win.csv": b"x"}


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_nothing_is_written_outside(tmp_path, kind):
    (path := tmp_path / "a").write_bytes(
        (zipped if kind == "zip" else tarred)({**HOSTILE, "in/ok.csv": b"a,b\n1,2\n"})
    )
    (work := tmp_path / "x" / "y").mkdir(parents=True)
    assert archive_kind(path) == kind
    made = unpack_archive(path, work / "files", "a", kind)
    written = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert written == {"a", "x/y/files/in/ok.csv"}
    assert len(made.refused) == len(HOSTILE)
    assert not Path("/abs.csv").exists()


def test_links_and_devices_stay_packed(tmp_path):
    (path := tmp_path / "a.tar").write_bytes(tarred({}, {"in/secret.csv": "/etc/passwd"}))
    made = unpack_archive(path, tmp_path / "files", "a.tar", "tar")
    assert list(made.folder.rglob("*")) == []
    assert "a link" in made.refused[0]


def test_documents_are_no_archives(tmp_path):
    for member, kind in (("word/document.xml", ""), ("xl/workbook.xml", ""), ("a.csv", "zip")):
        (path := tmp_path / "a").write_bytes(zipped({member: b"x"}))
        assert archive_kind(path) == kind


CSV = b"question,answer\nLit?,Yes.\n"


def inner_files(made):
    return sorted(p.relative_to(made.folder).as_posix() for p in made.folder.rglob("*.csv*"))


def test_an_archive_in_an_archive_is_a_folder_of_its_name(tmp_path):
    inside = {"b.csv": CSV, "x/c.csv": CSV}
    path = tmp_path / "a.zip"
    path.write_bytes(
        zipped(
            {
                "a.csv": CSV,
                "in/one.zip": zipped(inside),
                "two.tar": tarred(inside),
                "three.tar.gz": gzip.compress(tarred({"d.csv": CSV})),
                "e.csv.gz": gzip.compress(CSV),
            }
        )
    )
    made = unpack_archive(path, tmp_path / "files", "a.zip", "zip")
    files = [p for p in made.folder.rglob("*") if p.is_file()]
    assert sorted(p.relative_to(made.folder).as_posix() for p in files) == [
        "a.csv", "e.csv.gz", "in/one.zip/b.csv", "in/one.zip/x/c.csv", "three.tar.gz/d.csv",
        "two.tar/b.csv", "two.tar/x/c.csv",
    ]  # fmt: skip
    assert {p.read_bytes() for p in files} == {CSV}
    assert (made.inner, made.refused) == (3, [])


def test_a_third_level_stays_packed(tmp_path):
    third = {"c.zip": zipped({"c.csv": CSV}), "d.csv.gz": gzip.compress(CSV), "ok.csv": CSV}
    members = {"b.zip": zipped(third), "f.csv.gz": gzip.compress(gzip.compress(CSV))}
    (path := tmp_path / "a.zip").write_bytes(zipped(members))
    made = unpack_archive(path, tmp_path / "files", "a.zip", "zip")
    assert [p.name for p in made.folder.rglob("*") if p.is_file()] == ["ok.csv"]
    assert [why.split(" was not")[0] for why in made.refused] == [
        "b.zip/c.zip", "b.zip/d.csv.gz", "f.csv.gz"
    ]  # fmt: skip
    assert all("packed a third time" in why for why in made.refused)


def test_what_lies_deeper_is_placed_as_carefully(tmp_path):
    (path := tmp_path / "a.zip").write_bytes(zipped({"b.zip": zipped(HOSTILE)}))
    made = unpack_archive(path, tmp_path / "files", "a.zip", "zip")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]
    assert len(made.refused) == len(HOSTILE)
    assert made.refused[0].startswith("b.zip/../../evil.csv was not unpacked: its path leads")


def test_broken_and_locked_archives_inside_are_left_out(tmp_path):
    whole = zipped({"b.csv": CSV})
    members = {"cut.csv.gz": gzip.compress(CSV * 9)[:-9], "locked.zip": locked_zip(), "a.csv": CSV}
    (path := tmp_path / "a.zip").write_bytes(zipped({**members, "b.zip": whole}))
    made = unpack_archive(path, tmp_path / "files", "a.zip", "zip")
    assert inner_files(made) == ["a.csv", "b.zip/b.csv"]
    assert "cut.csv.gz was not unpacked" in made.refused[0]
    assert "password" in made.refused[1]


def bomb(levels: int, wide: int, size: int) -> bytes:
    """Archives in archives, every one of them small, as 42.zip is made."""
    content = {"0.csv": b"\0" * size}
    for _ in range(levels):
        one = zipped(content)
        content = {f"{n}.zip": one for n in range(wide)}
    return zipped(content)


def test_nested_bombs_are_refused_by_what_all_of_them_hold(tmp_path):
    (path := tmp_path / "a.zip").write_bytes(bomb(1, 40, 2_000_000))  # none alone is too much
    with pytest.raises(StudioError) as caught:
        unpack_archive(path, tmp_path / "files", "a.zip", "zip")
    assert caught.value.code == "unpacks_too_large"
    written = sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file())
    assert written < 25_000_000


def test_a_bomb_of_many_levels_is_not_followed(tmp_path):
    (path := tmp_path / "a.zip").write_bytes(bomb(5, 16, 4_000_000))
    made = unpack_archive(path, tmp_path / "files", "a.zip", "zip")
    assert [p for p in made.folder.rglob("*") if p.is_file()] == []
    assert len(made.refused) == 256


def test_the_members_of_all_levels_count_together(tmp_path, monkeypatch):
    monkeypatch.setattr("ftstudio.data.ingest.unpack.MOST_MEMBERS", 10)
    inside = zipped({f"{n}.csv": CSV for n in range(4)})
    (path := tmp_path / "a.zip").write_bytes(zipped({f"{n}.zip": inside for n in range(3)}))
    with pytest.raises(StudioError) as caught:
        unpack_archive(path, tmp_path / "files", "a.zip", "zip")
    assert "more than 10 files" in caught.value.why
