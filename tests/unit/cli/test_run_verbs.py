"""Runs are listed, shown, paused, resumed and stopped by their id or name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.jobs import launch
from ftstudio.jobs.events import Finished, Taken
from ftstudio.jobs.folder import JobFolder, create_job
from tests.gui import canned_job

FAKE = Path(__file__).parent.parent / "jobs"
STARTED = {"say": {"event": "started", "pid": 1, "device": "cpu"}}
FINISHED = {"say": {"event": "finished"}}
PAUSED = {"say": {"event": "paused", "step": 3}}


@pytest.fixture
def run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    """Makes runs whose worker plays a script; the verbs start that worker too."""
    monkeypatch.setenv("PYTHONPATH", str(FAKE))
    real = launch.start
    monkeypatch.setattr(launch, "start", lambda folder, module="": real(folder, "fake_worker"))
    made: list[JobFolder] = []

    def make(*lives: list[dict], name: str = "Try") -> JobFolder:
        made.append(create_job(workspace.jobs, "train", name, {"acts": list(lives)}))
        return made[-1]

    yield make
    for folder in made:
        launch.kill(folder)


def play(folder: JobFolder) -> None:
    launch.start(folder)
    for _ in launch.follow(folder, poll=0.01):
        pass


def test_list(command, run, workspace: Workspace) -> None:
    assert "No runs yet" in command("runs", "list").out
    play(run([STARTED, FINISHED], name="one"))
    (workspace.jobs / "broken").mkdir()
    said = command("runs", "list")
    assert "finished" in said.out
    assert "damaged" in said.out
    listed = {row["name"]: row["state"] for row in command("runs", "list", "--json").json}
    assert listed == {"one": "finished", "broken": "waiting"}


def test_show_tells_settings_and_the_command(command, workspace: Workspace) -> None:
    plan = Plan(
        name="Mine",
        dataset=DatasetRef(id="ds-1", path="/d/ds-1", name="Desk"),
        model=ModelRef(path="/m", name="small", sha256="0"),
    )
    folder = create_job(workspace.jobs, "train", "Mine", plan.model_dump())
    said = command("runs", "show", "Mine")
    assert "lora on small, from Desk" in said.out
    assert "ftstudio train --data /d/ds-1" in said.out
    shown = command("runs", "show", folder.id, "--json").json
    assert shown["plan"]["name"] == "Mine"
    assert shown["state"] == "waiting"


def test_show_follows_to_the_end(command, run) -> None:
    folder = run([STARTED, {"sleep": 0.3}, FINISHED])
    launch.start(folder)
    said = command("runs", "show", folder.id, "--follow")
    assert said.code == 0
    assert "Finished" in said.out


def test_resume_goes_on(command, run) -> None:
    folder = run([STARTED, PAUSED], [STARTED, FINISHED])
    play(folder)
    assert "runs resume" in command("runs", "show", folder.id).out
    said = command("runs", "resume", folder.id, "--json")
    assert said.code == 0
    assert said.json["state"] == "finished"
    again = command("runs", "resume", folder.id)
    assert again.code == 1
    assert "can't go on" in again.err


def test_resume_of_a_running_one_is_refused(command, run) -> None:
    folder = run([STARTED, {"sleep": 30}])
    launch.start(folder)
    said = command("runs", "resume", folder.id, "--detach")
    assert said.code == 1
    assert "running already" in said.err


def test_stop_ends_a_running_one(command, run) -> None:
    stopped = {"say": {"event": "stopped", "step": 1, "kept": False}}
    folder = run([STARTED, {"until_stopped": True}, stopped])
    folder.commands.touch()
    launch.start(folder)
    said = command("runs", "stop", folder.id, "--discard")
    assert said.code == 0
    assert "Nothing was kept" in said.out
    (asked,) = folder.commands.read_text().splitlines()
    assert json.loads(asked)["keep"] is False


def test_stop_wakes_a_paused_one_to_keep_its_best(command, run) -> None:
    stopped = {"say": {"event": "stopped", "step": 3, "kept": True}}
    folder = run([STARTED, PAUSED], [STARTED, {"until_stopped": True}, stopped])
    folder.commands.touch()
    play(folder)
    said = command("runs", "stop", folder.id)
    assert "best version was kept" in said.out


@pytest.mark.parametrize("verb", ["pause", "stop"])
def test_what_is_not_running_can_not_be_ended(command, run, verb: str) -> None:
    folder = run([STARTED, FINISHED])
    play(folder)
    said = command("runs", verb, folder.id)
    assert said.code == 1
    assert "not running" in said.err


@pytest.mark.parametrize(
    ("end", "code"),
    [(PAUSED, 0), (FINISHED, 0),
     ({"say": {"event": "failed", "what": "W.", "why": "Y.", "remedy": "R."}}, 1),
     ({"say": {"event": "stopped", "step": 1, "kept": False}}, 1)],
)  # fmt: skip
def test_pausing_succeeds_only_when_it_paused(command, run, end: dict, code: int) -> None:
    folder = run([STARTED, {"until_stopped": True}, end])
    folder.commands.touch()
    launch.start(folder)
    assert command("runs", "pause", folder.id).code == code


def test_show_tells_what_was_measured_and_on_which_card(command, workspace: Workspace) -> None:
    folder = canned_job.make_job(workspace, "Measured")
    taken = Taken(card="Tesla T4", card_bytes=16 * 10**9, reserved=9 * 10**9, context=10**8)
    canned_job.write(folder, *canned_job.opening(), Finished(taken=taken))
    assert "Memory, measured: 9.1 GB on Tesla T4 (of 16.0 GB)." in (
        command("runs", "show", folder.id).out
    )
    shown = command("runs", "show", folder.id, "--json").json
    assert (shown["memory"]["took"], shown["memory"]["card"]) == (9_100_000_000, "Tesla T4")
