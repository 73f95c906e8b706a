"""Looks at a picture without opening it: its kind, its size, and whether it is whole."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MOST_PIXELS = 100_000_000  # a page scanned at 600 dpi has 35 million
_TAIL = 1 << 16
_KINDS = ((b"\x89PNG", ".png"), (b"GIF8", ".gif"), (b"RIFF", ".webp"), (b"\xff\xd8\xff", ".jpg"))


@dataclass(frozen=True)
class Picture:
    """`fault` says in words why it can't be used; empty where it can."""

    width: int = 0
    height: int = 0
    fault: str = ""


def look_at(path: Path) -> Picture:
    """Reads the beginning and the end of a file only: nothing is decoded, nothing can blow up."""
    try:
        with path.open("rb") as file:
            head = file.read(1 << 18)
            file.seek(max(0, path.stat().st_size - _TAIL))
            tail = file.read(_TAIL)
    except FileNotFoundError:
        return Picture(fault="it is not there")
    except OSError as error:
        return Picture(fault=f"it can't be opened ({error.strerror})")
    size = _size(head)
    if size is None:
        return Picture(fault="it is broken, or no picture (PNG, JPEG, GIF, WebP)")
    width, height = size
    if width * height > MOST_PIXELS:
        return Picture(width, height, f"it has {width:,} × {height:,} pixels, far too many")
    if not width or not height or not _whole(head, tail, path.stat().st_size):
        return Picture(width, height, "it is broken: its end is missing")
    return Picture(width, height)


def name_by_content(path: Path) -> str:
    """`<sha256>.png`: the same picture has the same name, wherever it lies."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        kind = suffix_of(file.read(16))
        file.seek(0)
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest() + kind


def suffix_of(head: bytes) -> str:
    """The ending that the first bytes of a picture stand for; empty where it is none."""
    return next((suffix for magic, suffix in _KINDS if head.startswith(magic)), "")


def _size(head: bytes) -> tuple[int, int] | None:
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
            return struct.unpack(">II", head[16:24])
        if head.startswith((b"GIF87a", b"GIF89a")):
            return struct.unpack("<HH", head[6:10])
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return _webp(head)
        return _jpeg(head) if head.startswith(b"\xff\xd8\xff") else None
    except (struct.error, IndexError):
        return None


def _webp(head: bytes) -> tuple[int, int] | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return (1 + int.from_bytes(head[24:27], "little"),
                1 + int.from_bytes(head[27:30], "little"))  # fmt: skip
    if kind == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """Walk from mark to mark until the one that holds the size."""
    at = 2
    while at + 9 < len(head):
        if head[at] != 0xFF:
            return None
        mark = head[at + 1]
        if mark == 0xFF:
            at += 1
        elif 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int(struct.unpack(">H", head[at + 2 : at + 4])[0])
    return None


def _whole(head: bytes, tail: bytes, size: int) -> bool:
    if head.startswith(b"\x89PNG"):
        return b"IEND" in tail
    if head.startswith(b"GIF8"):
        return b"\x3b" in tail[-64:]
    if head.startswith(b"RIFF"):
        return int.from_bytes(head[4:8], "little") + 8 <= size
    return b"\xff\xd9" in tail
