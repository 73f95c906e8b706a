"""Personal data replaced by stand-ins, the same thing by the same one, or its rows left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.params import Params, param
from ftstudio.data import named, row_outline
from ftstudio.data.acting import changed, left_out, told
from ftstudio.data.finding.found import TOLD, Found
from ftstudio.data.finding.personal import NOT_FOUND, Personal, replaced
from ftstudio.data.finding.phones import REGIONS
from ftstudio.data.finding.pseudonyms import Pseudonyms
from ftstudio.data.step import Choice, Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import all_strings, with_all_strings
from ftstudio.data.watched import progress_of


class PersonalParams(Params):
    emails: bool = param(True, title="E-mail addresses", help="name@example.org")
    phones: bool = param(True, title="Phone numbers", help="Of the countries named below.")
    cards: bool = param(True, title="Card numbers", term="Luhn", help="With right check digits.")
    ibans: bool = param(True, title="Bank accounts", term="IBAN", help="With right check digits.")
    national_ids: bool = param(
        True, title="National numbers",
        help="Social security, tax and personal numbers of 45 countries, with right check digits.",
    )  # fmt: skip
    keys: bool = param(True, title="Keys and passwords", term="secrets", help="Also tokens.")
    ips: bool = param(True, title="Network addresses", term="IPv4, IPv6", help="192.168.10.24")
    urls: bool = param(False, title="Web addresses", term="URL", help="They seldom name a person.")
    names: bool = param(
        True, title="Names", term="PERSON", help="Of people, as a model of yours finds them."
    )
    places: bool = param(
        False, title="Places", term="LOCATION", help="Cities and countries, found by that model."
    )
    organisations: bool = param(
        False, title="Organisations", term="ORGANISATION", help="Firms and the like, found by it."
    )
    addresses: bool = param(
        True, title="Postal addresses", term="ADDRESS",
        help="Streets and postcodes, where that model knows them; many know places alone.",
    )  # fmt: skip
    regions: str = param(
        ", ".join(REGIONS), title="Countries of phone numbers", level="all",
        help="Two letters each. Numbers that begin with + are found for all countries.",
        only_if={"phones": (True,)},
    )  # fmt: skip
    unsure: bool = param(
        False, title="Also what only may be one", level="all",
        help="Numbers that fit, with no word near them that says what they are, and names of which "
        "the model is not sure.",
    )  # fmt: skip
    action: Literal["replace", "drop"] = param(
        "replace", title="What to do",
        labels={"replace": "write [EMAIL_1] instead", "drop": "leave the rows out"},
        help="The same address is [EMAIL_1] in every row, so that conversations stay whole.",
    )  # fmt: skip
    spans: str = param("", title="", help="Where a model found names: places in the rows.")
    read: str = param("", title="", help="The rows that it read, by their outlines.")
    by: str = param("", title="", help="The model's name.")
    fingerprint: str = param("", title="", help="Of the model's files.")


_KIND = {"emails": "email", "phones": "phone", "cards": "card", "ibans": "iban", "ips": "ip",
         "national_ids": "national_id", "keys": "key", "urls": "url"}  # fmt: skip
_NAMED = {"names": "name", "places": "place", "organisations": "organisation",
          "addresses": "address"}  # fmt: skip


def _regions(text: str) -> tuple[str, ...]:
    import phonenumbers

    codes = [part.strip().upper() for part in text.replace(";", ",").split(",") if part.strip()]
    codes = ["GB" if code == "UK" else code for code in codes]
    for code in codes:
        if code not in phonenumbers.SUPPORTED_REGIONS:
            raise StudioError(
                f"There is no country {code}.",
                "Countries are named by two letters, such as US, GB or DE.",
                "Mend the list of countries.",
                code="region_unknown",
            )
    return tuple(codes)


class _Look:
    """Numbers by their forms, names where a model found them. `unread`: rows that the model has
    not read as they are now. Who waits for the rows hears of long texts in them too."""

    def __init__(self, params: PersonalParams, rows: Sequence[Row]) -> None:
        kinds = [kind for name, kind in _KIND.items() if getattr(params, name)]
        regions = _regions(params.regions) if params.phones else REGIONS
        tell = progress_of(rows)
        self._personal = Personal(kinds, regions, [self._named], tell and partial(tell, 0.0))
        self._unsure, self._by = params.unsure, params.by
        self._kinds = {kind for name, kind in _NAMED.items() if getattr(params, name)}
        self._read, self._spans = row_outline.read_back(params.read), named.read_back(params.spans)
        self._own: named.Spans = {}
        self._place = 0
        self.unread = 0

    def begin(self, example: Example) -> None:
        """Each of its strings is then given to `find`, in turn."""
        self._own, self._place = {}, 0
        if self._read:
            key = Row(example).key
            if self._read.get(key) == named.outline_of(example):
                self._own = self._spans.get(key, {})
            else:
                self.unread += 1

    def find(self, text: str) -> list[Found]:
        found = self._personal.find(text)
        self._place += 1
        return found if self._unsure else [one for one in found if one.sure]

    def _named(self, text: str) -> list[Found]:
        return [
            Found(one.kind, one.start, one.end, text[one.start : one.end], one.sure)
            for one in self._own.get(self._place, [])
            if one.kind in self._kinds and one.end <= len(text)
        ]

    def of(self, row: Row) -> list[Found]:
        self.begin(row.example)
        return [one for text in all_strings(row.example) for one in self.find(text)]

    def not_found(self) -> str:
        """What is not looked for, in a sentence."""
        if not self._read:
            return NOT_FOUND
        return " ".join(filter(None, (f"Names are found as {self._by} finds them.", self.remark())))

    def remark(self) -> str:
        if not self.unread:
            return ""
        have = rows_are(self.unread, "is new or has", "are new or have")
        return f"{have} changed since the model read them: names in them are not found."


def pseudonyms(rows: Sequence[Row], params: Params) -> Pseudonyms:
    """The list that leads back, as `apply` uses it. It belongs outside of any dataset."""
    assert isinstance(params, PersonalParams)
    return _hidden(rows, params)[1]


def _hidden(rows: Sequence[Row], params: PersonalParams) -> tuple[Outcome, Pseudonyms]:
    look = _Look(params, rows)
    earlier = max((row.known for row in rows if row.known), key=len, default=Pseudonyms())
    names = earlier.going_on(text for row in rows for text in all_strings(row.example))

    def change(text: str) -> str:
        found = look.find(text)
        return replaced(text, found, names.of) if found else text

    def hide(example: Example) -> Example:
        look.begin(example)
        return with_all_strings(example, change)

    outcome = changed(rows, hide)
    after = [
        row if row is before else replace(row, known=names)
        for before, row in zip(rows, outcome.rows, strict=True)
    ]
    return replace(outcome, rows=after, remark=look.remark()), names


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{many:,} {TOLD[kind][many > 1]}" for kind, many in counts.most_common())


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, PersonalParams)
    look, found = _Look(params, rows), []
    counts: Counter[str] = Counter()
    for row in rows:
        if seen := look.of(row):
            found.append(row.number)
            counts.update(one.kind for one in seen)
    limits = look.not_found()
    return told(
        "hide_personal", found,
        title="Personal data",
        sentence=f"{rows_are(len(found), 'holds', 'hold')} personal data: {_listed(counts)}. "
        f"A model can repeat them to anyone. {limits}",
        fine_title="No personal data found",
        fine=f"No number or address of the kinds looked for was found. {limits}",
        remedy="Replace by stand-ins",
        severity="decide",
        choices=(
            Choice("Remove these rows", "hide_personal", {"action": "drop"}),
            Choice("Keep as they are", "keep_personal", {"rows": len(found)}),
        ),
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, PersonalParams)
    if params.action == "replace":
        return _hidden(rows, params)[0]
    look = _Look(params, rows)

    def reason(row: Row) -> str:
        counts = Counter(one.kind for one in look.of(row))
        return f"It holds personal data: {_listed(counts)}." if counts else ""

    outcome = left_out(rows, reason)
    return replace(outcome, remark=look.remark())


STEP = Step(
    key="hide_personal",
    title="Hide personal data",
    term="PII redaction",
    order=11,
    by_default=False,
    params=PersonalParams,
    find=_find,
    apply=_apply,
    slow=True,
    aside=pseudonyms,
    version=4,
)
