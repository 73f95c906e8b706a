"""Rows in the languages wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ftstudio.core.errors import StudioError
from ftstudio.core.params import Params, param
from ftstudio.data.acting import left_out, told
from ftstudio.data.finding.language import NAMES, language, name_of
from ftstudio.data.step import Choice, Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import asked_and_said

_MAIN = 0.6  # share of the rows from which a language is the file's own


class LanguageParams(Params):
    languages: str = param(
        "", title="Languages to keep",
        help="Short names with commas between them: en, de. Left empty, all are kept.",
    )  # fmt: skip
    uncertain: bool = param(
        True, title="Keep what is uncertain",
        help="Texts under 40 letters can't be told apart for sure. Off: they are left out too.",
    )  # fmt: skip


def _wanted(params: LanguageParams) -> set[str]:
    wanted = {part.strip().lower() for part in params.languages.replace(";", ",").split(",")} - {""}
    by_name = {name.lower(): code for code, name in NAMES.items()}
    codes = {by_name.get(word, word) for word in wanted}
    if unknown := sorted(codes - set(NAMES)):
        raise StudioError(
            f"There is no language {unknown[0]}.",
            "Languages are named by two letters, such as en for English and de for German.",
            f"Choose among {', '.join(sorted(NAMES))}.",
            code="language_unknown",
        )
    return codes


def _language(row: Row) -> str:
    return language("\n".join(asked_and_said(row.example)))


def _reason(row: Row, wanted: set[str], uncertain: bool) -> str:
    if not wanted:
        return ""
    code = _language(row)
    if code in wanted or (not code and uncertain):
        return ""
    return f"It is in {name_of(code)}." if code else "Its language is uncertain."


def _find(rows: Sequence[Row], params: Params) -> Finding:
    """Without a choice, the rows that are not in the file's main language."""
    assert isinstance(params, LanguageParams)
    codes = [_language(row) for row in rows]
    counts = Counter(code for code in codes if code)
    wanted = _wanted(params)
    if not wanted and counts:
        code, many = counts.most_common(1)[0]
        wanted = {code} if many >= _MAIN * sum(counts.values()) else set(counts)
    found = [row.number for row, code in zip(rows, codes, strict=True)
             if wanted and (code not in wanted if code else not params.uncertain)]  # fmt: skip
    heard = ", ".join(f"{name_of(code)} {many:,}" for code, many in counts.most_common(5))
    return told(
        "keep_language", found,
        title="Other languages",
        sentence=f"{rows_are(len(found), 'is', 'are')} not in "
        f"{' or '.join(map(name_of, sorted(wanted)))}. Found: {heard or 'none for sure'}.",
        fine_title="One language" if len(counts) < 2 else "Languages as wanted",
        fine=f"Found: {heard}." if heard else "No text is long enough to tell its language.",
        remedy="Choose the languages to keep",
        choices=(Choice("Keep all languages", "keep_all_languages", {"rows": len(found)}),),
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, LanguageParams)
    wanted = _wanted(params)
    return left_out(rows, lambda row: _reason(row, wanted, params.uncertain))


STEP = Step(
    key="keep_language",
    title="Keep some languages only",
    term="language identification",
    order=10,
    by_default=False,
    params=LanguageParams,
    find=_find,
    apply=_apply,
    slow=True,
)
