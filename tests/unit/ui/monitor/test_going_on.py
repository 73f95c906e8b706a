"""A run goes on alone, with what was changed about it written down before it starts."""

from __future__ import annotations

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.easing import is_eased
from ftstudio.ui.monitor.going_on import go_on
from tests.gui import canned_job


@pytest.fixture
def started(monkeypatch):
    """Which runs were started, and whether they were eased by then."""
    seen = []

    def resume(folder):
        seen.append((folder.id, is_eased(folder)))
        return 7

    monkeypatch.setattr(launch, "resume", resume)
    return seen


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "ws").create()


def test_as_it_was_and_with_less_a_step(workspace, started):
    folder = canned_job.failed(workspace)
    assert go_on(workspace, folder) == 7
    assert go_on(workspace, folder, {"batch_size": 4, "accumulation": 2}) == 7
    assert started == [(folder.id, False), (folder.id, True)]


def test_never_beside_another(workspace, started):
    canned_job.running(workspace, "At work")
    folder = canned_job.failed(workspace)
    with pytest.raises(StudioError) as caught:
        go_on(workspace, folder, {"batch_size": 4, "accumulation": 2})
    assert caught.value.code == "another_running"
    assert started == []
    assert not is_eased(folder)
