"""Packed files are unpacked within limits."""

import gzip
import zipfile
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.unpack import (
    LARGEST,
    archive_kind,
    check_unpacked,
    check_zip,
    is_gzip,
    unpack_archive,
    unpack_gzip,
    zip_members,
)
from tests.nasty.containers import tarred, zipped


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
    check_unpacked("a", 100_000_000, 100_000_000, free=200_000_001)
    with pytest.raises(StudioError) as caught:
        check_unpacked("a", 100_000_000, 100_000_001, free=200_000_001)
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
