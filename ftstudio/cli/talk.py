"""Talks with a model through the chat child; it ends when this process ends."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.jobs.launch import child_environment


class Talk:
    """One chat child, used as a context."""

    def __init__(self, base: Path, tuned: Path | None) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "ftstudio.worker.chat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=child_environment(),
        )
        self._load = {"load": {"base": str(base), "adapter": str(tuned) if tuned else None}}
        self._number = 0
        self.done: dict[str, Any] = {}  # what the newest answer ended with

    def __enter__(self) -> Talk:
        try:
            self._say(self._load)
            self._hear()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout, self._log):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not sent any more
                    pipe.close()

    def ask(self, messages: list[dict[str, str]], which: str, **how: Any) -> Iterator[str]:
        """The answer in pieces. `how`: temperature, max_tokens, seed."""
        self._number += 1
        self._say({"ask": {"id": self._number, "messages": messages, "which": which, **how}})
        while "token" in (heard := self._hear()):
            yield heard["token"]["text"]
        self.done = heard["done"]

    def answer(self, question: str, which: str, **how: Any) -> str:
        return "".join(self.ask([{"role": "user", "content": question}], which, **how)).strip()

    def _say(self, value: dict[str, Any]) -> None:
        assert self._child.stdin
        try:
            self._child.stdin.write(json.dumps(value).encode() + b"\n")
            self._child.stdin.flush()
        except OSError as error:
            raise self._died() from error

    def _hear(self) -> dict[str, Any]:
        assert self._child.stdout
        raw = self._child.stdout.readline()
        if not raw:
            raise self._died()
        heard: dict[str, Any] = json.loads(raw)
        if "error" in heard:
            raise StudioError.from_dict(heard["error"])
        return heard

    def _died(self) -> StudioError:
        return StudioError(
            "The model stopped answering.",
            self._last_line() or "Its process ended, most likely for lack of memory.",
            "Close other programs, or choose a smaller model.",
            code="chat_died",
        )

    def _last_line(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else ""
