"""Finds the sign that separates the cells of a text table."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", "^": "caret",
              "§": "section sign"}  # fmt: skip
_WRAPPED = 0.9  # share of lines with a cell in single quotation marks
NONE = "\x1f"  # stands for "one column only"; a sign that no text holds
_ESCAPED_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)\\"')
_SEP_LINE = re.compile(r'^\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    sure: bool
    skip: int = 0  # lines before the table proper (the `sep=` line)
    escaped: bool = False  # quotes inside a cell are written \\" instead of ""
    quote: str = '"'  # around cells that hold the separator
    spaced: bool = False  # a space stands before the quotes that open a cell: a, "b, c"
    regular: float = 0.0  # how much of a table it is with this sign; prose stays below 0.8

    @property
    def title(self) -> str:
        if self.delimiter == NONE:
            return "one column"
        return DELIMITERS.get(self.delimiter, repr(self.delimiter))


def find_dialect(lines: Sequence[str], chosen: str | None = None, suffix: str = "") -> Dialect:
    """`lines` are the first few hundred, line ends kept."""
    said = _SEP_LINE.match(lines[0]) if lines else None
    skip = 1 if said else 0
    if chosen or said:
        sign = chosen or (said.group(1) if said else ",")
        sign = "\t" if sign in ("tab", "\\t") else sign[:1]
        below = lines[skip:]
        return Dialect(
            sign, True, skip, _escaped(below, sign), _quote(below, sign), _spaced(below, sign)
        )
    rewritten = [plain_quotes(line) for line in lines]
    scores = {s: max(_score(lines, s, _quote(lines, s)), _score(rewritten, s)) for s in DELIMITERS}
    if suffix == ".tsv":
        scores["\t"] *= 2
    best = max(scores, key=lambda sign: scores[sign])
    if scores[best] < 0.5:
        return Dialect(NONE, False)
    rest = [score for sign, score in scores.items() if sign != best]
    sure = scores[best] > 1.3 * max(rest)
    escaped, quote = _escaped(lines, best), _quote(lines, best)
    spaced = _spaced(lines, best)
    return Dialect(best, sure, escaped=escaped, quote=quote, spaced=spaced, regular=scores[best])


def plain_quotes(line: str) -> str:
    """The same line with its quotes written as CSV wants them."""
    return _ESCAPED_QUOTE.sub('\\1""', line) if '\\"' in line else line


def _escaped(lines: Sequence[str], sign: str) -> bool:
    """Read as it stands the sample is broken, with the quotes rewritten it is not."""
    if not any('\\"' in line for line in lines):
        return False
    return not _clean(lines, sign) and _clean([plain_quotes(line) for line in lines], sign)


def _quote(lines: Sequence[str], sign: str) -> str:
    """A single quotation mark where nearly every line has a cell in such and none has one in
    double ones; "'t is" and "rock 'n' roll" don't make one."""
    if not any("'" in line for line in lines):
        return '"'
    mark = re.escape(sign)
    wrapped = re.compile(rf"(?:^|{mark})'(?:[^'\r\n]|'')*'(?:{mark}|\s*$)")
    usual = re.compile(rf'(?:^|{mark})"')
    told = [line for line in lines[1:] if line.strip()]
    if len(told) < 3 or any(usual.search(line) for line in told):
        return '"'
    share = sum(1 for line in told if wrapped.search(line)) / len(told)
    return "'" if share >= _WRAPPED and _clean(told, sign, "'") else '"'


def _spaced(lines: Sequence[str], sign: str) -> bool:
    """In half of the lines or more, so that no remark in quotes makes a rule."""
    told = [line for line in lines[1:] if line.strip()]
    opens = re.compile(re.escape(sign) + ' +"')
    return bool(told) and sum(1 for line in told if opens.search(line)) >= 0.5 * len(told)


def _clean(lines: Sequence[str], sign: str, quote: str = '"') -> bool:
    try:
        for _ in csv.reader(lines, delimiter=sign, quotechar=quote, strict=True):
            pass
    except csv.Error:
        return False
    return True


def _score(lines: Sequence[str], sign: str, quote: str = '"') -> float:
    """How regular the table is with this sign: the share of its rows that have the usual number
    of cells, a little more for more cells."""
    try:
        rows = list(csv.reader(lines, delimiter=sign, quotechar=quote))
    except csv.Error:
        return 0.0
    if rows and len(rows) > 3 and len(lines) >= 200:
        rows = rows[:-1]  # may have been cut
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    total = sum(widths.values())
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width = max(wide, key=lambda w: (wide[w], w))
    share = wide[width] / total
    # Signs inside sentences come with a space before the next word; separators rarely do.
    cells = [cell for row in rows if len(row) == width for cell in row[1:]]
    spaced = sum(1 for cell in cells if cell.startswith(" ")) / max(1, len(cells))
    return share * (1 + 0.05 * min(width, 10)) * (1 - 0.5 * spaced)
