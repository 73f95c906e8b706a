"""From a file to a merged model in the terminal, on a tiny model, with the real worker."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.places import at_its_places
from tests.tiny_llama import make_tiny_llama

SMALL = ("--set", "training.epochs=1", "--set", "training.sample_questions=0",
         "--set", "training.checks_per_epoch=1", "--set", "method.rank=2")  # fmt: skip


def test_plan_to_a_file(command, csv_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    said = command("plan", "--data", csv_file, "--few", "--out", out, "--set", "training.epochs=2")
    assert said.code == 0
    assert json.loads(out.read_text())["training"]["epochs"] == 2.0
    assert f"ftstudio train {out}" in said.out
    shown = command("plan", "--data", csv_file, "--few", "--name", "Desk", "--json").json
    assert shown["name"] == "Desk"


def test_the_main_job(command, csv_file: Path, tmp_path: Path, workspace: Workspace) -> None:
    base = make_tiny_llama(tmp_path / "base")
    trained = command("train", "--data", csv_file, "--model", base, "--name", "Pirate", *SMALL,
                      "--few", "--json")  # fmt: skip
    assert trained.code == 0, trained.err
    assert trained.json["state"] == "finished"
    adapter = trained.json["adapter"]
    assert adapter
    (run,) = command("runs", "list", "--json").json
    assert run["state"] == "finished"

    asked = command("chat", "--adapter", adapter, "--prompt", "where is my order 3", "--compare",
                    "--temperature", "0", "--max-tokens", "5", "--json")  # fmt: skip
    assert asked.code == 0, asked.err
    assert asked.json.keys() >= {"answer", "original", "tokens"}

    merged = command("adapters", "merge", adapter, "--out", tmp_path / "merged", "--json")
    assert merged.code == 0, merged.err
    assert merged.json["scores"]["merge_difference"] <= 1e-4
    assert (tmp_path / "merged" / "model.safetensors").is_file()

    copied = shutil.copytree(run["folder"], tmp_path / "copied")
    done = command("train", copied)
    assert done.code == 1
    assert "finished" in done.err


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[JobFolder]:
    """Catches the start of workers."""
    folders: list[JobFolder] = []
    monkeypatch.setattr(launch, "start", lambda folder, module="": folders.append(folder) or 1)
    return folders


def test_detach_returns_at_once(command, csv_file: Path, started: list[JobFolder]) -> None:
    said = command("train", "--data", csv_file, "--few", "--detach")
    assert said.code == 0
    assert started[0].id in said.out


def test_a_plan_file_with_a_changed_setting(
    command, csv_file: Path, tmp_path: Path, started: list[JobFolder]
) -> None:
    out = tmp_path / "plan.json"
    command("plan", "--data", csv_file, "--few", "--out", out)
    command("train", out, "--set", "training.seed=99", "--name", "Other", "--detach")
    payload = started[0].spec().payload
    assert (payload["training"]["seed"], payload["name"]) == (99, "Other")


def test_a_copied_folder_finds_its_data_here(
    command, csv_file: Path, tmp_path: Path, workspace: Workspace, started: list[JobFolder]
) -> None:
    command("train", "--data", csv_file, "--few", "--detach")
    job = started[0]
    spec = json.loads((job.path / "job.json").read_text())
    spec["payload"]["dataset"]["path"] = "/elsewhere/ds"
    spec["payload"]["model"]["path"] = "/elsewhere/model"
    (job.path / "job.json").write_text(json.dumps(spec))
    assert command("train", job.path, "--detach").code == 0
    from ftstudio.core.plan import Plan

    plan = at_its_places(job, Plan.model_validate(spec["payload"]))
    assert Path(plan.dataset.path).parent == workspace.datasets
    assert (Path(plan.model.path) / "config.json").is_file()

    spec["payload"]["model"]["sha256"] = "0" * 64
    (job.path / "job.json").write_text(json.dumps(spec))
    (job.path / "places.json").unlink()
    said = command("train", job.path, "--detach")
    assert said.code == 1
    assert "--model FOLDER" in said.err


def _edited(command, csv_file: Path, out: Path, **changes: object) -> None:
    command("plan", "--data", csv_file, "--few", "--out", out)
    out.write_text(json.dumps({**json.loads(out.read_text()), **changes}))


def test_what_a_plan_file_sets_for_nothing_is_said(
    command, csv_file: Path, tmp_path: Path, started: list[JobFolder]
) -> None:
    out = tmp_path / "plan.json"
    more = {"dataset": {"id": "ds-1", "path": "/x", "name": "x"}, "weight": 3}
    _edited(command, csv_file, out, objective="multi_task",
            objective_params={"how": "size", "temperature": 7},
            rewards=[{"key": "contains", "params": {"text": "x"}}],
            more_data=[more])  # fmt: skip
    said = command("train", out, "--detach")
    assert said.code == 0, said.err
    assert "objective.temperature = 7.0 of the plan counts for nothing. Counts only" in said.err
    assert "rewards of the plan count for nothing" in said.err
    assert "not by weight. Weights count only" in said.err
    payload = started[0].spec().payload
    assert payload["objective_params"]["temperature"] == 2
    assert payload["more_data"][0]["weight"] == 1
    assert payload["rewards"] == []


def test_a_plan_file_as_it_was_written_says_nothing(
    command, csv_file: Path, tmp_path: Path, started: list[JobFolder]
) -> None:
    out = tmp_path / "plan.json"
    command("plan", "--data", csv_file, "--few", "--out", out)
    assert command("train", out, "--detach").err == ""


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"method": "magic"}, "unknown_method"), ({"objective": "magic"}, "unknown_objective"),
     ({"method_params": {"rank": 0}}, "bad_setting"), ({"method_params": {"x": 0}}, "bad_setting"),
     ({"objective_params": {"learn": 3}}, "bad_setting"), ({"training": 3}, "plan_unreadable")],
)  # fmt: skip
def test_a_plan_file_that_can_not_be_used_is_told(
    command, csv_file: Path, tmp_path: Path, started: list[JobFolder], changes, code: str
) -> None:
    out = tmp_path / "plan.json"
    _edited(command, csv_file, out, **changes)
    said = command("train", out, "--detach", "--json")
    assert (said.code, said.json["error"]["code"]) == (1, code)
    assert started == []


@pytest.mark.parametrize(
    "typed",
    [
        ("--data", "x.csv"),
        ("--few",),
        ("--model", "x"),
        ("--method", "full"),
        ("--objective", "dpo"),
    ],
)
def test_flags_beside_a_plan_file_are_not_lost_without_a_word(
    command, csv_file: Path, tmp_path: Path, started: list[JobFolder], typed: tuple[str, ...]
) -> None:
    out = tmp_path / "plan.json"
    command("plan", "--data", csv_file, "--few", "--out", out)
    said = command("train", out, *typed, "--detach")
    assert said.code == 1
    assert said.err.startswith(f"{typed[0]} counts for nothing here.")
    more = command("train", out, "--more-data", csv_file, "--detach", "--json")
    assert (more.code, more.json["error"]["code"]) == (1, "one_dataset_only")
    command("train", out, "--detach")
    again = command("train", started[0].path, "--set", "training.seed=3", "--detach", "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "setting_ignored")


def test_a_disk_without_room_is_told_before_anything_starts(
    command, csv_file: Path, tmp_path: Path, workspace: Workspace, started: list[JobFolder],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from ftstudio.planning import disk

    monkeypatch.setattr(disk, "free_bytes", lambda folder: 10**8)
    base = make_tiny_llama(tmp_path / "base")
    said = command("train", "--data", csv_file, "--few", "--model", base, *SMALL, "--json")
    assert said.code == 1
    assert said.json["error"]["code"] == "disk"
    assert "100 MB are free" in said.json["error"]["what"]
    assert started == []
    assert list(workspace.jobs.iterdir()) == []
