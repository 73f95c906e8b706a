"""Events go out as whole lines; commands come in once."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.jobs.commands import Pause, SaveNow, Stop
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.events import Failed, Paused, Phase
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.launch import send
from ftstudio.worker.reporter import Reporter


def test_says_lines_and_hears_new_commands(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    reporter = Reporter(folder)
    assert reporter.commands() == []
    send(folder, SaveNow())
    send(folder, Pause())
    assert [type(c) for c in reporter.commands()] == [SaveNow, Pause]
    assert reporter.commands() == []
    send(folder, Stop(keep=False))
    assert [type(c) for c in reporter.commands()] == [Stop]
    reporter.say(Phase(name="loading", text="Loading"))
    reporter.failed(StudioError("What.", "Why.", "Remedy.", code="x"), resumable=True)
    first, last = read_events(folder.events)
    assert isinstance(first, Phase)
    assert isinstance(last, Failed)
    assert (last.code, last.resumable) == ("x", True)


def test_a_half_written_command_waits_for_its_end(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    reporter = Reporter(folder)
    line = Pause().model_dump_json().encode()
    folder.commands.write_bytes(line[:9])
    assert reporter.commands() == []
    folder.commands.write_bytes(line + b"\nnonsense\n")
    assert [type(c) for c in reporter.commands()] == [Pause]


def test_a_resumed_worker_does_not_obey_its_predecessors_commands(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.events.write_text('{"event":"phase","name":"loading","text":"x"}\n{"half')
    send(folder, Pause(t=time.time() - 3600))
    reporter = Reporter(folder)
    assert reporter.commands() == []
    send(folder, Pause())
    assert len(reporter.commands()) == 1
    assert folder.events.read_text().endswith('"x"}\n')


def test_a_wish_that_was_just_granted_is_not_heard_by_the_next_life(tmp_path: Path) -> None:
    """Paused and resumed within a second: the pause is older than the last word."""
    folder = JobFolder(tmp_path)
    first = Reporter(folder)
    send(folder, Pause())
    assert len(first.commands()) == 1
    first.say(Paused(step=3))
    second = Reporter(folder)
    assert second.commands() == []
    send(folder, Stop())
    assert [type(c) for c in second.commands()] == [Stop]


def test_lines_wait_while_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = JobFolder(tmp_path)
    reporter = Reporter(folder)
    write = os.write

    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    reporter.say(Phase(name="saving", text="1"))
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:20]))
    reporter.say(Phase(name="saving", text="2"))
    monkeypatch.setattr(os, "write", write)
    reporter.say(Phase(name="saving", text="3"))
    assert [e.text for e in read_events(folder.events) if isinstance(e, Phase)] == ["1", "2", "3"]
