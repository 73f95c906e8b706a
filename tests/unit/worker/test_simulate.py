"""The counting job, in a process of its own: its figure, its cache, its reasons, its end."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Finished, Phase, Stopped
from ftstudio.jobs.folder import RESULT_OF, JobFolder, create_job
from ftstudio.jobs.history import list_runs
from ftstudio.jobs.launch import send
from ftstudio.planning.exact import cached, payload, read_result
from ftstudio.planning.machine import Machine
from ftstudio.worker.simulation import shim
from tests import models

T4 = {"name": "Tesla T4", "architecture": "Turing", "total_bytes": 15 << 30}
can_stand_in = pytest.mark.skipif(
    shim.needed() and not any(map(shutil.which, shim.COMPILERS)),
    reason="no card and no C++ compiler here",
)


def job(root: Path, card: dict[str, Any] | None, **changes: Any) -> tuple[Workspace, JobFolder]:
    workspace = Workspace(root / "workspace").create()
    model = root / "model"
    if not model.is_dir():
        models.tiny_model(model)
        (model / "model.safetensors").unlink()  # a config is enough
    fields = {"training": {"batch_size": 2, "max_length": 48, "sample_questions": 0}, **changes}
    plan = Plan(
        name="How much?", dataset=DatasetRef(id="", path="", name=""),
        model=ModelRef(path=str(model), name="tiny", sha256=""), **fields,
    )  # fmt: skip
    payload = {"plan": plan.model_dump(mode="json"), "card": card, "longest": 40}
    return workspace, create_job(workspace.jobs, "simulate", plan.name, payload, workspace.root)


def test_counted_on_the_processor_kept_and_not_counted_twice(tmp_path: Path) -> None:
    workspace, folder = job(tmp_path, None)
    assert models.run_worker(folder) == 0, folder.log.read_text()
    found = read_result(folder)
    assert found.how == "exact"
    assert found.parts["adapter"] > 0
    # Two numbers per weight, and counts of steps.
    assert 0 <= found.parts["optimizer"] - 2 * found.parts["adapter"] < 1_000
    assert found.low == found.high == found.shown
    assert cached(workspace.root, folder.spec().payload) == found
    assert list_runs(workspace) == []
    told = [event.text for event in models.events_of(folder) if isinstance(event, Phase)]
    assert "Step 2 of 2" in told
    _, again = job(tmp_path, None)
    assert models.run_worker(again) == 0
    assert read_result(again) == found
    told = [event.text for event in models.events_of(again) if isinstance(event, Phase)]
    assert told == ["Reading the plan"]
    assert isinstance(models.events_of(again)[-1], Finished)


@can_stand_in
def test_counted_for_a_card_that_is_not_there(tmp_path: Path) -> None:
    _, folder = job(tmp_path, T4, method="full", method_params={})
    assert models.run_worker(folder) == 0, folder.log.read_text()
    found = read_result(folder)
    assert found.how == "exact", found.why
    assert found.parts["gradients"] > 0
    assert found.parts["workspace"] > 8 << 20
    assert found.parts["context"] > 100 << 20
    assert found.least <= found.peak


def test_of_a_path_the_largest_stage_is_told(tmp_path: Path) -> None:
    """The second learns all weights, so it takes more; it builds on a result not there yet."""
    workspace, folder = job(tmp_path, None)
    first = Plan.model_validate(folder.spec().payload["plan"])
    second = first.model_copy(update={
        "objective": "dpo", "method": "full", "method_params": {},
        "model": first.model.model_copy(update={"path": RESULT_OF + "instruct merged"}),
    })  # fmt: skip
    asked = payload(first, Machine("cpu", "2 cores", 16, 15, 2), 40, [(second, 40)])
    alone = create_job(workspace.jobs, "simulate", "path", asked, workspace.root)
    assert models.run_worker(alone) == 0, alone.log.read_text()
    found = read_result(alone)
    assert found.how == "exact"
    assert found.why[0].startswith("Of 2 stages, stage 2 takes most")
    assert found.parts["copies"] > 0  # what it is compared with
    assert found.parts["adapter"] == 0
    assert cached(workspace.root, asked) == found
    assert cached(workspace.root, folder.spec().payload) is None


def test_stopped_before_it_begins(tmp_path: Path) -> None:
    workspace, folder = job(tmp_path, None)
    send(folder, Stop())
    assert models.run_worker(folder) == 0
    assert isinstance(models.events_of(folder)[-1], Stopped)
    assert not (workspace.root / "cache").exists()
    assert not folder.output.exists()


def test_a_card_nobody_knows_is_said(tmp_path: Path) -> None:
    _, folder = job(tmp_path, {"name": "Moon card", "architecture": "", "total_bytes": 7})
    assert models.run_worker(folder) == 1
    assert models.events_of(folder)[-1].code == "unknown-card"


BROKEN = """
import sys
from ftstudio.worker.simulation import trainers
def nobody_foresaw(*given, **named):
    return no_such_name
trainers.plain_tokenizer = nobody_foresaw
from ftstudio.worker.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_what_nobody_foresaw_falls_back_with_a_word_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    workspace, folder = job(tmp_path, None)
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, str(folder.path)], cwd=Path(models.__file__).parents[1],
        env={**os.environ, "FTSTUDIO_DEVICE": "cpu"}, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with caplog.at_level(logging.WARNING):
        found = read_result(folder)
    assert found.how == "instant"
    assert found.low < found.shown < found.high
    assert "NameError" in found.why[0]
    assert "fault of this app" in found.why[0]
    assert "in nobody_foresaw" in caplog.text  # the traceback, not only its last line
    assert cached(workspace.root, folder.spec().payload) is None
