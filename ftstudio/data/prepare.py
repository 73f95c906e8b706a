"""A file to a frozen dataset, or to a description of it, in one call: the command line's way."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.format import ReadOptions
from ftstudio.data.ingest.reading import read_file
from ftstudio.data.layout import Guess, guess_layouts, layouts
from ftstudio.data.sides.split import SplitChoice
from ftstudio.data.step import steps as all_steps
from ftstudio.data.table import Problem, RawTable
from ftstudio.data.versions.library import DatasetVersion

_CONFIDENT = 0.8  # below this a person must say what the columns are


def inspect(path: Path, options: ReadOptions | None = None) -> dict[str, Any]:
    """What the file is and what would be made of it: the JSON of `ftstudio data inspect`."""
    with tempfile.TemporaryDirectory(prefix="ftstudio-inspect-") as folder:
        table = read_file(path, Path(folder) / "table", options)
        ranked = guess_layouts(table)
    return _described(table, ranked)


def _described(table: RawTable, ranked: Sequence[Guess]) -> dict[str, Any]:
    best = ranked[0]
    return {
        "file": table.path.name,
        "sha256": table.sha256,
        "size": table.size,
        "format": table.format,
        "layout": best.layout,
        "kind": layouts()[best.layout].kind,
        "confidence": round(best.confidence, 2),
        "reason": best.reason,
        "other_layouts": [
            {"layout": guess.layout, "confidence": round(guess.confidence, 2)}
            for guess in ranked[1:]
        ],
        "columns": [
            {
                "name": column.name,
                "role": best.mapping.get(column.name),
                "sure": column.name in best.sure,
                "kind": column.kind,
                "filled": column.filled,
                "distinct": column.distinct,
                "examples": list(column.examples[:3]),
            }
            for column in table.columns
        ],
        "rows": table.row_count,
        "rows_in_file": table.rows_in_file,
        "rows_with_problems": len(table.problems),
        "problems": [_problem(problem) for problem in table.problems],
        "remarks": [_problem(remark) for remark in table.remarks],
        "details": table.details,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"line": problem.row, "reason": problem.reason, "text": problem.text}


def prepare(
    path: Path,
    workspace: Workspace | None = None,
    out: Path | None = None,
    *,
    options: ReadOptions | None = None,
    layout: str | None = None,
    mapping: Mapping[str, str] | None = None,
    steps: Sequence[str] | None = None,
    split: SplitChoice | None = None,
    name: str = "",
    group_column: str = "",
    join: Path | None = None,
    on: str = "",
    licence: str = "",
    join_licence: str = "",
    few: bool = False,
    progress: Callable[[float], None] | None = None,
    then: Callable[[DraftSession], None] | None = None,
) -> DatasetVersion:
    """Read, guess (or take the layout and the columns given), clean, split and freeze.

    Goes to the workspace, or exactly to `out`. `steps` None: the three safe ones. `join`: a second
    file whose columns belong beside this one's, by the column `on` (empty: found). `licence` and
    `join_licence`: of the two files, where it is known; else what a LICENSE beside them says.
    `few`: go on where there is too little to check with; else that raises StudioError.
    """
    if workspace is None and out is None:
        raise ValueError("prepare needs a place: workspace or out")
    with contextlib.ExitStack() as stack:
        if workspace is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ftstudio-prepare-"))
            workspace = Workspace(Path(folder)).create()
        draft = Draft(name=name, split=split or SplitChoice())
        session = DraftSession.open(workspace, draft)
        stack.callback(draft.delete, workspace)
        session.choose_file(path, options, _part(progress, 0.0, 0.6))
        if join is not None:
            session.join(join, on)
        draft.licence = licence or draft.licence
        draft.second_licence = join_licence or draft.second_licence
        _choose_layout(session, layout, mapping)
        if group_column:
            _check_group_column(session, group_column)
        for key in _safe_steps(session) if steps is None else steps:
            if key not in all_steps():
                raise _unknown("step", key, list(all_steps()))
            session.apply(key)
        if then is not None:
            then(session)
        if few:
            session.go_on_with_few()
        return session.freeze(_part(progress, 0.6, 1.0), out=out)


def _safe_steps(session: DraftSession) -> list[str]:
    kind = layouts()[session.draft.layout].kind
    return [key for key, step in all_steps().items() if step.by_default and step.suits(kind)]


def _check_group_column(session: DraftSession, column: str) -> None:
    names = session.table.column_names if session.table else []
    if column not in names:
        raise _unknown("column", column, names)
    session.set_group_column(column)


def examples_of(
    path: Path, like: Draft | None = None, cancelled: Callable[[], bool] | None = None
) -> list[Example]:
    """The examples of another file, for comparing: read as `like` was where its columns are
    there, else as is guessed. Nothing of it is kept. Raises Cancelled where that was wished."""

    def tell(share: float) -> None:
        if cancelled and cancelled():
            raise Cancelled

    with tempfile.TemporaryDirectory(prefix="ftstudio-examples-") as folder:
        table = read_file(path, Path(folder) / "table", cancelled=cancelled)
        if like and like.layout and set(like.mapping) <= set(table.column_names):
            layout, mapping = like.layout, like.mapping
        else:
            best = guess_layouts(table)[0]
            layout, mapping = best.layout, best.mapping
        return [row.example for row in make_rows(table, layout, mapping, tell=tell)[0]]


def _choose_layout(
    session: DraftSession, layout: str | None, mapping: Mapping[str, str] | None
) -> None:
    if layout is not None:
        if layout not in layouts():
            raise _unknown("layout", layout, list(layouts()))
        session.set_layout(layout)
    if mapping is not None:
        _check_mapping(session, mapping)
        session.set_mapping(mapping)
    guess = session.guess()
    unsure = guess.confidence < _CONFIDENT and session.recalled is None
    missing = session.draft.problems("columns")
    if mapping is None and (missing or (layout is None and unsure)):
        names = ", ".join(session.table.column_names if session.table else [])
        raise StudioError(
            "It is not clear which columns hold the examples.",
            f"{guess.reason} The columns are: {names}.",
            "Say what a row is with --layout, or which column has which role with --map.",
            code="columns_unclear",
        )
    if missing:
        raise StudioError(
            "A column is missing.",
            missing[0],
            "Say which column has which role.",
            code="columns_missing",
        )


def _check_mapping(session: DraftSession, mapping: Mapping[str, str]) -> None:
    names = session.table.column_names if session.table else []
    roles = [role.key for role in layouts()[session.draft.layout].roles]
    for column, role in mapping.items():
        if column not in names:
            raise _unknown("column", column, names)
        if role not in roles:
            raise _unknown("role", role, roles)


def _unknown(kind: str, value: str, known: Sequence[str]) -> StudioError:
    return StudioError(
        f"There is no {kind} {value}.",
        f"There are: {', '.join(known)}.",
        "Choose one of these.",
        code=f"unknown_{kind}",
    )


def _part(
    progress: Callable[[float], None] | None, start: float, end: float
) -> Callable[[float], None] | None:
    if progress is None:
        return None
    return lambda share: progress(start + share * (end - start))
