"""Rows in the languages wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ftstudio.core.errors import StudioError
from ftstudio.core.params import Params, param
from ftstudio.data.acting import adjust, left_out, told
from ftstudio.data.finding.language import NAMES, language, name_of
from ftstudio.data.step import Choice, Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import asked_and_said

_MAIN = 0.6  # share of the rows from which a language is the file's own


class LanguageParams(Params):
    languages: str = param(
        "", title="Languages to keep",
        help="Short names with commas between them: en, de. Left empty, all are kept. A row "
        "stays where its question or its answer is in one of them; code counts for none.",
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


def _lacking(params: Params) -> str:
    assert isinstance(params, LanguageParams)
    return "" if _wanted(params) else "Name the languages to keep."


def _languages(row: Row) -> tuple[str, ...]:
    """Of the answer and of the question; where neither can be told alone, of both together.

    What the system says and what tools return is often English, whatever people speak.
    """
    example = row.example
    asked, said = asked_and_said(example)
    if example.kind in ("label", "number"):  # names of classes are in no language
        return (language(asked),)
    if example.kind != "text":
        asked = "\n".join(turn.content for turn in example.messages if turn.role == "user")
    found = tuple(code for code in (language(said), language(asked)) if code)
    if len(found) == 2:
        return found
    together = language(f"{asked}\n{said}")  # a list of names alone may be in any language
    return (together,) if together or not found else found


def _fits(codes: Sequence[str], wanted: set[str], uncertain: bool) -> bool:
    return bool(wanted.intersection(codes)) or (not codes[0] and uncertain)


def _reason(row: Row, wanted: set[str], uncertain: bool) -> str:
    if not wanted or _fits(codes := _languages(row), wanted, uncertain):
        return ""
    return f"It is in {name_of(codes[0])}." if codes[0] else "Its language is uncertain."


def _find(rows: Sequence[Row], params: Params) -> Finding:
    """Without a choice, the rows that are not in the file's main language."""
    assert isinstance(params, LanguageParams)
    codes = [_languages(row) for row in rows]
    counts = Counter(own[0] for own in codes if own[0])
    wanted = _wanted(params)
    if not wanted and counts:
        code, many = counts.most_common(1)[0]
        wanted = {code} if many >= _MAIN * sum(counts.values()) else set(counts)
    found = [row.number for row, own in zip(rows, codes, strict=True)
             if wanted and not _fits(own, wanted, params.uncertain)]  # fmt: skip
    keep = params.model_dump() | {"languages": ", ".join(sorted(wanted))}
    heard = ", ".join(f"{name_of(code)} {many:,}" for code, many in counts.most_common(5))
    return told(
        "keep_language", found,
        title="Other languages",
        sentence=f"{rows_are(len(found), 'is', 'are')} not in "
        f"{' or '.join(map(name_of, sorted(wanted)))}. Found: {heard or 'none for sure'}.",
        fine_title="One language" if len(counts) < 2 else "Languages as wanted",
        fine=f"Found: {heard}." if heard else "No text is long enough to tell its language.",
        remedy=f"Keep {' and '.join(map(name_of, sorted(wanted)))} only",
        choices=(
            Choice("Keep all languages", "keep_all_languages", {"rows": len(found)}),
            adjust("keep_language", keep),
        ),
        params=keep,
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
    lacking=_lacking,
    version=2,
)
