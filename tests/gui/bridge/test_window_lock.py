"""One window to a workspace; what a dead one left behind holds nobody up."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.jobs.lock import process_mark
from ftstudio.ui.bridge import window_lock
from ftstudio.ui.bridge.window_lock import WindowLock

HOLD = """
import sys
from pathlib import Path
from ftstudio.core.paths import Workspace
from ftstudio.ui.bridge.window_lock import WindowLock
lock = WindowLock()
print(lock.take(Workspace(Path(sys.argv[1]))), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work").create()


@pytest.fixture
def other(workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    """Another window's process, which holds the workspace."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_the_second_window_is_told(workspace: Workspace, other: subprocess.Popen[str]) -> None:
    assert not WindowLock().take(workspace)


def test_a_window_that_was_killed_leaves_no_lock(
    workspace: Workspace, other: subprocess.Popen[str]
) -> None:
    other.kill()
    other.wait()
    lock = WindowLock()
    assert lock.take(workspace)
    lock.release()


def test_a_moved_workspace_is_held_in_its_new_place(workspace: Workspace, tmp_path: Path) -> None:
    lock, new = WindowLock(), Workspace(tmp_path / "new").create()
    assert lock.take(workspace)
    lock.follow(new)
    second = WindowLock()
    assert not second.take(new)
    assert second.take(workspace)
    for one in (lock, second):
        one.release()
    assert second.take(new)
    second.release()


def _no_locks(_descriptor: int) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


@pytest.mark.parametrize(("mark", "free"), [("alive", False), ("an earlier process", True)])
def test_without_locks_on_the_drive_a_note_names_the_process(
    workspace: Workspace, other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch,
    mark: str, free: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(window_lock, "_lock", _no_locks)
    held = {"pid": other.pid, "mark": process_mark(other.pid) if mark == "alive" else mark}
    (workspace.root / ".window.json").write_text(json.dumps(held))
    assert WindowLock().take(workspace) is free


def test_a_damaged_note_holds_nobody_up(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_lock, "_lock", _no_locks)
    (workspace.root / ".window.json").write_text("{")
    lock = WindowLock()
    assert lock.take(workspace)
    lock.release()
    assert not (workspace.root / ".window.json").exists()
