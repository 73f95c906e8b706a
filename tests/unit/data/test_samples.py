"""One sample of each kind is offered, and what was made of one is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data import samples
from ftstudio.data.draft import Draft
from ftstudio.data.prepare import prepare
from ftstudio.data.samples import example_file, is_sample, list_samples, made_of
from ftstudio.data.versions.library import DatasetVersion


def test_one_of_each_kind_the_spreadsheet_first() -> None:
    found = list_samples()
    assert [one.title for one in found] == [
        "Questions and answers", "Labels", "Better and worse answers", "Thumbs up and down",
        "A text of a field", "Ratings",
    ]  # fmt: skip
    assert found[0].path == example_file()
    assert all(is_sample(one.path) for one in found)
    assert not is_sample(Path("/elsewhere.csv"))


def test_a_missing_folder_offers_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "samples", lambda: tmp_path)
    assert list_samples() == []
    with pytest.raises(StudioError) as told:
        example_file()
    assert told.value.code == "example_missing"


def test_what_was_made_of_a_file_is_found_a_draft_first(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "ws").create()
    labels = next(one.path for one in list_samples() if one.title == "Labels")
    assert made_of(workspace, labels) is None
    version = prepare(labels, workspace, name="Labels")
    found = made_of(workspace, labels)
    assert isinstance(found, DatasetVersion)
    assert found.id == version.id
    assert made_of(workspace, example_file()) is None
    Draft(id="d-1", file=str(labels)).save(workspace)
    again = made_of(workspace, labels)
    assert isinstance(again, Draft)
    assert again.id == "d-1"
