"""Hands and eyes for a journey: a virtual screen, the app on it, real clicks and keys."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("Xvfb", "openbox", "xdotool")
PATIENCE = 120  # seconds at the least: what comes is gone on with at once


def missing_tools() -> list[str]:
    return [tool for tool in TOOLS if not shutil.which(tool)]


class Screen:
    """An X server of its own with a window manager, 1280×800 unless told otherwise."""

    def __init__(self, width: int = 1280, height: int = 800) -> None:
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24",
             "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as pipe:
            self.display = f":{pipe.readline().strip()}"
        self.env = {**os.environ, "DISPLAY": self.display}
        self.manager = subprocess.Popen(
            ["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def close(self) -> None:
        for process in (self.manager, self.server):
            process.terminate()
            process.wait(10)

    def xdotool(self, *words: object) -> str:
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=True)
        return done.stdout.strip()


class Window:
    """The app in a process of its own on a screen; counts its clicks."""

    def __init__(self, screen: Screen, workspace: Path, **env: str) -> None:
        self.screen = screen
        self.clicks = 0
        self.log = workspace.parent / "window.log"
        self._log = self.log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("driven_app.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
            cwd=ROOT,
            env={**screen.env, "FTSTUDIO_WORKSPACE": str(workspace), "QT_QPA_PLATFORM": "xcb",
                 "PYTHONPATH": str(ROOT), **env},
        )  # fmt: skip

    # eyes

    def ask(self, **question: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("ANSWER "):
                return json.loads(line.removeprefix("ANSWER "))
        raise AssertionError(f"the window has gone:\n{self.log.read_text()[-3000:]}")

    def words(self) -> list[str]:
        return list(self.ask(all=True))

    def wait_for(self, pattern: str, seconds: float = 20, enabled: bool = True) -> dict[str, Any]:
        """The first place whose words match; fails telling what the screen shows."""
        end = time.monotonic() + max(seconds, PATIENCE)
        while time.monotonic() < end:
            found = [p for p in self.ask(find=pattern) if p["enabled"] or not enabled]
            if found:
                return dict(found[0])
            time.sleep(0.1)
        raise AssertionError(f"no {pattern!r} on the screen; it shows {self.words()}")

    def picture(self, path: Path) -> None:
        if shutil.which("import"):
            command = ["import", "-window", "root", str(path)]
            subprocess.run(command, env=self.screen.env, check=True)

    # hands

    def click(self, pattern: str, seconds: float = 20) -> None:
        place = self.wait_for(pattern, seconds)
        time.sleep(0.25)  # the layout may still be moving
        place = self.wait_for(pattern, seconds)
        self.screen.xdotool("mousemove", place["x"], place["y"], "click", "1")
        self.clicks += 1
        time.sleep(0.25)

    def type(self, text: str) -> None:
        self.screen.xdotool("type", "--delay", "8", text)

    def key(self, *keys: str) -> None:
        self.screen.xdotool("key", *keys)

    # life

    def close(self) -> None:
        """As a person would: Alt+F4 through the window manager."""
        self.key("alt+F4")
        self.process.wait(120)
        self._let_go()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self._let_go()

    def _let_go(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout, self._log):
            if pipe:
                pipe.close()
