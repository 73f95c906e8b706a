"""Tells what a file or folder is by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, formats, known_kinds
from ftstudio.data.ingest.encoding import fits, read_as, unmarked_utf16
from ftstudio.data.ingest.text_kinds import MAILS as _MAILS
from ftstudio.data.ingest.text_kinds import text_kind
from ftstudio.data.ingest.unpack import zip_members

_HEAD = 64_000
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LFS = "version https://git-lfs.github.com/spec/"
_PICTURE = "Choose the folder of the pictures, or a file with text in rows."
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "a rich-text document", "Save it as plain text or CSV."),
    (b"\x89PNG", "a picture (PNG)", _PICTURE),
    (b"\xff\xd8\xff", "a picture (JPEG)", _PICTURE),
    (b"GIF8", "a picture (GIF)", _PICTURE),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it and choose the file inside."),
    (b"Rar!", "a RAR archive", "Unpack it and choose the file inside."),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it and choose the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it and choose the file inside."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it and choose the file inside."),
)
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def recognise(path: Path, name: str, encoding: str | None = None) -> tuple[Format, list[str]]:
    """The format of an unpacked file, and remarks (a name that promises something else).
    `encoding` is the person's choice."""
    probe = probe_file(path, name, encoding)
    _refuse_others(probe, name)
    scores = {kind.key: kind.recognise(probe) for kind in formats().values()}
    key = max(scores, key=lambda k: scores[k])
    if scores[key] <= 0:
        raise _no_table(name, "Its bytes are neither text nor a spreadsheet.")
    chosen = formats()[key]
    remarks = []
    named = next((f for f in formats().values() if probe.suffix in f.suffixes), None)
    if named and named is not chosen and (scores[key] >= 1 or _is_misnamed(named, scores)):
        remarks.append(
            f"The name ends in {probe.suffix}, but inside it is: {chosen.title}. "
            "It was read as that."
        )
    return chosen, remarks


def _is_misnamed(named: Format, scores: dict[str, float]) -> bool:
    """Nothing of it is what its name says; a text (.txt) may well hold a table."""
    return named.key != "text" and scores[named.key] <= 0


def probe_file(path: Path, name: str, encoding: str | None = None) -> Probe:
    if path.is_dir():
        return Probe(path, "", b"", "")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise StudioError(
            f"{name} is empty.",
            "There is no text in it." if head else "It has 0 bytes.",
            "Choose another file, or export this one again.",
            code="empty_file",
        )
    plain = Path(name.lower())
    suffix = Path(plain.stem).suffix if plain.suffix in (".gz", ".gzip") else plain.suffix
    return Probe(path, suffix, head, _chosen(head, encoding) or _text(head))


def _chosen(head: bytes, encoding: str | None) -> str:
    """The head as the person says that it is written, where that makes words."""
    if not encoding or head.startswith((*_TEXT_MARKS, b"PK\x03\x04", _OLE)):
        return ""
    try:
        return read_as(head, encoding)
    except (LookupError, ValueError):  # whoever reads it says that there is none such
        return ""


def _text(head: bytes) -> str:
    """The head as text good enough for recognising; empty for binary files."""
    if head.startswith(_TEXT_MARKS[1:]):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if codec := unmarked_utf16(head):
        return head[: len(head) // 2 * 2].decode(codec, "replace")
    if b"\0" in head:
        head = head.replace(b"\0", b"")  # the readers leave them out too, and say so
        if len(_HIGH.findall(head)) > 0.15 * len(head) and not fits(head, "utf-8"):
            return ""
    if len(_CONTROL.findall(head)) > 0.01 * len(head) + 2:
        return ""
    return head.decode("utf-8", "replace").removeprefix("\ufeff")


def _refuse_others(probe: Probe, name: str) -> None:
    for magic, what, remedy in _OTHERS:
        if probe.head.startswith(magic):
            raise _no_table(name, f"It is {what}.", remedy)
    if probe.head.startswith(b"PK\x03\x04"):
        _refuse_zip(probe, name)
    if probe.head.startswith(_OLE) and "WordDocument".encode("utf-16-le") in probe.head:
        raise _no_table(name, "It is an old Word document (.doc).", "Save it as .docx in Word.")
    if probe.head.startswith(_OLE) and "__substg1.0_".encode("utf-16-le") in probe.head:
        raise _no_table(name, "It is an e-mail of Outlook (.msg).", _MAILS)
    if told := text_kind(probe):
        raise _no_table(name, f"It is {told.what}.", told.remedy)
    if probe.text.startswith(_LFS):
        raise StudioError(
            f"{name} is only a pointer to the real file.",
            "It comes from a Git LFS repository whose large files were not downloaded.",
            "Run `git lfs pull` there, or download the file itself.",
            code="lfs_pointer",
        )


def _refuse_zip(probe: Probe, name: str) -> None:
    """Presentations are zips too, as spreadsheets are. Archives were unpacked before."""
    members = zip_members(probe.path)
    if members is None:
        raise StudioError(
            f"{name} is damaged.",
            "It begins like a spreadsheet or a zip archive, but its end is missing.",
            "Copy or download it again, or save it anew in the program it came from.",
            code="damaged",
        )
    if any(member.startswith("ppt/") for member in members):
        raise _no_table(name, "It is a presentation.", "Choose a file with text in rows.")
    if not {"xl/workbook.xml", "xl/workbook.bin", "content.xml", "word/document.xml"} & {*members}:
        why = "It is an archive that is packed too often, or could not be unpacked here."
        raise _no_table(name, why, "Unpack it yourself, and choose what comes out.")


def _no_table(name: str, why: str, remedy: str = "") -> StudioError:
    return StudioError(
        f"{name} is not a table that can be read.",
        why,
        remedy or f"These can be read: {known_kinds()}.",
        code="unknown_format",
    )
