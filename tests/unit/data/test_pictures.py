"""Pictures are known by their heads, and broken ones by what is missing."""

import struct

import pytest

from ftstudio.data.pictures import MOST_PIXELS, look_at


def png(width: int = 4, height: int = 3, end: bytes = b"IEND") -> bytes:
    size = struct.pack(">II", width, height)
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + b"\x08\x02\0\0\0" + b"x" * 90 + end


def jpeg(end: bytes = b"\xff\xd9") -> bytes:
    size = struct.pack(">HH", 3, 4)
    return b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08" + size + b"\x03" + b"x" * 30 + end


GIF = b"GIF89a" + struct.pack("<HH", 4, 3) + b"x" * 20 + b"\x3b"
VP8X = b"WEBPVP8X\x0a\0\0\0\0\0\0\0\x03\0\0\x02\0\0"
WEBP = b"RIFF" + struct.pack("<I", len(VP8X)) + VP8X


@pytest.mark.parametrize("content", [png(), jpeg(), GIF, WEBP], ids=["png", "jpeg", "gif", "webp"])
def test_whole_pictures(content, tmp_path):
    (path := tmp_path / "a").write_bytes(content)
    found = look_at(path)
    assert (found.width, found.height, found.fault) == (4, 3, "")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (png(end=b""), "end is missing"),
        (jpeg(end=b""), "end is missing"),
        (WEBP[:-6] + b"", "broken"),
        (b"\xff\xd8\xff\xe0junk", "broken"),
        (b"", "broken"),
        (png(60_000, 60_000), "too many"),
    ],
)
def test_faults(content, word, tmp_path):
    (path := tmp_path / "a").write_bytes(content)
    assert word in look_at(path).fault
    assert MOST_PIXELS < 60_000**2


def test_a_missing_one(tmp_path):
    assert look_at(tmp_path / "no.png").fault == "it is not there"
