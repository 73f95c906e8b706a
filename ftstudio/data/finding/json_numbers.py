"""Numbers that stand as values in JSON: in a whole document, or in one inside of another text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_BEGIN = re.compile(r"[{\[]")
_TOKEN = re.compile(
    r"\s*+(?:(?P<number>-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][+-]?\d++)?(?![\w.]))"
    r'|(?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")'
    r"|(?:true|false|null)\b|(?P<sign>[{}\[\],:]))"
)
_BLANK = re.compile(r"\s*+")
_VALUE = '"v{['  # what a value begins with: a string, another one, an object, a list


@dataclass
class _Open:
    """An object or a list that is not closed yet; `allowed`: what may come next in it."""

    start: int
    closing: str
    allowed: str

    def go_on(self, sign: str) -> None:
        key = self.closing == "}" and sign == '"' and "v" not in self.allowed
        if key:
            self.allowed = ":"
        elif sign == ":":
            self.allowed = _VALUE
        elif sign == ",":
            self.allowed = '"' if self.closing == "}" else _VALUE
        else:
            self.allowed = "," + self.closing


def numbers_in_json(text: str) -> set[tuple[int, int]]:
    """Where each begins and ends. One walk: what breaks the rules of JSON ends all that is open,
    and what was whole inside of it stays. A list of mere values is JSON where a text begins with
    it; elsewhere it may be a remark in brackets."""
    numbers: list[tuple[int, int]] = []
    whole: list[tuple[int, int]] = []
    opened: list[_Open] = []
    place = 0
    while True:
        if not opened:
            begin = _BEGIN.search(text, place)
            if begin is None:
                break
            place = begin.start()
        token = _TOKEN.match(text, place)
        sign = _sign(token)
        if opened and sign not in opened[-1].allowed:
            opened.clear()
            continue
        assert token is not None
        place = token.end()
        if sign in "]}":
            start = opened.pop().start
            while whole and whole[-1][0] > start:
                whole.pop()
            whole.append((start, place))
            continue
        if opened:
            opened[-1].go_on(sign)
        if sign in "[{":
            opened.append(_opened(sign, place - 1))
        elif token["number"]:
            numbers.append(token.span("number"))
    return _inside(numbers, [span for span in whole if _is_meant(text, *span)])


def _sign(token: re.Match[str] | None) -> str:
    """As `allowed` names it; "?" is allowed nowhere."""
    if token is None:
        return "?"
    return token["sign"] or ('"' if token["string"] else "v")


def _opened(sign: str, start: int) -> _Open:
    return _Open(start, "}", '"}') if sign == "{" else _Open(start, "]", _VALUE + "]")


def _is_meant(text: str, start: int, end: int) -> bool:
    return text.find("{", start, end) >= 0 or _BLANK.fullmatch(text, 0, start) is not None


def _inside(numbers: list[tuple[int, int]], whole: list[tuple[int, int]]) -> set[tuple[int, int]]:
    starts = [start for start, _ in whole]
    found = set()
    for number in numbers:
        place = bisect_right(starts, number[0]) - 1
        if place >= 0 and number[1] <= whole[place][1]:
            found.add(number)
    return found
