"""What a command says: text for people or JSON for scripts, and one line that shows progress."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

_EVERY = 10.0  # seconds between progress lines where the terminal can't redraw one


class Screen:
    """Results go to stdout, progress and troubles to stderr."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self._redraws = sys.stderr.isatty()
        self._line_is_open = False
        self._last = 0.0
        self._last_text = ""

    def say(self, text: str = "") -> None:
        """A line for people; scripts that asked for JSON don't see it."""
        if not self.as_json:
            self._close_line()
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def write(self, text: str) -> None:
        """Text without a line end, as an answer that is being written."""
        if not self.as_json:
            self._close_line()
            sys.stdout.write(text)
            sys.stdout.flush()

    def result(self, value: Any) -> None:
        """The answer for scripts."""
        if self.as_json:
            self.show_json(value)

    def show_json(self, value: Any) -> None:
        self._close_line()
        text = json.dumps(value, ensure_ascii=not _speaks_utf8(), indent=2, default=str)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Columns under each other; the first row is the head."""
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.say("  ".join(cells).rstrip())

    def trouble(self, text: str) -> None:
        self._close_line()
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def progress(self, text: str, *, important: bool = False) -> None:
        """Where it stands. Redrawn in place in a terminal; elsewhere a line now and then."""
        if self._redraws:
            sys.stderr.write(f"\r\x1b[2K{text[:160]}")
            sys.stderr.flush()
            self._line_is_open = True
            return
        now = time.monotonic()
        if text != self._last_text and (important or now - self._last >= _EVERY):
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
            self._last, self._last_text = now, text

    def _close_line(self) -> None:
        if self._line_is_open:
            sys.stderr.write("\n")
            self._line_is_open = False


def write_anything() -> None:
    """What a terminal or a pipe can't show comes out as \\u…, and never as a failure."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _speaks_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
