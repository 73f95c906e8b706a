"""Personal data in a text: what stands where, by forms and check digits.

Names and postal addresses have no form: a model of the person's own finds them, and is given as a
further recogniser. Nothing is sent anywhere.
"""

from __future__ import annotations

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


def replaced(text: str, found: Sequence[Found], name: Callable[[Found], str]) -> str:
    """The text with each place that was found replaced by its name."""
    parts, end = [], 0
    for one in found:
        parts += [text[end : one.start], name(one)]
        end = one.end
    return "".join([*parts, text[end:]])
