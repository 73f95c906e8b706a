"""Starts, follows, asks and ends workers. Qt-free; all it shares with them is the job folder."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from ftstudio.core.errors import StudioError
from ftstudio.jobs import last_words
from ftstudio.jobs.commands import Command, Pause, Stop
from ftstudio.jobs.event_file import EventFile, close_last_line, has_last_word
from ftstudio.jobs.events import Event
from ftstudio.jobs.folder import JobFolder, JobSpec
from ftstudio.jobs.lock import Holder, one_starter, process_mark, read_holder, write_holder

_PACKAGE_PARENT = Path(__file__).resolve().parent.parent.parent
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",  # the one switch that stops every attempt to connect
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}
_QUIET = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
}
_SECRETS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_TOKEN")

# Children of this process: kept so that they are reaped and their return code is known.
_children: dict[int, subprocess.Popen[bytes]] = {}


@atexit.register
def _disown_children() -> None:
    """Workers outlive this process; what is not reaped now is not ours any more."""
    for child in _children.values():
        if child.poll() is None:
            child.returncode = 0


def child_environment(online: bool = False) -> dict[str, str]:
    """The environment of a worker: offline and without secrets, unless its work is to download."""
    env = {name: value for name, value in os.environ.items() if online or name not in _SECRETS}
    env.update(_QUIET)
    if not online:
        env.update(_OFFLINE)
    paths = [str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH", "")]
    env["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return env


def start(folder: JobFolder, module: str = "ftstudio.worker") -> int:
    """Start the worker of a folder in a session of its own, and return its process id.

    Raises StudioError when one is at work there already. On a folder that was paused or
    interrupted the worker goes on from its newest whole checkpoint.
    """
    spec = folder.spec()
    try:
        return _start(folder, spec, module)
    except OSError as error:
        raise _start_failed(error) from error


def _start(folder: JobFolder, spec: JobSpec, module: str) -> int:
    with one_starter(folder):
        _let_finished_worker_leave(folder)
        if is_running(folder):
            raise StudioError(
                f"“{spec.name}” is running already.",
                "Two workers in one folder would overwrite each other's results.",
                "Wait until it ends, or stop it first.",
                code="already_running",
            )
        events_from = close_last_line(folder.events)
        child = _spawn(folder, module, online=spec.kind == "download")
        _children[child.pid] = child
        try:
            write_holder(folder, Holder.of(child.pid, events_from))
        except OSError:  # nobody could find it again
            child.kill()
            child.wait()
            raise
        return child.pid


def resume(folder: JobFolder, module: str = "ftstudio.worker") -> int:
    """Go on with a paused or interrupted run, in the same folder."""
    return start(folder, module)


def _spawn(folder: JobFolder, module: str, online: bool) -> subprocess.Popen[bytes]:
    # -P keeps the job folder, which may come from anywhere, off the module search path.
    command = [sys.executable, "-P", "-m", module, str(folder.path.resolve())]
    with open(folder.log, "ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder.path,
            env=child_environment(online),
            start_new_session=True,
        )


def _start_failed(error: OSError) -> StudioError:
    return StudioError(
        "The run could not be started.",
        f"The system says: {error.strerror or error}.",
        "Check that the workspace folder is writable and the disk is not full.",
        code="start_failed",
    )


def _let_finished_worker_leave(folder: JobFolder, patience: float = 20.0) -> None:
    """A worker that has said its last word needs a moment to exit; a second start waits for it."""
    until = time.monotonic() + patience
    while is_running(folder) and time.monotonic() < until:
        if not has_last_word(folder.events, life_began_at(folder)):
            return
        time.sleep(0.05)


def is_running(folder: JobFolder) -> bool:
    """Whether the process that `worker.json` names is alive and still the same process."""
    holder = read_holder(folder)
    if holder is None:
        return False
    if child := _children.get(holder.pid):
        child.poll()  # reaps it: an unreaped child looks alive
    return holder.is_alive(folder)


def returncode(folder: JobFolder) -> int | None:
    """How the worker ended, if this process started it; otherwise that can't be known."""
    holder = read_holder(folder)
    child = _children.get(holder.pid) if holder else None
    return child.poll() if child else None


def follow(
    folder: JobFolder, poll: float = 0.04, stop: Callable[[], bool] = lambda: False
) -> Iterator[list[Event]]:
    """Yield, each poll, the list of new events (maybe empty) until the worker's last word.

    The same for a live run, a finished one and one that another process started. A worker that
    died without a last word gets one: a `Failed` made from its return code and its log.
    """
    file = EventFile(folder.events)
    while not stop():
        running = is_running(folder)  # asked before reading: what it said last is then read
        events = file.read()
        if not file.drained:
            yield events
            continue
        if file.last_word_at >= max(life_began_at(folder), file.life_at):
            yield events
            return
        if not running and (folder.lock.exists() or file.offset > 0):  # else it only waits
            yield [*events, last_words.of(folder, returncode(folder))]
            return
        yield events
        time.sleep(poll)


def life_began_at(folder: JobFolder) -> int:
    """Where in events.jsonl the newest worker's own events begin."""
    holder = read_holder(folder)
    return holder.events_from if holder else 0


def send(folder: JobFolder, command: Command) -> None:
    """Append one command; the worker reads it between two steps."""
    with open(folder.commands, "a", encoding="utf-8") as file:
        file.write(command.model_dump_json() + "\n")


def pause(folder: JobFolder) -> None:
    send(folder, Pause())


def stop(folder: JobFolder, keep: bool = True) -> None:
    send(folder, Stop(keep=keep))


def wake_to_stop(
    folder: JobFolder, keep: bool = True, module: str = "ftstudio.worker", patience: float = 120.0
) -> None:
    """End a paused or interrupted run for good: the worker makes the output from the best version.

    Blocks until the worker speaks: one that goes on doesn't hear what was said before it lived.
    """
    start(folder, module)
    began = life_began_at(folder)
    until = time.monotonic() + patience
    while is_running(folder) and time.monotonic() < until:
        if folder.events.exists() and folder.events.stat().st_size > began:
            break
        time.sleep(0.05)
    stop(folder, keep)


def kill(folder: JobFolder, patience: float = 5.0) -> None:
    """End the worker and all it started, at once. Published checkpoints stay."""
    holder = read_holder(folder)
    if holder is None or not is_running(folder) or process_mark(holder.pid) != holder.mark:
        return
    family = _family(holder.pid)
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(holder.pid, signal.SIGKILL)
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    if child := _children.get(holder.pid):
        child.wait(patience)
    else:
        psutil.wait_procs(family, timeout=patience)


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
