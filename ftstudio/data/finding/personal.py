"""Personal data in a text: what stands where, by forms and check digits.

Names and postal addresses have no form: a model of the person's own finds them, and is given as a
further recogniser. Nothing is sent anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from ftstudio.data.finding.accounts import cards, ibans
from ftstudio.data.finding.found import KINDS, Found, Recogniser, apart
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


class Personal:
    """Looks for the kinds chosen. `recognisers` are further ones, for example a model's."""

    def __init__(
        self,
        kinds: Iterable[str] = tuple(KINDS),
        regions: Sequence[str] = REGIONS,
        recognisers: Sequence[Recogniser] = (),
    ) -> None:
        own: dict[str, Recogniser] = _OWN | {"phone": partial(phones, regions=regions)}
        chosen = set(kinds)
        self._always = [own[kind] for kind in own if kind in chosen - _WITH_DIGITS]
        self._digits = [own[kind] for kind in own if kind in chosen & _WITH_DIGITS]
        self._further = list(recognisers)

    def find(self, text: str) -> list[Found]:
        """What was found, by its place; nothing overlaps."""
        found: list[Found] = []
        for recognise in self._always:
            found += recognise(text)
        if sum(map(text.count, "0123456789")) > 5:
            for recognise in self._digits:
                found += recognise(text)
        for recognise in self._further:
            found += recognise(text)
        return list(apart(found)) if len(found) > 1 else found


# A number that stands in JSON as one: behind a field's name, or in a list of numbers.
_FIELD = re.compile(r"[\"']\s*:\s*\Z")
_LISTED = re.compile(r"[\[,]\s*\Z")
_NEXT = re.compile(r"\s*[,}\]]")


def replaced(text: str, found: Sequence[Found], name: Callable[[Found], str]) -> str:
    """The text with each place that was found replaced by its name. Where a number becomes a name
    in JSON, as in a tool's call, it is put between quotation marks: it would not be read else."""
    parts, end = [], 0
    for one in found:
        own = name(one)
        parts += [text[end : one.start], f'"{own}"' if _bare_in_json(text, one) else own]
        end = one.end
    return "".join([*parts, text[end:]])


def _bare_in_json(text: str, one: Found) -> bool:
    if not one.text.isdigit() or not _NEXT.match(text, one.end):
        return False
    before = text[: one.start]
    if _FIELD.search(before[-64:]):
        return True
    in_a_string = re.sub(r"\\.", "", before).count('"') % 2
    return text[:1] in "[{" and not in_a_string and _LISTED.search(before[-64:]) is not None
