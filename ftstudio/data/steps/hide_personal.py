"""Personal data replaced by stand-ins, the same thing by the same one, or its rows left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.params import Params, param
from ftstudio.data.acting import changed, left_out, told
from ftstudio.data.finding.found import KINDS, Found
from ftstudio.data.finding.personal import NOT_FOUND, Personal, replaced
from ftstudio.data.finding.phones import REGIONS
from ftstudio.data.finding.pseudonyms import Pseudonyms
from ftstudio.data.step import Choice, Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import all_strings, with_all_strings


class PersonalParams(Params):
    emails: bool = param(True, title="E-mail addresses", help="name@example.org")
    phones: bool = param(True, title="Phone numbers", help="Of the countries named below.")
    cards: bool = param(True, title="Card numbers", term="Luhn", help="With right check digits.")
    ibans: bool = param(True, title="Bank accounts", term="IBAN", help="With right check digits.")
    national_ids: bool = param(
        True, title="National numbers",
        help="Social security, tax and personal numbers of 18 countries, with right check digits.",
    )  # fmt: skip
    keys: bool = param(True, title="Keys and passwords", term="secrets", help="Also tokens.")
    ips: bool = param(True, title="Network addresses", term="IPv4, IPv6", help="192.168.10.24")
    urls: bool = param(False, title="Web addresses", term="URL", help="They seldom name a person.")
    regions: str = param(
        ", ".join(REGIONS), title="Countries of phone numbers", level="all",
        help="Two letters each. Numbers that begin with + are found for all countries.",
        only_if={"phones": (True,)},
    )  # fmt: skip
    unsure: bool = param(
        False, title="Also what only may be one", level="all",
        help="Numbers that fit, with no word near them that says what they are.",
    )  # fmt: skip
    action: Literal["replace", "drop"] = param(
        "replace", title="What to do",
        labels={"replace": "write [EMAIL_1] instead", "drop": "leave the rows out"},
        help="The same address is [EMAIL_1] in every row, so that conversations stay whole.",
    )  # fmt: skip


_KIND = {"emails": "email", "phones": "phone", "cards": "card", "ibans": "iban", "ips": "ip",
         "national_ids": "national_id", "keys": "key", "urls": "url"}  # fmt: skip


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
    def __init__(self, params: PersonalParams) -> None:
        kinds = [kind for name, kind in _KIND.items() if getattr(params, name)]
        regions = _regions(params.regions) if params.phones else REGIONS
        self._personal, self._unsure = Personal(kinds, regions), params.unsure

    def find(self, text: str) -> list[Found]:
        found = self._personal.find(text)
        return found if self._unsure else [one for one in found if one.sure]

    def of(self, row: Row) -> list[Found]:
        return [one for text in all_strings(row.example) for one in self.find(text)]


def pseudonyms(rows: Sequence[Row], params: PersonalParams) -> Pseudonyms:
    """The list that leads back, as `apply` uses it. It belongs outside of any dataset."""
    return _hidden(rows, params)[1]


def _hidden(rows: Sequence[Row], params: PersonalParams) -> tuple[Outcome, Pseudonyms]:
    look, names = _Look(params), Pseudonyms()

    def change(text: str) -> str:
        found = look.find(text)
        return replaced(text, found, names.of) if found else text

    return changed(rows, lambda one: with_all_strings(one, change)), names


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{many:,} {KINDS[kind][many > 1]}" for kind, many in counts.most_common())


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, PersonalParams)
    look, found = _Look(params), []
    counts: Counter[str] = Counter()
    for row in rows:
        if seen := look.of(row):
            found.append(row.number)
            counts.update(one.kind for one in seen)
    return told(
        "hide_personal", found,
        title="Personal data",
        sentence=f"{rows_are(len(found), 'holds', 'hold')} personal data: {_listed(counts)}. "
        f"A model can repeat them to anyone. {NOT_FOUND}",
        fine_title="No personal data found",
        fine=f"No number or address of the kinds looked for was found. {NOT_FOUND}",
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
    look = _Look(params)

    def reason(row: Row) -> str:
        counts = Counter(one.kind for one in look.of(row))
        return f"It holds personal data: {_listed(counts)}." if counts else ""

    return left_out(rows, reason)


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
)
