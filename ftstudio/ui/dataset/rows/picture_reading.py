"""Decodes a picture small enough to be shown: in a thread, and never one that is far too large."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from ftstudio.data.pictures import look_at, suffix_of

MOST_SHOWN = 50_000_000  # pixels; decoded, so many take 200 MB for a moment
_KEPT = 96


@dataclass(frozen=True)
class Decoded:
    """`fault` says in words why there is nothing to be seen; the size is the file's own."""

    image: QImage | None
    width: int = 0
    height: int = 0
    fault: str = ""


_thumbnails: OrderedDict[tuple[str, int], Decoded] = OrderedDict()


def known(path: str, side: int) -> Decoded | None:
    """What was decoded before, so that walking back through rows does not flicker."""
    return _thumbnails.get((path, side))


def keep(path: str, side: int, decoded: Decoded) -> None:
    _thumbnails[path, side] = decoded
    while len(_thumbnails) > _KEPT:
        _thumbnails.popitem(last=False)


def decode(path: str, side: int) -> Decoded:
    """At most `side` pixels wide and high. Slow for large files: not for the window's thread."""
    seen = look_at(Path(path))
    if seen.fault:
        return Decoded(None, seen.width, seen.height, seen.fault)
    if seen.width * seen.height > MOST_SHOWN:
        return Decoded(None, seen.width, seen.height, "it is too large to be shown here")
    reader = QImageReader(path)
    reader.setFormat(_kind(path))  # by what it holds: no other decoder gets to see it
    reader.setAutoTransform(True)
    whole = QSize(seen.width, seen.height)
    if max(seen.width, seen.height) > side:
        small = whole.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(small.expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        return Decoded(None, seen.width, seen.height, "it is broken")
    return Decoded(image, seen.width, seen.height)


def _kind(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return suffix_of(file.read(16)).lstrip(".").encode()
