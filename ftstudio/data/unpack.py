"""Unpacks .gz files and weighs zipped ones, so that a small file can't fill memory or disk."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_bytes

LARGEST = 2_000_000_000  # bytes, unpacked
HIGHEST_RATIO = 200  # unpacked to packed; text packs 3 to 30 times
_HARMLESS = 20_000_000  # below this a high ratio is only a very regular table
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def unpack_gzip(path: Path, into: Path) -> Path:
    """The unpacked file in the folder `into`; raises StudioError for bombs and broken files."""
    target = into / "unpacked"
    packed = max(1, path.stat().st_size)
    written = 0
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as sink:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                check_unpacked(path.name, packed, written)
                sink.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise StudioError(
            f"{path.name} is damaged.",
            "Its packed content ends too early or is broken: the download or copy was cut off.",
            "Copy or download it again.",
            code="damaged",
        ) from error
    return target


def zip_members(path: Path) -> list[str] | None:
    """The names inside a zip file; None where it is damaged or packed in an unknown way."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, EOFError):
        return None


def check_zip(path: Path, name: str) -> None:
    """Add up what a zipped spreadsheet says it holds."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    check_unpacked(name, max(1, path.stat().st_size), unpacked)


def check_unpacked(name: str, packed: int, unpacked: int) -> None:
    if unpacked > LARGEST:
        why = f"Unpacked it is larger than {format_bytes(LARGEST)}."
    elif unpacked > _HARMLESS and unpacked > packed * HIGHEST_RATIO:
        why = (
            f"Its {format_bytes(packed)} unpack to {format_bytes(unpacked)} or more, over "
            f"{HIGHEST_RATIO} times as much. Files made to do harm look like that."
        )
    else:
        return
    raise StudioError(
        f"{name} was not unpacked.",
        why,
        "Unpack it yourself if you trust it, and choose the file inside, or divide it into parts.",
        code="unpacks_too_large",
    )


def check_disk(folder: Path, size: int) -> None:
    """Rows are kept once more, packed; refuse before the disk is full, not after."""
    needed = size + 50_000_000
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StudioError(
            "There is not enough disk space to read this file.",
            f"Its rows need up to {format_bytes(needed)}; {format_bytes(free)} are free on the "
            f"disk of {folder}.",
            "Free some space, or move the workspace to another disk in the settings.",
            code="disk_full",
        )
