"""The export job copies from the shelf and tells how far it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.adapters import shelf
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.events import Finished, Phase, Stopped
from ftstudio.jobs.folder import create_job
from ftstudio.jobs.launch import stop
from ftstudio.worker import export
from tests.model_folders import make_model


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def test_a_model_is_copied_with_progress(workspace: Workspace, tmp_path: Path) -> None:
    card = shelf.import_folder(make_model(tmp_path / "model"), workspace)
    payload = {"adapter_id": card.id, "to": str(tmp_path / "copy")}
    job = create_job(workspace.jobs, "export", "Export", payload, workspace.root)
    assert export.run(job) == 0
    events = list(read_events(job.events))
    assert isinstance(events[-1], Finished)
    assert events[-1].output == str(tmp_path / "copy")
    phases = [e for e in events if isinstance(e, Phase)]
    assert phases[-1].done == phases[-1].total > 0
    assert (tmp_path / "copy" / "model.safetensors").is_file()


def test_stop_leaves_nothing_behind(workspace: Workspace, tmp_path: Path) -> None:
    card = shelf.import_folder(make_model(tmp_path / "model"), workspace)
    payload = {"adapter_id": card.id, "to": str(tmp_path / "exports" / "copy")}
    (tmp_path / "exports").mkdir()
    job = create_job(workspace.jobs, "export", "Export", payload, workspace.root)
    stop(job)
    assert export.run(job) == 0
    assert isinstance(list(read_events(job.events))[-1], Stopped)
    assert list((tmp_path / "exports").iterdir()) == []


def test_a_job_that_names_nothing_is_refused(workspace: Workspace) -> None:
    with pytest.raises(StudioError):
        export.run(create_job(workspace.jobs, "export", "Export", {}, workspace.root))
