"""Text for people, JSON for scripts, and progress that keeps out of the way."""

from __future__ import annotations

import json

import pytest

from ftstudio.cli.screen import Screen


def test_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(as_json=True)
    screen.say("for people")
    screen.write("more")
    screen.table([("A", "B")])
    screen.result({"ü": 1})
    assert json.loads(capsys.readouterr().out) == {"ü": 1}


def test_people_see_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    screen.result({"a": 1})
    screen.table([("NAME", "N"), ("a long name", "1")])
    assert capsys.readouterr().out == "NAME         N\na long name  1\n"


def test_without_a_terminal_progress_is_rare(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    screen = Screen()
    for step in range(50):
        screen.progress(f"step {step}")
    screen.progress("half", important=True)
    assert capsys.readouterr().err == "step 0\nhalf\n"


def test_in_a_terminal_the_line_is_redrawn_and_closed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    screen = Screen()
    screen.progress("one")
    screen.progress("two")
    screen.say("done")
    said = capsys.readouterr()
    assert said.err == "\r\x1b[2Kone\r\x1b[2Ktwo\n"
    assert said.out == "done\n"
