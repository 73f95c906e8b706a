"""What a cleaning step declares: what it finds, in words, and what it does about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, overload

from ftstudio.core.errors import StudioError
from ftstudio.core.example import CASE, Example, ExampleKind
from ftstudio.core.params import Params
from ftstudio.core.registry import discover
from ftstudio.core.units import plural
from ftstudio.data.finding.pseudonyms import Pseudonyms

# "do" a step at once; "set" it first, beginning with these params; "split": take these params for
# the split; "go on" with few rows to check with; "take back" a step; "go to" a page
Act = Literal["do", "set", "split", "go on", "take back", "go to"]
Page = Literal["", "file", "columns", "more"]  # "more": the file page, asking for further files
# "blocks": nobody gets on before it is solved; "decide": somebody should say what is to happen.
Severity = Literal["blocks", "decide", "look", "fine"]


@dataclass(frozen=True, slots=True)
class Row:
    """One example on its way to the dataset; `tokens` is known once a model was chosen.

    A step that changes the example keeps the rest: `replace(row, example=…)`.
    """

    example: Example
    tokens: int | None = None
    flags: frozenset[str] = frozenset()  # what was found in it, by short names
    near: str | None = None  # the group of near-duplicates it belongs to; the split heeds it
    # what stands for what in it, for the steps that follow; it is never written with the row
    known: Pseudonyms | None = field(default=None, repr=False, compare=False)
    # a hash over all of it, once somebody has asked for one: see `chain`
    digest: bytes | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def number(self) -> int:
        """Its own number in the file; below nought for a row that a step has added."""
        return self.example.source_row

    @property
    def key(self) -> str:
        """The number, and the example's place where the row made several: "12", "12.2"."""
        case = self.example.meta.get(CASE)
        return f"{self.number}.{case}" if case else str(self.number)


@dataclass(frozen=True)
class Choice:
    """One click on what can be done about a finding, or on where it is done."""

    title: str  # the button
    step_key: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    act: Act = "do"
    page: Page = ""  # to go to
    place: int = 0  # of the step to be taken back


class Examples(Sequence[Example]):
    """The examples of rows, in their order, without a list of their own: the collector looks
    through every new list, and for a million entries the window stands still meanwhile."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Example: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Example]: ...
    def __getitem__(self, place: int | slice) -> Example | Sequence[Example]:
        if isinstance(place, slice):
            return [row.example for row in self._rows[place]]
        return self._rows[place].example

    def __iter__(self) -> Iterator[Example]:
        for row in self._rows:
            yield row.example


@dataclass(frozen=True)
class Finding:
    """One line of the check list."""

    key: str
    severity: Severity
    title: str
    sentence: str  # what it is, and what would follow
    count: int
    rows: list[int]  # the file's own numbers
    remedy_title: str = ""  # the button; empty where there is nothing to do
    step_key: str = ""
    choices: tuple[Choice, ...] = ()  # beside the remedy
    params: dict[str, Any] | None = None  # of the remedy; None: the step's usual ones
    way: Choice | None = None  # the remedy, where it is no step

    @property
    def remedy(self) -> Choice:
        return self.way or Choice(self.remedy_title, self.step_key, self.params or {})


@dataclass(frozen=True)
class Outcome:
    """What a step did. `removed`, `changed` and `added` hold rows' own numbers.

    What changed inside a row is found by comparing, so a step need not tell it.
    """

    rows: list[Row]
    removed: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    # why a removed row is gone, in words; of a changed one what was done, where that tells more
    reasons: dict[int, str] = field(default_factory=dict)
    added: list[int] = field(default_factory=list)  # see `fresh_numbers`
    remark: str = ""  # what it could not do with these rows, in a sentence


@dataclass(frozen=True)
class Step:
    """One cleaning step. Declared once per module in `data/steps/`.

    `find` and `apply` are pure: what is drawn by chance is drawn from a seed among the params.
    """

    key: str
    title: str
    term: str
    order: int  # place in the check list, and in the default recipe
    by_default: bool  # part of what `prepare` does unasked
    params: type[Params]
    find: Callable[[Sequence[Row], Params], Finding]
    apply: Callable[[Sequence[Row], Params], Outcome]
    kinds: tuple[ExampleKind, ...] | None = None  # examples it is for; None: all
    offered: bool = True  # in the check list; else only among the steps that can be added
    slow: bool = False  # `find` is run only when it is asked for
    settles: str = ""  # the step whose finding is decided by this one: its rows stay as they are
    marks: bool = False  # what it changes of a row is a mark: all texts stay as they are
    numbered: bool = False  # it names rows by their numbers: in another file those are others
    # for a `numbered` one: its settings with marks of the rows that they name (see `known_rows`),
    # and the same for other rows; None, with the reason, where none of them is found again
    marked: Callable[[Sequence[Row], Params, bytes], Params] | None = None
    found_again: Callable[[Sequence[Row], Params, bytes], tuple[Params | None, str]] | None = None
    # for one that knows rows again by what they say: its settings with nothing in them of which
    # that could be guessed without the workspace's key (see `known_rows.sealed`)
    keyed: Callable[[Params, bytes], Params] | None = None
    # for one that holds what was written or said of single rows: its settings without that of those
    # that are meant, by their keys (`Row.key`)
    forget: Callable[[Params, Callable[[str], bool]], Params] | None = None
    # what is still to be set before it can do anything, in a sentence; raises StudioError where
    # it can't be done so
    lacking: Callable[[Params], str] | None = None
    # what leads back from its outcome, to be kept outside of any dataset
    aside: Callable[[Sequence[Row], Params], Any] | None = None
    version: int = 1  # raised when the same rows and params give another outcome

    def settings(self, params: Mapping[str, Any], key: bytes) -> Params:
        """As they are done, and as they may be handed out."""
        chosen = self.params(**params)
        return self.keyed(chosen, key) if self.keyed is not None and key else chosen

    def suits(self, kind: ExampleKind) -> bool:
        return self.kinds is None or kind in self.kinds

    def why_not(self, params: Params) -> str:
        """Why nothing would be done with these settings, in words; empty where it can be done."""
        try:
            return self.lacking(params) if self.lacking else ""
        except StudioError as error:
            return f"{error.what} {error.why} {error.remedy}"


def fresh_numbers(rows: Sequence[Row], count: int) -> list[int]:
    """Numbers for rows that a step adds: they run down from nought, so that none is a file's.

    A copy keeps its origin's `group` (or takes one), so that both stand on one side of a split,
    and names the origin in `meta["copy_of"]`.
    """
    lowest = min((row.number for row in rows), default=0)
    return [min(0, lowest) - place for place in range(1, count + 1)]


def is_copy(row: Row) -> bool:
    """One that a step put beside its origin on purpose."""
    return "copy_of" in row.example.meta


def only_marks(key: str) -> bool:
    """Whether the rows that this step changes are only marked."""
    return key in steps() and steps()[key].marks


def rows_are(count: int, one: str, many: str) -> str:
    """A count with its verb: "1 row has" or "12 rows have"."""
    return plural(count, f"1 row {one}", f"{{n}} rows {many}")


@cache
def steps() -> dict[str, Step]:
    """All steps in the order in which they are looked at."""
    found = discover("ftstudio.data.steps", Step, minimum=21)
    return dict(sorted(found.items(), key=lambda item: item[1].order))
