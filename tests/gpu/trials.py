"""Runs what is to be compared: estimates side by side, trainings one after the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.events import Failed, Finished
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.planning import exact
from ftstudio.planning.machine import Machine
from tests.gpu.bases import BASES, write_base
from tests.gpu.configurations import Configuration, plan_of, write_data

ROOT = Path(__file__).parents[2]
PATIENCE = 580.0  # seconds for one trial
OUT_OF_MEMORY = 17
_GLANCE = 0.02  # seconds between two looks at the card
_MOST_AT_ONCE = 12


@dataclass(frozen=True)
class Prepared:
    one: Configuration
    plan: Plan
    weights: int  # bytes of the base


def prepare(
    one: Configuration, home: Path, config: dict[str, Any] | None = None, dtype: str = "bfloat16"
) -> Prepared:
    """Its base and its data on the disk; `config` instead of that of the model it names."""
    base = write_base(config or BASES[one.model].config, home / "bases" / one.model, dtype)
    data = write_data(one, home / "data" / exact.canonical_hash(one.dump())[:16])
    size = (base / "model.safetensors").stat().st_size
    return Prepared(one, plan_of(one, base, data), size)


# Estimates


def estimate_all(
    wanted: list[Prepared], machine: Machine, home: Path, heard: Callable[[str, Any], None]
) -> None:
    """Each by the job that counts it for the window; `heard` is told the key and the estimate, or
    the words in which it failed. Several at a time: they use the processor alone."""
    at_once = max(1, min(_MOST_AT_ONCE, (os.cpu_count() or 2) - 2, len(wanted)))
    with ThreadPoolExecutor(at_once) as pool:
        for key, found in pool.map(lambda one: _estimate(one, machine, home), wanted):
            heard(key, found)


def _estimate(one: Prepared, machine: Machine, home: Path) -> tuple[str, Any]:
    asked = exact.payload(one.plan, machine, one.one.longest)
    workspace = Workspace(home / "estimates").create()
    folder = create_job(workspace.jobs, "simulate", one.one.key, asked, workspace.root)
    code = _run([sys.executable, "-m", "ftstudio.worker", str(folder.path)], folder)
    try:
        return one.one.key, exact.read_result(folder).dump()
    except StudioError:
        return one.one.key, f"the estimate failed with {code}: {_last_word(folder)}"


def _run(command: list[str], folder: JobFolder) -> int:
    with open(folder.log, "ab") as log:
        try:
            return subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1"}, timeout=PATIENCE, check=False,
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired:
            return -9


# Trainings


@dataclass
class Trial:
    """A child that has loaded its libraries, or is about to, and waits to be let go."""

    prepared: Prepared
    folder: JobFolder
    process: subprocess.Popen[str]


@dataclass
class Outcome:
    code: int
    taken: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)  # the child's own last line
    seen: int = 0
    seconds: float = 0.0
    error: str = ""


def start(one: Prepared, home: Path, **environment: str) -> Trial:
    workspace = Workspace(home / "trials").create()
    payload = one.plan.model_dump(mode="json")
    folder = create_job(workspace.jobs, "tryout", one.one.key, payload, workspace.root)
    with open(folder.log, "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.gpu.forecast_child", str(folder.path)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=ROOT,
            env={**os.environ, **environment},
        )  # fmt: skip
    return Trial(one, folder, process)


def let_go(trial: Trial, in_use: Callable[[], int]) -> Outcome:
    """Runs it to its end. `in_use`: bytes of the card that are taken now, by whomever."""
    assert trial.process.stdout is not None
    for line in trial.process.stdout:
        if line.startswith("READY"):
            break
    began, before = time.monotonic(), in_use()
    with _watching(in_use) as most:
        try:
            told, _ = trial.process.communicate("go\n", timeout=PATIENCE)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            give_up(trial)
            told = ""
    made = Outcome(
        trial.process.returncode, seen=max(0, most[0] - before),
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip
    for line in told.splitlines():
        if line.startswith("RESULT "):
            made.said = json.loads(line.removeprefix("RESULT "))
    ends = [e for e in read_events(trial.folder.events) if isinstance(e, Finished)]
    if made.code or not ends or ends[-1].taken is None:
        made.error = _last_word(trial.folder) or f"it ended with {made.code}"
        return made
    made.taken, made.scores = ends[-1].taken.model_dump(), ends[-1].scores
    return made


def give_up(trial: Trial) -> None:
    """The child shall not be left behind."""
    if trial.process.poll() is None:
        trial.process.kill()
    trial.process.communicate()


@contextmanager
def _watching(in_use: Callable[[], int]) -> Iterator[list[int]]:
    """Holds the most that was in use while it watched."""
    most, over = [0], threading.Event()

    def watch() -> None:
        while not over.is_set():
            most[0] = max(most[0], in_use())
            over.wait(_GLANCE)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _last_word(folder: JobFolder) -> str:
    failed = [event for event in read_events(folder.events) if isinstance(event, Failed)]
    if failed:
        return f"{failed[-1].what} {failed[-1].why}"
    log = folder.log.read_text("utf-8", "replace") if folder.log.exists() else ""
    lines = log.strip().splitlines()
    return lines[-1][:300] if lines else ""
