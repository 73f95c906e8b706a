"""Too few rows to check with: what a split lacks, what would mend it, and the word to go on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.units import plural
from ftstudio.data.acting import ADD_ROWS, with_ways
from ftstudio.data.normal import asked
from ftstudio.data.sides.split import ENOUGH, Side, SplitChoice, assign
from ftstudio.data.step import Choice, Finding
from ftstudio.data.watched import heard

Tell = Callable[[float], None]  # may raise to stop
_MOST_TRIED = 20_000  # rows up to which larger shares are tried out unasked
_MOST_SHARE = 0.5
_NAMED = 3  # classes
_MORE = "More rows would help."


class Few(BaseModel):
    """What there is to check with, where that is little. Whoever goes on all the same says so by
    such a state: it holds until there is less."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    validation: int  # rows held back for it
    classes: list[str] = []  # that have none of these rows

    def covers(self, other: Few) -> bool:
        """Whether who said yes to this said yes to the other too."""
        worse = set(other.classes) - set(self.classes) if other.validation else set()
        return other.validation >= min(self.validation, ENOUGH) and not worse

    @property
    def what(self) -> str:
        """A sentence on what is lacking."""
        said = []
        if self.validation < ENOUGH:
            some = plural(
                self.validation, "Only 1 row is held back to check with (validation).",
                "Only {n} rows are held back to check with (validation).",
            )  # fmt: skip
            none = "No row is held back to check with (validation)."
            said.append(some if self.validation else none)
        if self.classes and self.validation:
            have = "has" if len(self.classes) == 1 else "have"
            names = self.classes_named
            said.append(f"{names[:1].upper()}{names[1:]} {have} no row to check with (validation).")
        return " ".join(said)  # fmt: skip

    @property
    def why(self) -> str:
        """What follows from it."""
        if not self.validation:
            return "Nobody can tell whether the model learns or only repeats."
        if self.validation < ENOUGH:
            return f"Below {ENOUGH} rows a figure is mostly chance."
        return "Nobody can tell how well the model knows it."

    @property
    def going_on(self) -> str:
        """The words of the button that goes on all the same."""
        if not self.validation:
            return "Go on with no row – nothing will be checked"
        if self.validation < ENOUGH:
            rows = plural(self.validation, "1 validation row", "{n} validation rows")
            return f"Go on with {rows} – a rough result"
        classes = plural(len(self.classes), "1 class", "{n} classes")
        return f"Go on with {classes} not checked"

    @property
    def classes_named(self) -> str:
        more = len(self.classes) - _NAMED
        names = ", ".join(f"“{name}”" for name in self.classes[:_NAMED])
        one = "the class" if len(self.classes) == 1 else "the classes"
        return f"{one} {names}" + (f" and {more:,} more" if more > 0 else "")

    @property
    def noted(self) -> str:
        """What a version's card says of it for good."""
        return f"{self.what} {self.why} It was frozen so on purpose."


@dataclass(frozen=True)
class Mending:
    """A split by which less is lacking, and the words of the button that takes it."""

    title: str
    choice: SplitChoice


def few_to_check(
    examples: Sequence[Example], sides: Sequence[Side], tell: Tell | None = None
) -> Few | None:
    """What is lacking to check with; None where nothing is, or where there are no rows at all."""
    if not len(examples):
        return None
    held, known, tried = 0, Counter[str](), Counter[str]()
    for example, side in heard(zip(examples, sides, strict=True), tell):
        held += side == "validation"
        if example.labels:
            known.update(example.labels)
            if side == "validation":
                tried.update(example.labels)
    untried = sorted(known.keys() - tried.keys())
    return Few(validation=held, classes=untried) if held < ENOUGH or untried else None


