"""HTML in texts, and the text in HTML. Code is left as it stands."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6",
           "section", "article", "header", "footer", "blockquote", "pre", "hr", "dt", "dd", "form",
           "main", "nav", "title", "body", "html", "head"}  # fmt: skip
_INLINE = {"a", "b", "i", "u", "em", "strong", "span", "font", "sub", "sup", "small", "img", "td",
           "th", "tbody", "thead", "label", "input", "button", "script", "style", "center", "s",
           "strike", "del", "ins", "mark", "abbr", "cite", "link", "meta", "iframe", "svg", "path",
           "figure", "video", "code"}  # fmt: skip
_SILENT = {"script", "style", "head", "svg"}
_TAG = re.compile(r"</?(?:" + "|".join(sorted(_BLOCKS | _INLINE, key=len, reverse=True))
                  + r")(?:\s[^<>]{0,2000})?/?>", re.I)  # fmt: skip
_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|apos|hellip|[lr][sd]quo|[mn]dash|eacute|[aou]uml|"
                     r"szlig|euro|#\d{2,6}|#x[0-9a-f]{2,5});", re.I)  # fmt: skip
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS and tag not in ("br", "li"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def has_html(text: str) -> bool:
    """Whether tags or entities stand in the prose."""
    if "<" not in text and "&" not in text:
        return False
    prose = _CODE.sub(" ", text)
    return bool(_TAG.search(prose) or _ENTITY.search(prose))


def without_html(text: str) -> str:
    """The text as a browser would show it, without styles; code between ` stays."""
    return "".join(
        part if place % 2 else _plain(part) for place, part in enumerate(_CODE.split(text))
    ).strip()


def _plain(text: str) -> str:
    if not _TAG.search(text):
        return html.unescape(text) if _ENTITY.search(text) else text
    reader = _Reader()
    reader.feed(_escaped(text))
    reader.close()
    lines = [_SPACES.sub(" ", line).strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _escaped(text: str) -> str:
    """A < that opens no tag is one: “a < b”, “List<T>”."""
    return re.sub(
        r"<", lambda m: "<" if _TAG.match(text, m.start()) or text.startswith("<!--", m.start())
        else "&lt;", text,
    )  # fmt: skip
