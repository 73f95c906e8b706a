"""A recipe on another file: what it would do there, compared with then, and doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.params import flaw_of
from ftstudio.data.drafting.chain import Chain, Tell
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.layout import layouts
from ftstudio.data.normal import normal
from ftstudio.data.recipe import AppliedStep, Recipe
from ftstudio.data.step import Row, steps
from ftstudio.data.table import RawTable
from ftstudio.data.watched import Watched

REMEDY = "Rename the file's columns as they were, or make the dataset anew and say what they hold."

_OTHERS = "It names rows by their numbers, and here other rows have these: it is passed over."


@dataclass(frozen=True)
class StepDifference:
    """One step, then and now. `now` is None where it can't be done here; `remark` says why."""

    title: str
    then: AppliedStep
    now: AppliedStep | None
    remark: str = ""


@dataclass(frozen=True)
class DryRun:
    """What a recipe would do to this file. Nothing has been changed."""

    recipe: Recipe  # with the columns' names as they are in this file
    missing: list[str]  # columns that the recipe reads and this file lacks
    renamed: dict[str, str]  # the recipe's name -> this file's, where only case or spaces differ
    new: list[str]  # columns that the file of then did not have
    problems: list[str]  # why it can't be done, as sentences; empty where it can
    steps: list[StepDifference] = field(default_factory=list)
    examples_then: int = 0  # before any step
    examples_now: int = 0
    left_then: int = 0
    left_now: int = 0
    no_example: int = 0  # rows of this file that make no example
    identical: bool = False  # every step gave the very same rows as then


def dry_run(
    table: RawTable,
    recipe: Recipe,
    tokens: Mapping[int, int] | None = None,
    tell: Tell | None = None,
    key: bytes = b"",
) -> DryRun:
    """Try the recipe on this table: which columns are missing, and step by step what would be
    left out and changed, beside what was then. `tell` may raise to stop; by the `key` single rows
    are known again (see `known_rows`)."""
    fitted, missing, renamed = _fitted(recipe, table.column_names)
    new = [name for name in table.column_names if name not in recipe.columns]
    new = [name for name in new if name not in renamed.values()]
    problems = _problems(fitted, missing)
    whole = DryRun(fitted, missing, renamed, new if recipe.columns else [], problems)
    if problems:
        return whole
    rows, unusable = make_rows(
        table, fitted.layout, fitted.mapping, fitted.group_column, tokens, tell
    )
    chain = Chain(rows, tell, lambda: key)
    same = same_rows(recipe, chain.start_digest)
    tried = _tried(chain, fitted.steps, same, key)
    left = chain.rows
    compared = [
        _difference(then, now, fault)
        for then, (now, fault) in zip(fitted.steps, tried, strict=True)
    ]
    first = fitted.steps[0] if fitted.steps else None
    last = fitted.steps[-1] if fitted.steps else None
    hashes = [(d.then.output_hash, d.now.output_hash if d.now else None) for d in compared]
    return DryRun(
        fitted, missing, renamed, whole.new, [], compared,
        examples_then=first.rows_in if first else 0,
        examples_now=len(rows),
        left_then=last.rows_out if last else 0,
        left_now=len(left),
        no_example=len(unusable),
        identical=bool(hashes) and all(then == now for then, now in hashes),
    )  # fmt: skip


def same_rows(recipe: Recipe, start_digest: str) -> bool:
    """Whether these are the very rows that the recipe was made with, as far as it tells."""
    then = recipe.steps[0].input_hash if recipe.steps else ""
    return not then or then == start_digest


def usable(recipe: Recipe, table: RawTable) -> Recipe:
    """The recipe as it can be done on this table: its columns' names, and only known steps. What
    changes rows by their numbers is left to `on_these_rows`. Raises StudioError where columns are
    missing."""
    fitted, missing, _ = _fitted(recipe, table.column_names)
    if problems := _problems(fitted, missing):
        raise StudioError(
            "The recipe does not fit this file.",
            problems[0],
            REMEDY,
            code="recipe_does_not_fit",
        )
    kept = [_again(step) for step in fitted.steps if _fault(step) == ""]
    return fitted.model_copy(update={"steps": kept})


