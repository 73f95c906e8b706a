"""What a fast spreadsheet reader leaves out: cells that hold an error, formulas never computed,
rows and columns that are hidden."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import normpath

_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"', re.S)
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_ERROR = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>(?:<f\b.*?</f>|<f\b[^>]*/>)?<v>([^<]*)', re.S
)
_UNCOMPUTED = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*>(?:<f\b[^>]*>[^<]*</f>|<f\b[^>]*/>)(?:<v\s*/>|<v></v>)?</c>'
)
_HIDDEN = re.compile(rb'<(?:\w+:)?(row|col)\b[^>]*\bhidden="(?:1|true)"[^>]*>')
_LAST = 1 << 14  # columns that a sheet can have
_CHUNK = 1 << 22
_OVERLAP = 1 << 16


@dataclass
class Marks:
    """Rows and columns are numbered from 0."""

    faults: dict[tuple[int, int], str] = field(default_factory=dict)  # (row, column): why, in words
    hidden_rows: set[int] = field(default_factory=set)  # by hand, or by a filter
    hidden_columns: set[int] = field(default_factory=set)

    def look(self, text: bytes) -> None:
        """Learn what a part of a sheet's XML says; a part may come twice."""
        for match in _ERROR.finditer(text):
            error = match.group(3).decode("utf-8", "replace")
            self.faults[_place(match)] = f"holds the spreadsheet error {error}"
        for match in _UNCOMPUTED.finditer(text):
            self.faults[_place(match)] = (
                "holds a formula that was never computed (open and save it in Excel)"
            )
        for match in _HIDDEN.finditer(text):
            said = dict(_ATTRIBUTE.findall(match[0]))
            if match[1] == b"row" and said.get(b"r", b"").isdigit():
                self.hidden_rows.add(int(said[b"r"]) - 1)
            elif said.get(b"min", b"").isdigit() and said.get(b"max", b"").isdigit():
                low, high = int(said[b"min"]), min(int(said[b"max"]), _LAST)
                self.hidden_columns.update(range(low - 1, high))


def marks(path: Path, sheet: str) -> Marks:
    """What one sheet of a workbook (.xlsx) says of its cells, beside what they hold."""
    found = Marks()
    with zipfile.ZipFile(path) as archive:
        member = _member(archive, sheet)
        if member is None:
            return found
        with archive.open(member) as stream:
            before = b""
            while chunk := stream.read(_CHUNK):
                text = before + chunk
                found.look(text)
                before = text[-_OVERLAP:]
    return found


def _member(archive: zipfile.ZipFile, sheet: str) -> str | None:
    try:
        book = archive.read("xl/workbook.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return None
    wanted = next((rid for name, rid in _SHEET.findall(book) if _plain(name) == sheet), None)
    for relation in _RELATION.findall(relations):
        attributes = dict(_ATTRIBUTE.findall(relation))
        if attributes.get(b"Id") == wanted:
            target = attributes.get(b"Target", b"").decode("utf-8", "replace")
            name = target[1:] if target.startswith("/") else normpath(f"xl/{target}")
            return name if name in archive.namelist() else None
    return None


def _plain(name: bytes) -> str:
    from html import unescape

    return unescape(name.decode("utf-8", "replace"))


def _place(match: re.Match[bytes]) -> tuple[int, int]:
    column = 0
    for letter in match.group(1):
        column = column * 26 + letter - 64
    return int(match.group(2)) - 1, column - 1
