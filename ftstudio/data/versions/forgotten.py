"""What people wrote or said of single rows, without that of some of them: in recipes, drafts and
rounds of judging. It follows a row by its number, whatever it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import plural
from ftstudio.data.step import steps
from ftstudio.data.table import Problem
from ftstudio.data.versions.text_files import text_of

Meant = Callable[[str], bool]  # of a row's key: "12", or "12.2" for one of its examples


def in_steps(made: list[dict[str, Any]], meant: Meant) -> list[dict[str, Any]]:
    """The steps of a recipe as they lie on disk; what can't be read stays as it is."""
    return [{**step, "params": _in_params(step, meant)} for step in made]


def _in_params(step: dict[str, Any], meant: Meant) -> Any:
    known = steps().get(str(step.get("key")))
    if known is None or known.forget is None:
        return step.get("params")
    try:
        return known.forget(known.params(**step.get("params", {})), meant).model_dump()
    except (StudioError, ValidationError, TypeError):
        return step.get("params")


def in_manifest(manifest: dict[str, Any], meant: Meant) -> dict[str, Any]:
    """A version's, whose steps stand in it twice: as they were done, and as a recipe."""
    told = dict(manifest)
    if "steps" in told:
        told["steps"] = in_steps(told["steps"], meant)
    if isinstance(told.get("recipe"), dict) and told["recipe"].get("steps"):
        told["recipe"] = {**told["recipe"], "steps": in_steps(told["recipe"]["steps"], meant)}
    return told


def in_draft(path: Path, meant: Meant) -> str:
    """The draft's new text; the old one where there is nothing to forget."""
    text = text_of(path)
    try:
        raw = json.loads(text)
        told = {**raw, "steps": in_steps(raw["steps"], meant)}
    except (ValueError, KeyError, TypeError, AttributeError):
        return text
    return text if told == raw else json.dumps(told, indent=2, ensure_ascii=False)


def rounds(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    """The folder of each round of judging, and the draft or version whose rows were judged. Read as
    they lie on disk: `annotation` knows versions, and not the other way round."""
    for folder in sorted((workspace.root / "judging").glob("*")):
        try:
            yield folder, str(json.loads(text_of(folder / "task.json"))["source_id"])
        except (ValueError, KeyError, TypeError):
            continue


def in_round(folder: Path, meant: Meant) -> Iterator[tuple[Path, str]]:
    """The new text of each of its files that tells of rows."""
    log, answers = folder / "judgements.jsonl", folder / "answers.json"
    lines = text_of(log).splitlines(keepends=True)
    yield log, "".join(line for line in lines if not meant(_row_of(line)))
    text = text_of(answers)
    try:
        told = json.loads(text)
        kept = {key: one for key, one in told.items() if not meant(key.partition(":")[0])}
    except (ValueError, AttributeError):
        return
    yield answers, text if kept == told else json.dumps(kept, ensure_ascii=False)


def _row_of(line: str) -> str:
    try:
        return str(json.loads(line)["said"]["row"])
    except (ValueError, KeyError, TypeError):
        return ""


def remark(lost: int) -> dict[str, Any]:
    """On a reading out of which rows were taken: whoever brings the file again misses them."""
    one = "1 row was erased here with a person, and is not read again."
    many = "{n} rows were erased here with a person, and are not read again."
    return asdict(Problem(0, plural(lost, one, many)))
