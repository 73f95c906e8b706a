"""Unpacks .gz, .zip and .tar files, and those inside them, within limits: none can fill the disk
or write elsewhere."""

from __future__ import annotations

import contextlib
import gzip
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, cast

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_bytes

LARGEST = 20_000_000_000  # bytes, unpacked
HIGHEST_RATIO = 200  # unpacked to packed; text packs 3 to 30 times
MOST_MEMBERS = 200_000
_HARMLESS = 20_000_000  # below this a high ratio is only a very regular table
_CHUNK = 1 << 20
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_NO_ARCHIVES = {"xl/workbook.xml", "xl/workbook.bin", "content.xml", "word/document.xml",
                "ppt/presentation.xml"}  # fmt: skip
_TOO_DEEP = "it is packed a third time, and only archives in an archive are opened"
_JUNK = {"__MACOSX", "Thumbs.db", "desktop.ini"}
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError)


@dataclass
class Unpacked:
    """Where an archive's files lie now, and what was not unpacked, in words. An archive inside is
    a folder of its name."""

    folder: Path
    refused: list[str] = field(default_factory=list)
    inner: int = 0  # archives inside it


class Room:
    """How much may still be unpacked of one file, whatever is packed in it once more; asked at
    every chunk, since what archives say may lie."""

    def __init__(self, name: str, packed: int, into: Path) -> None:
        self._name, self._packed = name, max(1, packed)
        self._free = shutil.disk_usage(into).free
        self._written = 0  # that is there to stay
        self._passing = 0  # archives from inside, gone as soon as they are unpacked
        self._members = 0

    def copy(self, source: IO[bytes], sink: IO[bytes]) -> None:
        while chunk := source.read(_CHUNK):
            self.foresee(len(chunk))
            self._written += len(chunk)
            sink.write(chunk)

    def foresee(self, size: int) -> None:
        """Raises StudioError where so many bytes more would be too many."""
        more = self._written + size
        check_unpacked(self._name, self._packed, more)
        check_half(self._name, more + self._passing, self._free)

    def pass_through(self, size: int) -> None:
        """So many of the bytes written are an archive whose content takes their place."""
        self._written -= size
        self._passing += size

    def passed(self, size: int) -> None:
        self._passing -= size

    def take_in(self, packed: int) -> None:
        """One more file beside the first."""
        self._packed += packed

    def count(self) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise _too_large(self._name, f"It holds more than {MOST_MEMBERS:,} files.")


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def unpack_gzip(path: Path, into: Path, room: Room | None = None) -> Path:
    """The unpacked file in the folder `into`; raises StudioError for bombs and broken files."""
    room = room or Room(path.name, path.stat().st_size, into)
    target = into / "unpacked"
    while target.exists():
        target = target.with_name(f"{target.name}-again")
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as sink:
            room.copy(cast(IO[bytes], source), sink)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path.name) from error
    return target


def archive_kind(path: Path) -> str:
    """ "zip", "tar", or nothing: spreadsheets and documents that are zips inside are none."""
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith((_ZIP, b"PK\x05\x06")):
        members = zip_members(path)
        if members is None:
            return ""
        office = set(members) & _NO_ARCHIVES or any(m.startswith("ppt/") for m in members)
        return "" if office else "zip"
    return "tar" if head[257:262] == b"ustar" and tarfile.is_tarfile(path) else ""


def unpack_archive(
    path: Path, into: Path, name: str, kind: str, room: Room | None = None
) -> Unpacked:
    """All files in the new folder `into`, and those of archives among them; one level further in
    they stay packed. What would land elsewhere is refused, and said."""
    into.mkdir()
    room = room or Room(name, path.stat().st_size, into)
    made = Unpacked(into)
    for said, file in _extract(path, into, kind, name, made, room):
        try:
            _open_inner(said, file, made, room)
        except StudioError as error:
            if error.code == "unpacks_too_large":
                raise
            _leave_out(file, f"{said} was not unpacked: {error.what} {error.why}", made)
    return made


Files = list[tuple[str, Path]]  # their names in the archive, and where they are


def _extract(path: Path, into: Path, kind: str, name: str, made: Unpacked, room: Room) -> Files:
    """Put the members into the folder `into`."""
    inside = into.relative_to(made.folder).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    found: Files = []
    try:
        for member, why, source in _members(path, kind, name, room):
            room.count()
            target, fault = _place(into, member)
            said = f"{prefix}{member[:200]}"
            if why or fault:
                made.refused.append(f"{said} was not unpacked: {why or fault}.")
            elif target is not None and source is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as sink:
                    room.copy(source, sink)
                found.append((said, target))
    except _BROKEN as error:
        raise _damaged(name) from error
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise _damaged(name) from error
    return found


