"""Workers in a hurry: one process loads the heavy libraries once and forks a worker for each job.

Run as a program it is that process; imported it is its other end. A forked worker runs the same
`ftstudio.worker` main as a started one, on modules that nobody has touched before it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parent.parent


class Nursery:
    """`run` a job to its end, or `start` one and deal with its process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{_ROOT}:{os.environ.get('PYTHONPATH', '')}",
                 "FTSTUDIO_DEVICE": "cpu",
                 "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
                 "OMP_NUM_THREADS": "1"},
        )  # fmt: skip

    def start(self, folder: Path, fault: str = "", file_limit: int = 0) -> int:
        """Fork a worker; its process id. `file_limit` is the largest file it may write."""
        self._say({"folder": str(folder), "fault": fault, "file_limit": file_limit})
        return int(self._hear()["pid"])

    def wait(self) -> int:
        """Until the worker ends; its exit code, negative for a signal."""
        return int(self._hear()["rc"])

    def run(self, folder: Path, fault: str = "", file_limit: int = 0) -> int:
        self.start(folder, fault, file_limit)
        return self.wait()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _say(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def _serve() -> None:
    import datasets
    import peft
    import transformers.models.llama
    import trl

    assert trl.SFTTrainer
    assert peft.LoraConfig
    assert datasets.Dataset
    assert transformers.models.llama.LlamaForCausalLM
    out = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            out.close()
            _work(request)
        print(json.dumps({"pid": child}), file=out, flush=True)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"rc": os.waitstatus_to_exitcode(status)}), file=out, flush=True)


def _work(request: dict[str, Any]) -> None:
    """In the forked child: become the worker of one job. Does not return."""
    import resource

    log = os.open(
        os.path.join(request["folder"], "log.txt"), os.O_CREAT | os.O_APPEND | os.O_WRONLY
    )
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ["FTSTUDIO_FAULT"] = request["fault"]
    if request["file_limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_limit"],) * 2)
    from ftstudio.worker.__main__ import main

    code = main([request["folder"]])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
