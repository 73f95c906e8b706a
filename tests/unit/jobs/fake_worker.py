"""Stands in for the worker: plays the script in the job's payload, one act after the other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def main(path: Path) -> int:
    acts = json.loads((path / "job.json").read_text())["payload"]["acts"]
    lives = path / "lives.txt"
    with open(lives, "a") as file:
        file.write("x")
    life = len(lives.read_text()) - 1
    for act in acts[min(life, len(acts) - 1)]:
        code = play(path, act)
        if code is not None:
            return code
    return 0


def play(path: Path, act: dict) -> int | None:
    (verb, value), *_ = act.items()
    if verb == "say":
        write(path, json.dumps({"t": time.time(), **value}).encode() + b"\n")
    elif verb == "half":
        write(path, value.encode())
    elif verb == "print":
        print(value)
    elif verb == "sleep":
        time.sleep(value)
    elif verb == "die":
        sys.stdout.flush()
        os.kill(os.getpid(), getattr(signal, value))
        time.sleep(10)
    elif verb == "raise":
        raise RuntimeError(value)
    elif verb == "steps":
        for step in range(1, value + 1):
            write(path, step_line(step))
    elif verb == "environment":
        (path / "environment.json").write_text(json.dumps(dict(os.environ)))
    elif verb == "child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        (path / "child.txt").write_text(str(child.pid))
    elif verb == "note_commands":
        (path / "heard_before.txt").write_bytes((path / "commands.jsonl").read_bytes())
    elif verb == "until_stopped":
        heard = b""
        while b'"stop"' not in heard and b'"pause"' not in heard:
            time.sleep(0.02)
            heard = (path / "commands.jsonl").read_bytes()
    elif verb == "exit":
        return int(value)
    return None


def write(path: Path, line: bytes) -> None:
    with open(path / "events.jsonl", "ab") as file:
        file.write(line)


def step_line(step: int) -> bytes:
    fields = {
        "event": "step", "t": time.time(), "step": step, "epoch": step / 100, "loss": 2.0,
        "learning_rate": 1e-4, "grad_norm": 0.5, "tokens_per_second": 1000.0,
        "seconds_left": 1.0, "ram_bytes": 0, "gpu_bytes": 0,
    }  # fmt: skip
    return json.dumps(fields).encode() + b"\n"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
