"""One window to a workspace: the system lets go of the lock when the window's process ends."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

from ftstudio.core.paths import Workspace, write_text

_HELD_BY_ANOTHER = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)


class WindowLock:
    """Held until `release` or the end of the process. The command line doesn't ask for it.

    Where the drive knows no locks, a file names the window's process and when it started: one
    that was left behind names nobody who lives, and is taken over.
    """

    def __init__(self) -> None:
        self._descriptor: int | None = None
        self._note: Path | None = None

    def take(self, workspace: Workspace) -> bool:
        """False when another window holds the workspace."""
        try:
            held = os.open(workspace.root / ".window.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return True  # another person's file, or no room: not worth keeping the window shut
        try:
            _lock(held)
        except OSError as error:
            os.close(held)
            if error.errno in _HELD_BY_ANOTHER:
                return False
            return self._take_by_note(workspace.root / ".window.json")
        self._descriptor = held
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._note is not None:
            self._note.unlink(missing_ok=True)
            self._note = None

    def follow(self, workspace: Workspace) -> None:
        """The workspace was moved: hold the new place, let go of the old one."""
        self.release()
        self.take(workspace)

    def _take_by_note(self, note: Path) -> bool:
        from ftstudio.jobs.lock import process_mark

        try:
            held = json.loads(note.read_text("utf-8"))
            pid, mark = int(held["pid"]), str(held["mark"])
        except (OSError, ValueError, KeyError, TypeError):
            pid, mark = 0, ""
        if mark and pid != os.getpid() and process_mark(pid) == mark:
            return False
        try:
            write_text(note, json.dumps({"pid": os.getpid(), "mark": process_mark(os.getpid())}))
        except OSError:
            return True
        self._note = note
        return True


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "the note decides")
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
