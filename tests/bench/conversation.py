"""Asks a model through the app's own chat child, one question after the other, greedily."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Literal

from ftstudio.jobs.launch import child_environment


class Conversation:
    def __init__(self, base: Path, adapter: Path | None, log: Path) -> None:
        self._log = log.open("ab")
        self.child = subprocess.Popen(
            [sys.executable, "-m", "ftstudio.worker.chat"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._log, text=True, env=child_environment(),
        )  # fmt: skip
        self.say({"load": {"base": str(base), "adapter": str(adapter) if adapter else None}})
        self.hear("ready")

    def say(self, line: dict[str, object]) -> None:
        assert self.child.stdin
        self.child.stdin.write(json.dumps(line) + "\n")
        self.child.stdin.flush()

    def hear(self, word: str) -> str:
        """Read until `word`; the text of the tokens on the way."""
        assert self.child.stdout
        text = ""
        for line in self.child.stdout:
            said = json.loads(line)
            assert "error" not in said, said
            text += said.get("token", {}).get("text", "")
            if word in said:
                return text
        raise AssertionError("the chat child has gone")

    def answer(self, question: str, which: Literal["base", "tuned"]) -> str:
        messages = [{"role": "user", "content": question}]
        self.say({"ask": {"id": 1, "messages": messages, "temperature": 0.0, "max_tokens": 96,
                          "which": which, "seed": 1}})  # fmt: skip
        return self.hear("done")

    def close(self) -> None:
        assert self.child.stdin
        assert self.child.stdout
        self.child.stdin.close()
        self.child.wait(30)
        self.child.stdout.close()
        self._log.close()
