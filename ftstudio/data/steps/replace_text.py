"""Words or a pattern, replaced everywhere, within a time limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.params import Params, param
from ftstudio.data.acting import changed, told
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import around_pictures, with_texts

_SECONDS = 1.0  # for one text; a good pattern takes thousandths
_LONGEST_PATTERN = 2000


class ReplaceParams(Params):
    pattern: str = param("", title="Look for", help="Words as they stand, or a pattern.")
    by: str = param(
        "", title="Write instead",
        help=r"Left empty, what was found is taken out. \1 stands for a pattern's first group.",
    )  # fmt: skip
    as_pattern: bool = param(
        False, title="It is a pattern", term="regular expression",
        help=r"For instance \s+$ for spaces at the end. Each text has one second at most.",
    )  # fmt: skip
    any_case: bool = param(
        False, title="Large and small letters alike", term="ignore case",
        help="Finds Hello, HELLO and hello at once.",
    )  # fmt: skip
    where: Literal["everywhere", "questions", "answers"] = param(
        "everywhere", title="Where",
        labels={"everywhere": "everywhere", "questions": "in what people write",
                "answers": "in answers"},
        help="Texts and documents count as questions.",
    )  # fmt: skip


def _changer(params: ReplaceParams) -> Callable[[str], str] | None:
    """What it does to one text; None where nothing is looked for."""
    if not params.pattern:
        return None
    import regex

    pattern = params.pattern if params.as_pattern else regex.escape(params.pattern)
    by = params.by if params.as_pattern else params.by.replace("\\", "\\\\")
    try:
        if len(pattern) > _LONGEST_PATTERN:
            raise ValueError(f"it has more than {_LONGEST_PATTERN:,} characters")
        compiled: Any = regex.compile(pattern, regex.IGNORECASE if params.any_case else 0)
        compiled.sub(by, "")
    except (regex.error, ValueError, IndexError) as error:
        raise StudioError(
            f"“{params.pattern}” can't be looked for.",
            f"It is no pattern that can be read: {error}.",
            "Mend the pattern, or switch off “It is a pattern”.",
            code="pattern_wrong",
        ) from error

    def change(text: str) -> str:
        try:
            return str(compiled.sub(by, text, timeout=_SECONDS))
        except (TimeoutError, IndexError, regex.error) as error:
            raise StudioError(
                f"Looking for “{params.pattern}” was given up.",
                "It took more than a second for one text."
                if isinstance(error, TimeoutError)
                else f"What to write instead does not fit the pattern: {error}.",
                "Write the pattern with fewer nested repetitions such as (a+)+."
                if isinstance(error, TimeoutError)
                else r"Use only groups that the pattern has: \1 for the first.",
                code="pattern_slow" if isinstance(error, TimeoutError) else "pattern_wrong",
            ) from error

    return change


def _lacking(params: Params) -> str:
    assert isinstance(params, ReplaceParams)
    if not params.pattern:
        return "Say what is to be looked for."
    if params.pattern == params.by and not params.as_pattern and not params.any_case:
        return "What is looked for and what is written instead are the same."
    _changer(params)
    return ""


def _replaced(example: Example, change: Callable[[str], str], where: str) -> Example:
    if where == "everywhere":
        return with_texts(example, change)
    answers = where == "answers"
    if example.images:
        change = around_pictures(change)
    update: dict[str, object] = {}
    for name in ("messages", "chosen", "rejected"):
        turns = getattr(example, name)
        if turns:
            update[name] = [
                turn.model_copy(update={"content": change(turn.content)})
                if (turn.role == "assistant") == answers
                else turn
                for turn in turns
            ]
    if example.text is not None and not answers:
        update["text"] = change(example.text)
    return example.model_copy(update=update)


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, ReplaceParams)
    change = _changer(params)
    if change is None:
        return Outcome(list(rows))
    return changed(rows, lambda one: _replaced(one, change, params.where))


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, ReplaceParams)
    found = _apply(rows, params).changed
    return told(
        "replace_text", found,
        title="Words to replace",
        sentence=f"{rows_are(len(found), 'holds', 'hold')} what is looked for.",
        fine_title="Nothing to replace",
        fine="No text holds what is looked for." if params.pattern
        else "Nothing is looked for yet.",
        remedy="Replace it",
    )  # fmt: skip


STEP = Step(
    key="replace_text",
    title="Replace words",
    term="search and replace",
    order=21,
    by_default=False,
    params=ReplaceParams,
    find=_find,
    apply=_apply,
    offered=False,
    lacking=_lacking,
)