def _open_inner(said: str, file: Path, made: Unpacked, room: Room) -> None:
    """A packed file among the others takes its content's place; an archive becomes a folder of
    its name."""
    if is_gzip(file):
        with _passing(file, room) as packed:
            unpack_gzip(packed, file.parent, room).replace(file)
    if kind := archive_kind(file):
        made.inner += 1
        with _passing(file, room) as packed:
            file.mkdir()
            deeper = _extract(packed, file, kind, said, made, room)
    else:
        deeper = [(said, file)]
    for name, path in deeper:
        if is_gzip(path) or archive_kind(path):
            _leave_out(path, f"{name} was not unpacked: {_TOO_DEEP}.", made)


@contextlib.contextmanager
def _passing(file: Path, room: Room) -> Iterator[Path]:
    """The packed file under another name, gone afterwards: its content counts in its place."""
    packed, size = file.with_name(f".{file.name}.packed"), file.stat().st_size
    file.replace(packed)
    room.pass_through(size)
    try:
        yield packed
    finally:
        packed.unlink()
    room.passed(size)


def _leave_out(file: Path, why: str, made: Unpacked) -> None:
    made.refused.append(why)
    if file.is_dir():
        shutil.rmtree(file)
    else:
        file.unlink(missing_ok=True)


Member = tuple[str, str, IO[bytes] | None]  # its name, why it is refused, its content


def _members(path: Path, kind: str, name: str, room: Room) -> Iterator[Member]:
    return _zip_files(path, name, room) if kind == "zip" else _tar_files(path)


def _zip_files(path: Path, name: str, room: Room) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        room.foresee(sum(entry.file_size for entry in entries))
        for entry in entries:
            if entry.is_dir():
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                yield entry.filename, "it is a link to another place", None
            elif entry.flag_bits & 1:
                raise _locked(name)
            else:
                with archive.open(entry) as source:
                    yield entry.filename, "", source


def _tar_files(path: Path) -> Iterator[Member]:
    with tarfile.open(path, "r:") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            if not entry.isreg():
                yield entry.name, "it is a link or a device, not a file", None
            else:
                yield entry.name, "", archive.extractfile(entry)


def _place(into: Path, member: str) -> tuple[Path | None, str]:
    """Where a member goes (None: nowhere, it is junk), or why it may not."""
    plain = member.replace("\\", "/")
    parts = PurePosixPath(plain).parts
    if plain.startswith("/") or plain[1:2] == ":":
        return None, "its path is absolute (it would be written outside the folder)"
    if ".." in parts:
        return None, "its path leads outside the folder"
    if any("\x00" in part or len(part.encode("utf-8", "replace")) > 240 for part in parts):
        return None, "its name can't be a file's name"
    if not parts or any(part in _JUNK or part.startswith(".") for part in parts):
        return None, ""
    safe = [part.encode("utf-8", "replace").decode("utf-8").rstrip(" .") or "_" for part in parts]
    return into.joinpath(*safe), ""


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
        raise _too_large(name, f"Unpacked it is larger than {format_bytes(LARGEST)}.")
    if unpacked > _HARMLESS and unpacked > packed * HIGHEST_RATIO:
        raise _too_large(
            name,
            f"Its {format_bytes(packed)} unpack to {format_bytes(unpacked)} or more, over "
            f"{HIGHEST_RATIO} times as much. Files made to do harm look like that.",
        )


def check_half(name: str, unpacked: int, free: int) -> None:
    """`free`: what the disk had before; half of it at most is given to one file."""
    if unpacked > free // 2:
        raise _too_large(
            name, f"Unpacked it takes more than half of the {format_bytes(free)} free on the disk."
        )


def _too_large(name: str, why: str) -> StudioError:
    return StudioError(
        f"{name} was not unpacked.",
        why,
        "Unpack it yourself if you trust it, and choose the file inside, or divide it into parts.",
        code="unpacks_too_large",
    )


def _damaged(name: str) -> StudioError:
    return StudioError(
        f"{name} is damaged.",
        "Its packed content ends too early or is broken: the download or copy was cut off.",
        "Copy or download it again.",
        code="damaged",
    )


def _locked(name: str) -> StudioError:
    return StudioError(
        f"{name} is protected by a password.",
        "Its content is encrypted, so that it can't be unpacked here.",
        "Unpack it with its password, and choose the file or folder that comes out.",
        code="password",
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
