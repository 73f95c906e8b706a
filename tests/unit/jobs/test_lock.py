"""A process is told from a later one with the same id."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.lock import Holder, one_starter, process_mark, read_holder, write_holder


def test_the_mark_is_of_one_process(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert process_mark(child.pid) == process_mark(child.pid) != ""
    finally:
        child.communicate(b"\n", timeout=120)
    assert process_mark(child.pid) == ""


def test_what_is_written_is_read(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    holder = Holder.of(os.getpid(), 12)
    write_holder(folder, holder)
    assert read_holder(folder) == holder
    assert holder.is_alive(folder)


def test_a_worker_on_another_machine_counts_while_it_speaks(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    elsewhere = replace(Holder.of(os.getpid(), 0), mark="other", host="cluster-7", boot="other")
    assert not elsewhere.is_alive(folder)
    folder.events.write_text("{}\n")
    assert elsewhere.is_alive(folder)
    long_ago = time.time() - 3600
    os.utime(folder.events, (long_ago, long_ago))
    assert not elsewhere.is_alive(folder)


def test_only_one_may_be_starting(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    with one_starter(folder), pytest.raises(StudioError), one_starter(folder):
        pass
    with one_starter(folder):
        pass
