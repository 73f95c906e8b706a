"""Web pages (HTML): tables and text in their order; scripts, menus and forms are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.document import Grid, Words, document_rows
from ftstudio.data.ingest.encoding import find_encoding
from ftstudio.data.ingest.nuls import NoNuls
from ftstudio.data.table import Problem

_PAGE = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body|table)\b",
                   re.I | re.S)  # fmt: skip
_SAID = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.I)
_LEFT_OUT = ("script,style,noscript,template,svg,math,iframe,object,nav,form,button,select,"
             "head,aside,footer")  # fmt: skip
_BLOCKS = {"p", "div", "section", "article", "main", "li", "ul", "ol", "dl", "dt", "dd", "pre",
           "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption",
           "header", "body", "html", "hr", "address", "details", "summary", "td", "th",
           "caption"}  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_DEEPEST = 512
_NESTING = re.compile(
    rb"<(/?)(?:div|table|span|section|article|main|ul|ol|dl|blockquote|b|i|u|em|strong|font|"
    rb"center|small|big|a|sub|sup|figure|details)\b",
    re.I,
)
_NAMED = (".html", ".htm", ".xhtml")


def _recognise(probe: Probe) -> float:
    if not probe.text:
        return 0
    if _PAGE.match(probe.text):
        return 1.6
    return 0.9 if probe.suffix in _NAMED and "<" in probe.text else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    from selectolax.lexbor import LexborHTMLParser

    raw = reading.path.read_bytes()
    said = _SAID.search(raw[:4096])
    chosen = reading.options.encoding
    encoding = find_encoding(reading.path, chosen)
    codec = encoding.codec
    if said and not chosen and not encoding.sure:
        codec = _known(said.group(1).decode("ascii")) or codec
        reading.details["encoding"] = codec
    else:
        reading.details["encoding"] = encoding.said
    _refuse_deep(raw, reading.name)
    nuls = NoNuls()
    tree = LexborHTMLParser(nuls.clean(raw.decode(codec, "replace")))
    reading.remarks += nuls.remark()
    for node in tree.css(_LEFT_OUT):
        node.decompose()
    reading.done(0.5)
    parts = list(_parts(tree.root))
    renamed = Path(reading.name.lower()).suffix not in (*_NAMED, "")
    if renamed and not any(isinstance(part, Grid) and part.is_table for part in parts):
        raise _no_data(reading.name)
    yield from document_rows(parts, reading)


def _refuse_deep(raw: bytes, name: str) -> None:
    """Thousands of elements in one another take a parser for ever; browsers stop at 512 too."""
    depth = 0
    for match in _NESTING.finditer(raw):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        if depth > _DEEPEST:
            raise StudioError(
                f"{name} can't be read as a web page.",
                f"Its elements are nested more than {_DEEPEST} levels deep; it is broken or made "
                "to do harm.",
                "Open it in a browser, and save the page's text or table from there.",
                code="too_deep",
            )


def _no_data(name: str) -> StudioError:
    return StudioError(
        f"{name} is a web page without a table, whatever its name says.",
        "A download that failed leaves such a page, and so does a site that asks to sign in.",
        "Open it in a browser to see what it says, and download the file again. To learn from "
        "the page's text, rename it to .html.",
        code="html",
    )


def _known(name: str) -> str | None:
    import codecs

    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _parts(root: Any) -> Iterator[Words | Grid]:
    """Text nodes one after another; a paragraph ends where the nearest block changes."""
    if root is None:
        return
    held: list[str] = []
    block, mark = 0, ""
    tables: dict[int, bool] = {}  # seen, and whether it is read as a whole
    for node in root.traverse(include_text=True):
        if node.tag == "table":
            grid = Grid(list(_rows(node)))
            whole = grid.is_table and node.css_first("table table") is None
            tables[node.mem_id] = whole
            if whole and not _inside(node, tables):
                yield from _flush(held, mark)
                yield grid
            continue
        if node.tag == "br":
            held.append("\n")
            continue
        if node.tag != "-text" or not (text := node.text_content or "").strip():
            if node.tag == "-text" and held:
                held.append(" ")
            continue
        nearest, tag = _block(node)
        if _inside(node, tables):
            continue
        if nearest != block:
            yield from _flush(held, mark)
            block, mark = nearest, _HEADINGS.get(tag, "")
        held.append(text if tag == "pre" else re.sub(r"\s+", " ", text))
    yield from _flush(held, mark)


def _flush(held: list[str], mark: str) -> Iterator[Words]:
    text = re.sub(r" *\n *", "\n", "".join(held)).strip()
    held.clear()
    if text:
        yield Words(mark + text)


def _block(node: Any) -> tuple[int, str]:
    parent = node.parent
    while parent is not None:
        if parent.tag in _BLOCKS:
            return int(parent.mem_id), str(parent.tag)
        parent = parent.parent
    return 0, ""


def _inside(node: Any, tables: dict[int, bool]) -> bool:
    """In a table that was given as a whole."""
    parent = node.parent
    while parent is not None:
        if parent.tag == "table" and tables.get(parent.mem_id):
            return True
        parent = parent.parent
    return False


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.css("tr"):
        cells: list[str] = []
        for cell in row.css("th,td"):
            cells.append(" ".join(cell.text(separator=" ").split()))
            span = cell.attributes.get("colspan") or "1"
            cells.extend([""] * (min(100, int(span)) - 1 if span.isdecimal() else 0))
        yield cells


FORMAT = Format(
    key="html",
    title="Web page (HTML)",
    suffixes=_NAMED,
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"encoding", "sheet", "header_row"}),
)
