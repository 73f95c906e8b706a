"""HTML in texts, and the text in HTML. Code is left as it stands."""

from __future__ import annotations

import html
import re
from collections import Counter
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
_CODE = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`)", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_VOID = {"br", "hr", "img", "input", "link", "meta"}
_LEFT_OPEN = {"p", "li", "td", "th", "tr", "dt", "dd", "html", "head", "body", "tbody", "thead"}
# What is said of a tag is no tag: “the <br> tag”, “between <b> and </b>”.
_SAID_OF = re.compile(
    r"(?:['’]?s?)[ -](?:tags?|elements?|attributes?|elemente?|étiquettes?|balises?|etiquetas?)\b"
    r"|,? (?:and|or|und|et|y|/) (?:the )?(?:</|<\w+> (?:tags?|elements?)\b)|标签",
    re.I,
)  # fmt: skip
# A program that writes pages: PHP, ASP, JSP, React.
_PROGRAM = re.compile(r"<\?(?:php|=)|<%[=@! ]|\bimport React\b|\breturn \(\s*<", re.I)
_LONE_MARK = re.compile(r"(?m)^(-|\d+\.) ?\n+(?=\S)(?!-|\d+\. )")
_MARGIN = 64  # characters before a tag that still stands at the beginning of its line
_QUOTES = "\"'“‘«"
_DECLARED = ("<!--", "<!DOCTYPE", "<!doctype")
_INDENT = re.compile(r"(?<=\n)[ \t]+(?=\S)|(?<=\S)[ \t]{2,}(?=\S)")
_FIRST = re.compile(r"\A[ \t]+(?=\S)")
# Stand for spaces, tabs and ends of lines that are to stay: no text may hold these (Unicode 23.7).
_KEPT = str.maketrans({" ": "\ufdd0", "\t": "\ufdd1", "\n": "\ufdd2"})
_BACK = str.maketrans({"\ufdd0": " ", "\ufdd1": "\t", "\ufdd2": "\n"})


class _Reader(HTMLParser):
    """Within a block white space means nothing, as in a browser; around tags that stand in plain
    text, and within code, it stays."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = self._blocks = self._code = 0
        self._begun = self._raised = False
        self._lists: list[int | None] = []  # the number of the last entry; None: they have dots

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begun = True
        self._silent += tag in _SILENT
        self._code += tag in ("pre", "code")
        self._raised = tag == "sup"
        if tag in _BLOCKS:
            self._blocks += tag not in _VOID
            if tag in ("ul", "ol"):
                self._lists.append(0 if tag == "ol" else None)
            self.parts.append(f"\n{self._mark()} " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def _mark(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "-"
        self._lists[-1] += 1
        return f"{self._lists[-1]}."

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_comment(self, data: str) -> None:
        self._begun = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in ("pre", "code"):
            self._code = max(0, self._code - 1)
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS and tag != "br":
            self._blocks = max(0, self._blocks - 1)
            self.parts.append("" if tag == "li" else "\n")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if (
            self._raised
            and data[:1] in "0123456789-−n"
            and self.parts
            and self.parts[-1][-1:].isalnum()
        ):
            data = f"^{data}"  # 10<sup>6</sup> is not 106
        self._raised = False
        if self._code:
            if _TAG.search(data):  # what shows a tag must not be taken for one next time
                data = f"```\n{data.strip()}\n```" if "\n" in data.strip() else f"`{data.strip()}`"
            data = data.translate(_KEPT)
        elif not self._blocks and data.strip():
            data = _INDENT.sub(lambda match: match.group().translate(_KEPT), data)
            if not self._begun:
                data = _FIRST.sub(lambda match: match.group().translate(_KEPT), data)
        self._begun = True
        self.parts.append(data)


def has_html(text: str) -> bool:
    """Whether tags or entities stand in the prose."""
    if "<" not in text and "&" not in text:
        return False
    prose = _CODE.sub(" ", text)
    return bool(_ENTITY.search(prose) or _tags(prose))


def without_html(text: str) -> str:
    """The text as a browser would show it, without styles; code between ` stays."""
    parts = _CODE.split(text)
    if not any(_ENTITY.search(part) or _tags(part) for part in parts[::2]):
        return text
    plain = "".join(part if place % 2 else _plain(part) for place, part in enumerate(parts))
    return plain.rstrip().lstrip("\n") if plain[:1].isspace() else plain.rstrip()


def _tags(text: str) -> set[int]:
    """Where tags stand that do something: of a pair, or such as need none. One in quotation marks
    is code or a quote, and one that follows a letter of code compares: “a<b”, “List<i>”."""
    if "<" not in text or _PROGRAM.search(text):
        return set()
    fragment = _TAG.match(text, len(text) - len(text.lstrip())) is not None
    found = [match for match in _TAG.finditer(text) if _stands(text, match, fragment)]
    names = [re.sub(r"[^a-z0-9]", "", re.split(r"[\s/]", match.group().strip("</>"))[0].lower())
             for match in found]  # fmt: skip
    live: set[int] = set()
    opened: dict[str, list[int]] = {}
    counts = Counter(names)
    for match, name in zip(found, names, strict=True):
        start = match.start()
        if match.group().startswith("</"):
            if opened.get(name):
                live |= {opened[name].pop(), start}
            continue
        before = text[max(0, start - _MARGIN) : start]
        starts_a_line = ("\n" in before or start < _MARGIN) and not before.rpartition("\n")[
            2
        ].strip()
        alone = name in _VOID or match.group().endswith("/>") or (
            name in _LEFT_OPEN and (starts_a_line or counts[name] > 1))  # fmt: skip
        if alone:
            live.add(start)
        opened.setdefault(name, []).append(start)
    return live


def _stands(text: str, match: re.Match[str], fragment: bool) -> bool:
    start, end = match.span()
    closing = match.group().startswith("</")
    beside = text[end : end + 1] if closing else text[start - 1 : start] if start else ""
    quoted = bool(beside) and beside in (_QUOTES + "”’»" if closing else _QUOTES)
    return (fragment or not quoted) and not _SAID_OF.match(text, end)


def _plain(text: str) -> str:
    live = _tags(text)
    if not live:
        return html.unescape(text) if _ENTITY.search(text) else text
    reader = _Reader()
    reader.feed(_escaped(text, live))
    reader.close()
    lines = [_SPACES.sub(" ", line).strip() for line in "".join(reader.parts).split("\n")]
    plain = _LONE_MARK.sub(r"\1 ", "\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", plain).translate(_BACK)


def _escaped(text: str, live: set[int]) -> str:
    """A < that opens no tag is one: “a < b”, “List<T>”."""
    return re.sub(
        r"<",
        lambda m: "<" if m.start() in live or text.startswith(_DECLARED, m.start()) else "&lt;",
        text,
    )
