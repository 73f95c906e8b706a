"""The newest wish counts; the system's wish to end is a wish to pause."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftstudio.jobs.commands import Pause, SaveNow, Stop
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.launch import send
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.wishes import Interrupted, Wishes


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_commands_become_wishes(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    wishes = Wishes(Reporter(folder))
    wishes.leave_if_asked()
    send(folder, SaveNow())
    wishes.leave_if_asked()
    assert wishes.save_now
    for command, ending in (
        (Pause(), "pause"),
        (Stop(keep=True), "keep"),
        (Stop(keep=False), "discard"),
    ):
        send(folder, command)
        with pytest.raises(Interrupted):
            wishes.leave_if_asked()
        assert wishes.ending == ending


def test_sigterm_pauses(tmp_path: Path) -> None:
    wishes = Wishes(Reporter(JobFolder(tmp_path)))
    os.kill(os.getpid(), signal.SIGTERM)
    assert wishes.ending == "pause"
