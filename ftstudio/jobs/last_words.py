"""What to say of a worker that died without a word: the likeliest cause, and what to do."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from ftstudio.jobs.events import Failed
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.lock import boot_id, read_holder

_TAIL_BYTES = 8000
_TAIL_LINES = 40
OUT_OF_MEMORY = 17  # exit code of a worker that ran out of memory and could still say so


def of(folder: JobFolder, returncode: int | None) -> Failed:
    """The last word of a dead worker. `returncode` is None where another process started it."""
    tail = log_tail(folder)
    resumable = newest_checkpoint(folder) is not None
    why, code = _cause(folder, returncode, tail)
    return Failed(
        t=_when(folder),
        what="The run ended without finishing.",
        why=why,
        remedy=_remedy(code, resumable),
        code=code,
        returncode=returncode,
        resumable=resumable,
        log_tail=tail,
    )


def _when(folder: JobFolder) -> float:
    """The last sign of life."""
    times = [p.stat().st_mtime for p in (folder.events, folder.log, folder.lock) if p.exists()]
    return max(times, default=0.0)


def _cause(folder: JobFolder, returncode: int | None, tail: str) -> tuple[str, str]:
    holder = read_holder(folder)
    lowered = tail.lower()
    if returncode == OUT_OF_MEMORY or "outofmemoryerror" in lowered or "memoryerror" in lowered:
        return "It needed more memory than there is.", "died_memory"
    if returncode == -signal.SIGKILL.value:
        return (
            "The system ended it, most likely because the computer's memory was full.",
            "died_memory",
        )
    if "no space left on device" in lowered:
        return "The disk is full.", "died_disk"
    if holder and holder.boot and holder.boot != boot_id():
        return "The computer was switched off or restarted while it ran.", "died_restart"
    if returncode == -signal.SIGTERM.value:
        return "Another program asked it to end, or the computer was shut down.", "died_killed"
    if returncode is not None and returncode < 0:
        return f"A library it uses crashed ({_signal_name(-returncode)}).", "died_crash"
    if "traceback (most recent call last)" in lowered:
        return f"It hit an error: {tail.strip().splitlines()[-1][:300]}", "died_error"
    if returncode:
        return f"It ended with the code {returncode}.", "died_error"
    return "Its process is gone: it was ended from outside, or memory ran out.", "died_killed"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _remedy(code: str, resumable: bool) -> str:
    again = (
        "Resume it: it goes on from the last saved version."
        if resumable
        else "Start it again; nothing had been saved yet."
    )
    advice = {
        "died_memory": "Close other programs, or choose shorter texts or fewer examples at a time.",
        "died_disk": "Free some space.",
        "died_crash": "If it happens again, look at the log below.",
        "died_error": "The log below says more.",
    }
    return f"{advice[code]} {again}" if code in advice else again


def log_tail(folder: JobFolder) -> str:
    """The last lines of log.txt."""
    try:
        with open(folder.log, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-_TAIL_LINES:])


def newest_checkpoint(folder: JobFolder) -> Path | None:
    """The newest published checkpoint whose files all have the sizes its manifest names.

    Sums are checked by the worker before it goes on; sizes are enough to offer it.
    """
    found = sorted(
        (path for path in folder.checkpoints.glob("step-*") if path.is_dir()),
        key=lambda path: _step_of(path),
        reverse=True,
    )
    return next((path for path in found if _is_whole(path)), None)


def _step_of(path: Path) -> int:
    digits = path.name.removeprefix("step-")
    return int(digits) if digits.isdigit() else -1


def _is_whole(checkpoint: Path) -> bool:
    try:
        manifest = json.loads((checkpoint / "MANIFEST.json").read_text("utf-8"))
        files = manifest["files"]
        return bool(files) and all(
            (checkpoint / name).stat().st_size == entry["size"] for name, entry in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
