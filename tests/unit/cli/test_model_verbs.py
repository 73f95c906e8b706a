"""Base models in the terminal: what is there, what is half there, and folders elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from ftstudio.basemodels import hub
from ftstudio.core.paths import Workspace
from ftstudio.jobs.folder import create_job
from ftstudio.jobs.lock import Holder, write_holder
from tests.model_folders import make_model
from tests.unit.cli.conftest import Command


def arrived(workspace: Workspace, name: str) -> Path:
    folder = hub.partial_folder(workspace.models, name)
    folder.mkdir(parents=True)
    (folder / "model.safetensors.part").write_bytes(b"x" * 5_000)
    return folder


def test_a_folder_elsewhere_is_added_and_forgotten(command: Command, tmp_path: Path) -> None:
    folder = make_model(tmp_path / "mine")
    assert command("models", "add", folder, "--json").json["path"] == str(folder)
    assert str(folder) in command("models", "list").out
    assert "files are left alone" in command("models", "forget", folder).out
    assert str(folder) not in command("models", "list").out
    assert (folder / "config.json").is_file()
    again = command("models", "forget", folder)
    assert again.code == 1
    assert "not on the list" in again.err


def test_a_folder_that_has_gone_can_still_be_forgotten(command: Command, tmp_path: Path) -> None:
    folder = make_model(tmp_path / "mine")
    command("models", "add", folder)
    folder.rename(tmp_path / "moved")
    assert f"models forget “{folder}”" in command("models", "list").err
    assert command("models", "forget", folder).code == 0
    assert command("models", "list").err == ""


def test_half_a_download_is_listed_and_discarded(command: Command, workspace: Workspace) -> None:
    folder = arrived(workspace, "org/small")
    assert "ftstudio models discard org/small" in command("models", "list").out
    assert command("models", "discard", "org/small", "--json").json["bytes"] == 5_000
    assert not folder.exists()
    assert "Nothing has arrived" in command("models", "discard", "org/small").out


def test_a_download_at_work_is_not_discarded(command: Command, workspace: Workspace) -> None:
    folder = arrived(workspace, "org/small")
    payload = {"name": "org/small", "of": "model"}
    job = create_job(workspace.jobs, "download", "org/small", payload, workspace.root)
    write_holder(job, Holder.of(os.getpid(), 0))  # this process stands for the worker
    refused = command("models", "discard", "org/small")
    assert refused.code == 1
    assert f"ftstudio runs stop {job.id}" in refused.err
    assert folder.exists()