def mendings(
    few: Few,
    examples: Sequence[Example],
    choice: SplitChoice,
    near: Sequence[str | None] = (),
    tell: Tell | None = None,
) -> list[Mending]:
    """What helps, with one click each: a larger share, and a row of each class that has none.
    Empty where rows that belong together, or their number, leave no way."""
    found: list[Mending] = []

    def left(tried: SplitChoice) -> Few | None:
        return few_to_check(examples, assign(examples, tried, near, tell), tell)

    across = choice.model_copy(update={"each_class": True})
    if few.validation < ENOUGH and 2 * ENOUGH <= len(examples) <= _MOST_TRIED:
        wished = across if few.classes and few.validation else choice
        own, least = _own(examples), math.ceil(100 * ENOUGH / len(examples)) / 100
        for share in (least, (least + _MOST_SHARE) / 2, _MOST_SHARE):
            if share <= choice.validation and not own:
                continue
            tried = wished.model_copy(update={"validation": round(share, 2), "fill_up": own})
            sides = assign(examples, tried, near, tell)
            if (many := sides.count("validation")) >= ENOUGH:
                found.append(Mending(f"Check with {many} rows", tried))
                break
    if few.classes and few.validation and not choice.each_class:
        rest = left(across)
        if rest is None or len(rest.classes) < len(few.classes):
            one = few.classes_named if len(few.classes) == 1 else "each missing class"
            found.append(Mending(f"Put one row of {one} across", across))
    return found


def _own(examples: Sequence[Example]) -> bool:
    """The file itself keeps rows for validation."""
    return any(example.meta.get("part") == "validation" for example in examples)


def few_finding(
    few: Few, accepted: bool, ways: Sequence[Mending] = (), advice: str = _MORE
) -> Finding:
    """The line of the report card on it, with the same ways as on the summary; nothing is asked
    any more where somebody goes on all the same."""
    said, title = f"{few.what} {few.why}", "Few rows to check with"
    if accepted:
        title, said = f"{title} (you go on all the same)", f"{said} You go on all the same."
        return Finding("few_to_check", "fine", title, said, 0, [])
    found = Finding(
        "few_to_check", "look", title, said if ways else f"{said} {advice}", few.validation, [],
    )  # fmt: skip
    mended = [Choice(way.title, act="split", params=way.choice.model_dump()) for way in ways]
    on = few.going_on.partition(" – ")[0]  # the line says what follows from it
    return with_ways(found, *(mended or [ADD_ROWS]), Choice(on, act="go on"))


def advice(examples: Sequence[Example], tell: Tell | None = None) -> str:
    """What would give more rows to check with, where no other split does."""
    first = asked(examples[0]) if len(examples) else ""
    if not first or any(asked(example) != first for example in heard(examples, tell)):
        return _MORE
    said = "All rows ask the same question, so they stay on one side. Rows that ask something else"
    systems = {turn.content for one in examples for turn in one.messages if turn.role == "system"}
    if len(systems) > 1:
        return f"{said} would help, or what differs put into the question, not the system text."
    return f"{said} would help."


class TooFew(StudioError):
    """The stop before freezing; `few` says what is lacking, and how to go on all the same."""

    def __init__(self, few: Few, remedy: str, advice: str = _MORE) -> None:
        super().__init__(few.what, few.why, remedy, code="few_to_check")
        self.few, self.advice = few, advice


def stop(few: Few, ways: Sequence[Mending] = (), advice: str = _MORE) -> TooFew:
    """The stop before freezing, with the ways on; the flags are those of the command line."""
    said = [f"{way.title} ({_by_flags(way.choice)})" for way in ways]
    more = f"{', or '.join(said)}. " if said else f"{advice} "
    return TooFew(
        few,
        f"{more}To go on all the same, say --few; if a command has no such flag, make the dataset "
        "first, by ftstudio data prepare.",
        advice,
    )


def _by_flags(choice: SplitChoice) -> str:
    flags = [f"--validation {choice.validation:g}"]
    flags += ["--each-class"] if choice.each_class else []
    flags += ["--fill-up"] if choice.fill_up else []
    return " ".join(flags)
