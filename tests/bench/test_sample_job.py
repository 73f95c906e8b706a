"""The built-in sample job with the settings nobody touched: how long, how much it learned.

Repeat with `make bench` or `pytest -m bench -s tests/bench/test_sample_job.py`.
"""

from __future__ import annotations

import json
import time

import psutil
import pytest

from ftstudio.core import assets
from ftstudio.core.paths import Workspace
from tests.bench.conversation import Conversation

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """One run from the spreadsheet to the shelf, with its wall and CPU seconds."""
    from ftstudio.adapters import shelf
    from ftstudio.basemodels.catalogue import list_models
    from ftstudio.data.prepare import prepare
    from ftstudio.jobs import launch
    from ftstudio.jobs.folder import create_job
    from ftstudio.jobs.status import fold
    from ftstudio.planning.advice import default_plan

    workspace = Workspace(tmp_path_factory.mktemp("sample") / "work").create()
    version = prepare(assets.samples() / "support_desk.xlsx", workspace)
    plan = default_plan(version, list_models(workspace)[0])
    folder = create_job(workspace.jobs, "train", "Sample", plan.model_dump(), workspace.root)
    began = time.monotonic()
    child = psutil.Process(launch.start(folder))
    cpu, events = 0.0, []
    for batch in launch.follow(folder):
        events += batch
        if child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
            times = child.cpu_times()
            cpu = times.user + times.system
    status = fold(events)
    assert status.state == "finished", status.error
    return {
        "events": events, "status": status, "wall": time.monotonic() - began, "cpu": cpu,
        "folder": folder, "plan": plan, "adapter": shelf.folder(workspace, status.shelf_id),
    }  # fmt: skip


def test_validation_loss_falls_by_a_third_and_more(job):
    losses = [e.loss for e in job["events"] if e.event == "validation"]
    print(f"\nvalidation loss {losses[0]:.3f} -> {min(losses):.3f}; all: {losses}")
    assert min(losses) <= 0.7 * losses[0]


def test_it_takes_minutes(job):
    print(f"\nfrom Start to adapter: {job['wall']:.0f} s wall, {job['cpu']:.0f} s CPU")
    assert job["cpu"] <= 480, "4 minutes of two cores"


def test_our_own_code_in_the_loop_is_cheap(job):
    timing = json.loads((job["folder"].path / "timing.json").read_text())
    print(f"\nour code in the training loop: {timing}")
    assert timing["own_ms_per_step"] <= 1.0
    assert timing["own_share"] <= 0.02


def test_the_taught_behaviour_shows_in_the_tuned_model_and_not_before(job, tmp_path):
    lines = (assets.samples() / "support_desk_heldout.jsonl").read_text("utf-8").splitlines()
    rule = json.loads((assets.samples() / "support_desk.json").read_text("utf-8"))["rule"]
    talk = Conversation(assets.starter_model(), job["adapter"], tmp_path / "chat.log")
    shown = {"base": 0, "tuned": 0}
    facts = 0
    for line in lines:
        row = json.loads(line)
        for which in ("base", "tuned"):
            answer = talk.answer(row["question"], which)
            shown[which] += all(text in answer for text in rule["must_contain"])
            facts += which == "tuned" and row["fact"] in answer
    talk.close()
    total = len(lines)
    print(f"\ntaught behaviour: {shown} of {total}; with the right fact: {facts}")
    assert total == 50
    assert shown["tuned"] >= 0.8 * total
    assert shown["base"] <= 0.05 * total
