"""Word documents (.docx): paragraphs and tables in their order, nothing else of them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.document import Grid, Words, document_rows
from ftstudio.data.ingest.unpack import check_zip, zip_members
from ftstudio.data.ingest.xml_check import check_xml
from ftstudio.data.table import Problem

_ZIP = b"PK\x03\x04"
_BODY = "word/document.xml"
_LEFT_OUT = {"instrText", "delText", "fldData"}  # field codes, and what was struck out
_DEEPEST = 100  # tables within tables


def _recognise(probe: Probe) -> float:
    if not probe.head.startswith(_ZIP):
        return 0
    return 2 if _BODY in (zip_members(probe.path) or ()) else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    check_zip(reading.path, reading.name)
    try:
        with zipfile.ZipFile(reading.path) as archive:
            with archive.open(_BODY) as stream:
                check_xml(stream, reading.name)
            with archive.open(_BODY) as stream:
                root = ElementTree.parse(stream).getroot()
    except (zipfile.BadZipFile, zlib.error, EOFError, ElementTree.ParseError, KeyError,
            NotImplementedError, RuntimeError) as error:  # fmt: skip
        raise _damaged(reading.name) from error
    reading.done(0.5)
    yield from document_rows(_parts(root), reading)


def _parts(element: Any, depth: int = 0) -> Iterator[Words | Grid]:
    """Paragraphs and tables wherever they are wrapped (sections, content controls)."""
    for child in element:
        name = _name(child)
        if name == "p":
            yield Words(_heading(child) + _text(child))
        elif name == "tbl":
            yield Grid([_cells(row) for row in child if _name(row) == "tr"])
        elif depth < _DEEPEST:
            yield from _parts(child, depth + 1)


def _cells(row: Any) -> list[str]:
    """A cell that spans several columns stands in the first of them."""
    cells: list[str] = []
    for cell in row:
        if _name(cell) != "tc":
            continue
        paragraphs = [_text(p) for p in cell.iter() if _name(p) == "p"]
        cells.append("\n".join(paragraphs).strip())
        cells.extend([""] * (_span(cell) - 1))
    return cells


def _span(cell: Any) -> int:
    for element in cell.iter():
        if _name(element) == "gridSpan":
            said = next((v for k, v in element.attrib.items() if k.endswith("val")), "1")
            return max(1, min(100, int(said))) if said.isdecimal() else 1
    return 1


def _heading(paragraph: Any) -> str:
    """Headings are marked as in Markdown, so that pieces begin with them."""
    for element in paragraph.iter():
        if _name(element) == "pStyle":
            style = next((v for k, v in element.attrib.items() if k.endswith("val")), "")
            level = style.removeprefix("Heading")
            return "#" * min(6, int(level)) + " " if level.isdecimal() and level != "0" else ""
    return ""


def _text(paragraph: Any) -> str:
    words: list[str] = []
    for element in paragraph.iter():
        name = _name(element)
        if name == "t":
            words.append(element.text or "")
        elif name == "tab":
            words.append("\t")
        elif name in ("br", "cr"):
            words.append("\n")
        elif name in _LEFT_OUT:
            continue
    return "".join(words).strip()


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _damaged(name: str) -> StudioError:
    return StudioError(
        f"{name} can't be opened as a Word document.",
        "Its content is damaged, or protected by a password.",
        "Open it in Word or LibreOffice and save it again as .docx, without a password.",
        code="damaged",
    )


FORMAT = Format(
    key="docx",
    title="Word document",
    suffixes=(".docx", ".docm"),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"sheet", "header_row"}),
)