def on_these_rows(
    chain: Chain, made: Sequence[AppliedStep], same: bool, key: bytes
) -> list[AppliedStep]:
    """The steps that can be done on the chain's rows, which are the `same` as then, or others: of
    what names single rows, as much as finds them again."""
    return [step for step, _ in _tried(chain, made, same, key) if step is not None]


def _tried(
    chain: Chain, made: Sequence[AppliedStep], same: bool, key: bytes
) -> list[tuple[AppliedStep | None, str]]:
    """Each step as it is done on these rows, or None with the reason. The chain has done them."""
    done: list[AppliedStep] = []
    tried: list[tuple[AppliedStep | None, str]] = []
    for then in made:
        fault = _fault(then)
        now = None if fault else _again(then)
        if now is not None and steps()[now.key].numbered and (then.of_other_rows or not same):
            rows = chain.run(done)
            now, fault = found_again(now, Watched(rows, chain.tell) if chain.tell else rows, key)
        if now is not None:
            done.append(now)
        tried.append((now, fault))
    chain.run(done)
    return tried


def found_again(
    step: AppliedStep, rows: Sequence[Row], key: bytes
) -> tuple[AppliedStep | None, str]:
    """A step that names single rows of another file, naming the same ones of these; None, with the
    reason, where none of them is here."""
    known = steps()[step.key]
    if known.found_again is None:
        return None, _OTHERS
    params, said = known.found_again(rows, known.params(**step.params), key)
    if params is None:
        return None, said
    return step.model_copy(update={"params": params.model_dump(), "of_other_rows": False}), ""


def without_numbers(made: Sequence[AppliedStep]) -> list[AppliedStep]:
    """For another file: what names rows by their numbers is switched off. When it is switched on
    again its rows are looked for: see `found_again`."""
    return [
        step.model_copy(update={"off": True, "of_other_rows": True})
        if step.key in steps() and steps()[step.key].numbered else step
        for step in made
    ]  # fmt: skip


def _fitted(recipe: Recipe, names: Sequence[str]) -> tuple[Recipe, list[str], dict[str, str]]:
    loosely = {normal(name): name for name in reversed(names)}
    wanted = [*recipe.mapping, *([recipe.group_column] if recipe.group_column else [])]
    found = {name: name if name in names else loosely.get(normal(name), "") for name in wanted}
    missing = [name for name in dict.fromkeys(wanted) if not found[name]]
    fitted = recipe.model_copy(
        update={
            "mapping": {found[name]: role for name, role in recipe.mapping.items() if found[name]},
            "group_column": found.get(recipe.group_column, ""),
        }
    )
    renamed = {name: new for name, new in found.items() if new and new != name}
    return fitted, missing, renamed


def _problems(recipe: Recipe, missing: Sequence[str]) -> list[str]:
    if recipe.layout not in layouts():
        return [f"The recipe's layout “{recipe.layout}” is not known here."]
    lacking = layouts()[recipe.layout].missing(recipe.mapping)
    if not lacking:
        return []
    roles = " and ".join(role.title for role in lacking)
    names = ", ".join(missing)
    return [f"No column holds {roles}." + (f" The file lacks: {names}." if names else "")]


def _fault(step: AppliedStep) -> str:
    """Why a step can't be done here; empty where it can."""
    if step.key not in steps():
        return "This step is not known here, so it would be passed over."
    try:
        steps()[step.key].params(**step.params)
    except ValidationError as error:
        name, why = flaw_of(error)
        return f"Its setting {name} can't be used here: {why} It would be passed over."
    return ""


def _again(step: AppliedStep) -> AppliedStep:
    version = steps()[step.key].version
    return AppliedStep(key=step.key, version=version, params=dict(step.params), off=step.off,
                       of_other_rows=step.of_other_rows)  # fmt: skip


def _difference(then: AppliedStep, now: AppliedStep | None, fault: str) -> StepDifference:
    title = steps()[then.key].title if then.key in steps() else then.key
    if now is None:
        return StepDifference(title, then, None, fault)
    remark = "" if now.version == then.version else "Its rules have changed since."
    return StepDifference(title, then, now, " ".join(filter(None, (remark, now.remark))))
