"""PDF documents: their text in pieces, each with its page; pictures of text are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.units import plural
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.pieces import pieces
from ftstudio.data.table import Problem

_MAGIC = b"%PDF-"
_ON_A_PAGE = 100_000  # more paragraphs than any page has: their numbers also say the page
_FEW = 20  # letters below which a page holds no text
_ENDS = (".", "!", "?", ":", "…", "”", '"', ")")


def _recognise(probe: Probe) -> float:
    return 2 if _MAGIC in probe.head[:1024] and not probe.head.startswith(b"{") else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    import pypdfium2 as pdfium

    try:
        book = pdfium.PdfDocument(reading.path)
    except pdfium.PdfiumError as error:
        raise _closed(reading.name, str(error)) from error
    with book:
        pages = list(_pages(book, reading))
    empty = [number for number, text in enumerate(pages, start=1) if len(text.strip()) < _FEW]
    if len(empty) == len(pages):
        raise _scanned(reading.name, len(pages))
    if empty:
        shown = ", ".join(str(number) for number in empty[:10])
        words = f"Without text, as scanned pages are (they need OCR): page {shown}."
        reading.remarks.append(Problem(0, words))
    reading.columns.extend(["text", "page"])
    reading.details["pages"] = f"{len(pages):,}"
    for row, (number, text) in enumerate(pieces(_paragraphs(pages)), start=1):
        yield Record(row, {"text": text, "page": number // _ON_A_PAGE})


def _pages(book: Any, reading: Reading) -> Iterator[str]:
    import pypdfium2 as pdfium

    for index in range(len(book)):
        reading.done(index / len(book))
        try:
            page = book[index]
            words = page.get_textpage()
            yield words.get_text_bounded()
            words.close()
            page.close()
        except pdfium.PdfiumError:
            reading.remarks.append(Problem(0, f"Page {index + 1} is damaged and was left out."))
            yield ""


def _paragraphs(pages: list[str]) -> Iterator[tuple[int, str]]:
    for page, text in enumerate(pages, start=1):
        for number, paragraph in enumerate(_joined(text.splitlines())):
            yield page * _ON_A_PAGE + min(number, _ON_A_PAGE - 1), paragraph


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines as the page breaks them, put together to paragraphs: one ends with a short line that
    ends a sentence, or at a blank line."""
    usual = max((len(line) for line in lines), default=0)
    held = ""
    for line in (line.strip() for line in lines):
        if not line:
            if held:
                yield held
            held = ""
            continue
        held = _attached(held, line)
        if line.endswith(_ENDS) and len(line) < 0.8 * usual:
            yield held
            held = ""
    if held:
        yield held


def _attached(held: str, line: str) -> str:
    """A word that was divided at the end of a line becomes whole again."""
    if held.endswith(("\u00ad", "\ufffe", "\x02")):
        return held[:-1] + line
    if held.endswith("-") and held[-2:-1].islower() and line[:1].islower():
        return held[:-1] + line
    return f"{held} {line}" if held else line


def _scanned(name: str, pages: int) -> StudioError:
    count = plural(pages, "Its page holds", "Its {n} pages hold")
    return StudioError(
        f"{name} needs OCR (text recognition).",
        f"{count} pictures of text, as scanners make them, and no letters.",
        "Have a scanner's or PDF program recognise the text (OCR), save it, and choose that file.",
        code="needs_ocr",
    )


def _closed(name: str, said: str) -> StudioError:
    if "assword" in said:
        return StudioError(
            f"{name} is protected by a password.",
            "Its content is encrypted, so that no other program can read it.",
            "Open it with its password, print or save it as a PDF without one, and choose that.",
            code="password",
        )
    return StudioError(
        f"{name} can't be opened as a PDF.",
        "Its content is damaged: the copy or download may have been cut off.",
        "Copy or download it again.",
        code="damaged",
    )


FORMAT = Format(
    key="pdf",
    title="PDF document",
    suffixes=(".pdf",),
    recognise=_recognise,
    read=_read,
)
