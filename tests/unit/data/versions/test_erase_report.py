"""The report of an erasure: all that has to be done after it, and nothing of the person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.erase import Erased, Found, Place, find_person
from ftstudio.data.versions.erase_report import FOLDER, erase_with_report, report

ANN = "Ann Kowalska"


@dataclass(frozen=True)
class Run:
    kind: str
    id: str
    name: str


def made(place: Path) -> tuple[Found, Erased, list[Run]]:
    places = [Place("draft", f"Letters of {ANN}", place / "a.json", 3)]
    found = Found(ANN, places, ["ds-1"], [place / f"{ANN}.csv"], [place / "scan.pdf"], 5)
    left = [Place("file", "log.txt", place / "log.txt", 1)]
    names = {"ds-1": f"Letters of {ANN}", "ds-3": "June", "ds-4": "May"}
    done = Erased({"ds-1": "ds-2", "ds-3": "", "ds-4": "ds-4"}, 5, left, 12, names)
    return found, done, [Run("run", "20260101-x", f"Desk of {ANN}"), Run("adapter", "a1", "Desk")]


def test_it_names_runs_and_datasets_and_not_the_person(tmp_path: Path) -> None:
    said = report(*made(tmp_path), when=0.0)
    assert "Kowalska" not in said
    assert "- run Desk of [erased] (20260101-x)" in said
    assert "- adapter Desk (a1)" in said
    assert "- “Letters of [erased]” (ds-1) is now ds-2" in said
    assert "- “June” (ds-3) is gone" in said
    assert "ds-4" not in said  # only told anew
    assert "5 rows were erased, in 12 copies, for good." in said
    assert "- draft Letters of [erased]: 3 mentions" in said
    assert f"- not looked into: {tmp_path / 'scan.pdf'}" in said


def test_it_is_kept_in_the_workspace_and_found_to_be_clean(workspace: Workspace) -> None:
    found, _, runs = made(workspace.root)
    _, path = erase_with_report(workspace, found, runs)
    assert path.parent == workspace.root / FOLDER
    assert path.read_text("utf-8").startswith("# A person was erased")
    assert find_person(workspace, ANN).places == []


def test_two_erasures_in_one_second_are_two_reports(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.5)
    found, _, runs = made(workspace.root)
    paths = {erase_with_report(workspace, found, some)[1] for some in (runs, runs[:1], [])}
    assert len(paths) == 3
    assert sum("Desk (a1)" in path.read_text("utf-8") for path in paths) == 1


def test_who_learned_stands_there_before_the_first_row_goes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*told: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ftstudio.data.versions.erase_report.erase_person", killed)
    found, _, runs = made(workspace.root)
    with pytest.raises(KeyboardInterrupt):
        erase_with_report(workspace, found, runs)
    (path,) = (workspace.root / FOLDER).iterdir()
    said = path.read_text("utf-8")
    assert said.startswith("# Erasing a person was begun")
    assert "- adapter Desk (a1)" in said
    assert "Kowalska" not in said


def test_without_a_place_for_it_nothing_is_erased(workspace: Workspace) -> None:
    (workspace.root / FOLDER).write_text(f"in the way of {ANN}")
    found, _, runs = made(workspace.root)
    with pytest.raises(StudioError, match="Nothing was erased"):
        erase_with_report(workspace, found, runs)
    assert ANN in (workspace.root / FOLDER).read_text("utf-8")
