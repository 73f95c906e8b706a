"""A copied folder is pointed at what lies here; its plan stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.places import at_its_places, set_places

PLAN = Plan(
    name="x",
    dataset=DatasetRef(id="ds-1", path="/there/ds-1", name="x"),
    model=ModelRef(path="/there/model", name="m", sha256="0"),
)


def test_without_the_file_the_plan_holds(tmp_path: Path) -> None:
    assert at_its_places(JobFolder(tmp_path), PLAN) == PLAN


def test_only_what_is_elsewhere_changes(tmp_path: Path) -> None:
    set_places(JobFolder(tmp_path), model="/here/model")
    placed = at_its_places(JobFolder(tmp_path), PLAN)
    assert (placed.model.path, placed.dataset.path) == ("/here/model", "/there/ds-1")
    assert placed.model.sha256 == "0"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model": "/x"}'])
def test_a_damaged_file_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "places.json").write_text(text)
    assert at_its_places(JobFolder(tmp_path), PLAN) == PLAN
