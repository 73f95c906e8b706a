"""The report of an erasure: all that has to be done after it, and nothing of the person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.erase import Erased, Found, Place, find_person
from ftstudio.data.versions.erase_report import FOLDER, keep_report, report

ANN = "Ann Kowalska"


@dataclass(frozen=True)
class Run:
    kind: str
    id: str
    name: str


def made(place: Path) -> tuple[Found, Erased, list[Run]]:
    places = [Place("draft", f"Letters of {ANN}", place / "a.json", 3)]
    found = Found(ANN, places, ["ds-1"], [place / f"{ANN}.csv"], [place / "scan.pdf"])
    left = [Place("file", "log.txt", place / "log.txt", 1)]
    done = Erased({"ds-1": "ds-2", "ds-3": "", "ds-4": "ds-4"}, 5, left)
    return found, done, [Run("run", "20260101-x", f"Desk of {ANN}"), Run("adapter", "a1", "Desk")]


def test_it_names_runs_and_datasets_and_not_the_person(tmp_path: Path) -> None:
    said = report(*made(tmp_path), when=0.0)
    assert "Kowalska" not in said
    assert "- run Desk of [erased] (20260101-x)" in said
    assert "- adapter Desk (a1)" in said
    assert "- ds-1 is now ds-2" in said
    assert "- ds-3 is gone" in said
    assert "ds-4" not in said  # only told anew
    assert "5 rows were taken out for good, from 1 place." in said
    assert "- draft Letters of [erased]: 3" in said
    assert f"- not looked into: {tmp_path / 'scan.pdf'}" in said


def test_it_is_kept_in_the_workspace_and_found_to_be_clean(workspace: Workspace) -> None:
    found, done, runs = made(workspace.root)
    path = keep_report(workspace, found, done, runs)
    assert path.parent == workspace.root / FOLDER
    assert path.read_text("utf-8").startswith("# A person was erased")
    assert find_person(workspace, ANN).places == []


def test_without_a_place_for_it_that_is_said(workspace: Workspace) -> None:
    (workspace.root / FOLDER).write_text("in the way")
    with pytest.raises(StudioError, match="erased all the same"):
        keep_report(workspace, *made(workspace.root))
