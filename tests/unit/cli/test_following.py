"""A run in the terminal: one line that tells where it stands, and how it ended."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ftstudio.cli import following
from ftstudio.cli.following import bar, follow, line, summary, tell_end
from ftstudio.cli.screen import Screen
from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.events import Failed, Finished, Paused, Phase, Started, Stopped
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.status import RunStatus, fold


@pytest.fixture
def folder(workspace: Workspace) -> JobFolder:
    return create_job(workspace.jobs, "train", "Try", {})


def status(**values: object) -> RunStatus:
    return RunStatus(state="running", **values)


def test_the_line_while_it_trains() -> None:
    text = line(status(phase="training", step=91, total_steps=182, loss=1.2, seconds_left=120))
    assert " 50 %" in text
    assert "step 91 of 182" in text
    assert "loss 1.200" in text
    assert "about 2 min left" in text


def test_the_line_before_and_between() -> None:
    assert line(status()) == "Starting …"
    assert line(status(phase="loading", phase_text="Loading")) == "Loading …"
    merging = status(phase="merging", phase_text="Folding in", phase_done=3, phase_total=6)
    assert " 50 %" in line(merging)
    assert "Folding in" in line(merging)


def test_the_bar_is_plain_where_blocks_can_not_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_shows_blocks", lambda: False)
    assert [bar(share, 4) for share in (0, 0.5, 1)] == ["[....]", "[##..]", "[####]"]


@pytest.mark.parametrize(
    ("end", "code", "words"),
    [
        (Finished(t=9), 0, "Finished"),
        (Stopped(t=9, step=3, kept=True), 0, "best version was kept"),
        (Stopped(t=9, step=3, kept=False), 0, "Nothing was kept"),
        (Paused(t=9, step=3), 130, "runs resume"),
        (Paused(t=9, step=3, reason="The disk is full."), 1, "The disk is full."),
        (Failed(t=9, what="It broke.", why="So.", remedy="Mend it.", resumable=True), 1,
         "Mend it. ftstudio runs resume"),
        (Failed(t=9, what="It broke.", why="So.", remedy="Mend it."), 1, "log.txt"),
    ],
)  # fmt: skip
def test_every_end_says_what_can_be_done(
    folder: JobFolder, capsys: pytest.CaptureFixture[str], end, code: int, words: str
) -> None:
    ended = fold([Started(t=1, pid=1, device="cpu"), end])
    assert tell_end(folder, ended, Screen()) == code
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert summary(ended)["state"] == ended.state


def test_interrupting_pauses_and_waits(
    folder: JobFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started = Started(t=1, pid=1, device="cpu")
    lives = iter([_interrupted([started]), iter([[started, Paused(t=3, step=2)]])])
    monkeypatch.setattr(launch, "follow", lambda *_, **__: next(lives))
    assert follow(folder, Screen()).state == "paused"
    assert '"pause"' in folder.commands.read_text()
    said = capsys.readouterr().err
    assert "Pausing" in said
    assert said.count("Started on") == 1


def test_interrupting_twice_leaves_it_running(
    folder: JobFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started = Started(t=1, pid=1, device="cpu")
    lives = iter([_interrupted([started]), _interrupted([started])])
    monkeypatch.setattr(launch, "follow", lambda *_, **__: next(lives))
    assert follow(folder, Screen()).state == "running"
    assert "in the background" in capsys.readouterr().err


def test_a_merge_is_stopped_not_paused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = create_job(workspace.jobs, "merge", "Merge", {})
    phase = Phase(t=1, name="merging", text="x")
    lives = iter([_interrupted([phase]), iter([[phase, Stopped(t=2, step=0, kept=False)]])])
    monkeypatch.setattr(launch, "follow", lambda *_, **__: next(lives))
    follow(folder, Screen())
    assert '"stop"' in folder.commands.read_text()


def _interrupted(events):
    yield events
    raise KeyboardInterrupt


def test_json_holds_the_summary(folder: JobFolder, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    tell_end(folder, fold([Started(t=1, pid=1, device="cpu"), Finished(t=2)]), Screen(True))
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["run"]) == ("finished", folder.id)
    assert Path(said["folder"]) == folder.path


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own is POSIX")
def test_blocks_are_shown_in_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", type("T", (), {"encoding": "ascii"})())
    assert bar(1, 2) == "[##]"
