"""A place in a text where something personal stands, and what kinds there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

# What is told of each kind: one, and several.
KINDS: dict[str, tuple[str, str]] = {
    "email": ("e-mail address", "e-mail addresses"),
    "phone": ("phone number", "phone numbers"),
    "card": ("card number", "card numbers"),
    "iban": ("bank account (IBAN)", "bank accounts (IBAN)"),
    "national_id": ("national number", "national numbers"),
    "ip": ("network address (IP)", "network addresses (IP)"),
    "key": ("key or password", "keys and passwords"),
    "url": ("web address", "web addresses"),
}

# What only a model finds.
NAMED: dict[str, tuple[str, str]] = {
    "name": ("name", "names"),
    "place": ("place", "places"),
    "organisation": ("organisation", "organisations"),
    "address": ("postal address", "postal addresses"),
}
TOLD = KINDS | NAMED


@dataclass(frozen=True)
class Found:
    """`sure`: the form or the words before it tell; else only the number itself fits.

    `kind` is one of KINDS, or what a recogniser of names and addresses calls it.
    """

    kind: str
    start: int
    end: int
    text: str
    sure: bool = True
    detail: str = ""  # which national number, whose key


# What looks into one text: our own, and later models that lie on this computer.
Recogniser = Callable[[str], Iterable[Found]]

# Of two that are as sure and as long, which one it is: a telling form before a loose one.
_STRICT = ("key", "email", "iban", "card", "national_id", "ip", "url", "phone")
_BEFORE, _BEHIND = 48, 24  # characters in which a word says what a number is


# What is counted, sold or filed under a number, right before it: “Order no. 4412-8891-22”.
_THINGS = re.compile(
    r"\b(?:orders?|invoices?|isbn(?:-1[03])?|issn|sku|upc|ean|gtin|pzn|parts?|models?|serials?|s/n"
    r"|tickets?|tracking|parcel|shipment|items?|articles?|products?|quantity|qty|lot|batch|ref"
    r"|reference|cases?|docket|p\.?o\.?|imei|vin|doi|build|commit|versions?|transaction|booking"
    r"|policy|member|account|room|page|pages|zip|matrix|(?:customer|client|contract)"
    r"(?= ?(?:no|num|id|#))|bestell\w*|rechnung\w*|auftrag\w*|artikel\w*|vorgang\w*|sendung\w*"
    r"|konto\w*|commande|facture|colis|pedido|factura|ordine|fattura|bestelling|zam[óo]wieni\w*"
    r"|订单\w*|注文\w*)"
    r"(?:[ _-]?(?:number|numbers|nummer|num|nr|no|id|code|n°|nº|is|ist|was))*[\s.:#=\"'(]{0,4}$",
    re.I,
)


def matched(kind: str, match: re.Match[str], sure: bool = True, detail: str = "") -> Found:
    return Found(kind, match.start(), match.end(), match.group(), sure, detail)


def named(text: str, match: re.Match[str], words: re.Pattern[str]) -> bool:
    """Whether a word near it says what it is."""
    start = max(0, match.start() - _BEFORE)
    return words.search(text, start, min(len(text), match.end() + _BEHIND)) is not None


def names_a_thing(text: str, match: re.Match[str]) -> bool:
    """Whether the word right before it says that it is an order's number, a book's, a part's."""
    return _THINGS.search(text[max(0, match.start() - _BEFORE) : match.start()]) is not None


def apart(found: Iterable[Found]) -> Iterator[Found]:
    """Those that don't overlap, by their place: the sure one wins, then the longer."""
    own, kept = list(found), []
    taken = bytearray(max((one.end for one in own), default=0))  # a byte for each sign

    def rank(one: Found) -> tuple[bool, int, int]:
        place = _STRICT.index(one.kind) if one.kind in _STRICT else len(_STRICT)
        return not one.sure, one.start - one.end, place

    for one in sorted(own, key=rank):
        if taken.find(1, one.start, one.end) < 0:
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return iter(sorted(kept, key=lambda one: one.start))
