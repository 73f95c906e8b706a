"""Says events and hears commands: the worker's two files in the job folder."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

from pydantic import ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.jobs.commands import Command, parse_command
from ftstudio.jobs.events import Event, Failed
from ftstudio.jobs.folder import JobFolder

_BORN = time.time()
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MOST = 8_000_000


class Reporter:
    """Appends whole lines to `events.jsonl`, reads new lines of `commands.jsonl`.

    A half line left by a killed predecessor is cut off first. Commands that a predecessor has
    heard, or missed, are not heard again by a worker that goes on with its run.
    """

    def __init__(self, folder: JobFolder) -> None:
        self.folder = folder
        last_word = _cut_half_line(folder.events)
        self._events = os.open(folder.events, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._backlog = b""
        self._heard = 0
        # A second before our birth: asked while we were being started.
        self._not_before = max(last_word, _BORN - 1) if last_word else 0.0

    def say(self, event: Event) -> None:
        """One line, one write; not flushed to the disk (5 ms each), the system does that.

        On a full disk the lines wait for the next call: a run must be able to say that it pauses.
        """
        self._backlog += event.model_dump_json().encode() + b"\n"
        try:
            written = os.write(self._events, self._backlog)
            self._backlog = self._backlog[written:]
        except OSError as error:
            if error.errno not in _FULL or len(self._backlog) > _MOST:
                raise

    def commands(self) -> list[Command]:
        """The commands since the last call. Costs one `stat` when there are none."""
        try:
            if self.folder.commands.stat().st_size <= self._heard:
                return []
            with open(self.folder.commands, "rb") as file:
                file.seek(self._heard)
                whole, _, _ = file.read().rpartition(b"\n")
        except OSError:
            return []
        self._heard += len(whole) + 1 if whole else 0
        heard = [command for line in whole.splitlines() if (command := _parsed(line))]
        return [command for command in heard if command.t >= self._not_before]

    def failed(self, error: StudioError, *, resumable: bool = False) -> None:
        self.say(
            Failed(
                what=error.what,
                why=error.why,
                remedy=error.remedy,
                code=error.code,
                resumable=resumable,
            )
        )

    def close(self) -> None:
        os.close(self._events)


def _parsed(line: bytes) -> Command | None:
    try:
        return parse_command(line)
    except (ValidationError, json.JSONDecodeError):
        return None  # a newer window's command, or a damaged line: not for this worker


def _cut_half_line(path: Path) -> float:
    """Make the file end with a whole line. When that was said (0.0: the file holds none)."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return 0.0
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)
    try:
        return float(json.loads(data[:whole].rstrip().rpartition(b"\n")[2])["t"])
    except (ValueError, KeyError, TypeError):
        return _BORN if whole else 0.0
