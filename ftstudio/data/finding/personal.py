"""Personal data in a text: what stands where, by forms and check digits.

Names and postal addresses have no form: a model of the person's own finds them, and is given as a
further recogniser. Nothing is sent anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ftstudio.data.finding.accounts import cards, ibans
from ftstudio.data.finding.found import KINDS, Found, Recogniser, apart
from ftstudio.data.finding.json_numbers import numbers_in_json
from ftstudio.data.finding.keys import keys
from ftstudio.data.finding.national_ids import national_ids
from ftstudio.data.finding.online import emails, ips, urls
from ftstudio.data.finding.phones import REGIONS, phones

NOT_FOUND = "Names and postal addresses are not found: that takes a model of your own."

_OWN: dict[str, Recogniser] = {
    "email": emails, "card": cards, "iban": ibans, "national_id": national_ids, "ip": ips,
    "key": keys, "url": urls,
}  # fmt: skip
_WITH_DIGITS = {"card", "iban", "national_id", "phone"}


# Spaces and a hyphen that keep a line together are as good as plain ones.
_TYPESET = re.compile("[\u00a0\u2007\u2009\u202f\u2011]")
_PLAIN = {0xA0: " ", 0x2007: " ", 0x2009: " ", 0x202F: " ", 0x2011: "-"}
# A long text is looked at in pieces, so that whoever waits can stop it. What begins in a piece is
# seen with what stands before it, and as far behind as the longest key goes.
_PIECE, _BEFORE, _BEHIND = 64_000, 1_000, 17_000


class Personal:
    """Looks for the kinds chosen. `recognisers` are further ones, for example a model's. `tell`
    hears of each piece of a long text, and may raise to stop."""

    def __init__(
        self,
        kinds: Iterable[str] = tuple(KINDS),
        regions: Sequence[str] = REGIONS,
        recognisers: Sequence[Recogniser] = (),
        tell: Callable[[], None] | None = None,
    ) -> None:
        own: dict[str, Recogniser] = _OWN | {"phone": partial(phones, regions=regions)}
        chosen = set(kinds)
        self._always = [own[kind] for kind in own if kind in chosen - _WITH_DIGITS]
        self._digits = [own[kind] for kind in own if kind in chosen & _WITH_DIGITS]
        self._further, self._tell = list(recognisers), tell

    def find(self, text: str) -> list[Found]:
        """What was found, by its place; nothing overlaps."""
        found = self._formed(text) if len(text) <= _PIECE else list(self._in_pieces(text))
        for recognise in self._further:
            found += recognise(text)
        return list(apart(found)) if len(found) > 1 else found

    def _formed(self, text: str) -> list[Found]:
        found: list[Found] = []
        if _TYPESET.search(text):
            text = text.translate(_PLAIN)
        for recognise in self._always:
            found += recognise(text)
        if sum(map(text.count, "0123456789")) > 5:
            for recognise in self._digits:
                found += recognise(text)
        return found

    def _in_pieces(self, text: str) -> Iterator[Found]:
        for start in range(0, len(text), _PIECE):
            if self._tell is not None:
                self._tell()
            begin = max(0, start - _BEFORE)
            for one in self._formed(text[begin : start + _PIECE + _BEHIND]):
                if start <= begin + one.start < start + _PIECE:
                    yield replace(one, start=begin + one.start, end=begin + one.end)


def replaced(text: str, found: Sequence[Found], name: Callable[[Found], str]) -> str:
    """The text with each place that was found replaced by its name. Where a number becomes a name
    in JSON, as in a tool's call, it is put between quotation marks: it would not be read else."""
    numbers = numbers_in_json(text) if any(one.text.isdigit() for one in found) else set()
    parts, end = [], 0
    for one in found:
        own = name(one)
        bare = (one.start, one.end) in numbers
        parts += [text[end : one.start], f'"{own}"' if bare else own]
        end = one.end
    return "".join([*parts, text[end:]])
