"""Follows a job in the terminal: one line that tells where it stands and how long it will take."""

from __future__ import annotations

import sys
from typing import Any

from ftstudio.cli.screen import Screen
from ftstudio.core.units import clock_after, format_duration, format_share
from ftstudio.jobs import launch
from ftstudio.jobs.events import Notice, Started, Validation
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.status import RunStatus


def follow(folder: JobFolder, screen: Screen) -> RunStatus:
    """Show a job until it ends. Ctrl+C pauses a training run (and says how to go on)."""
    status = RunStatus()
    asked = False
    told = 0  # events already told; following again begins with the first
    seen = 0
    polls = launch.follow(folder, poll=0.2)
    while True:
        try:
            for events in polls:
                for event in events:
                    status.apply(event)
                    seen += 1
                    if seen > told:
                        _announce(event, status, screen)
                if status.state == "running" or not events:
                    screen.progress(line(status))
            return status
        except KeyboardInterrupt:
            if asked:
                screen.trouble(
                    f"It goes on in the background. Look at it: ftstudio runs show {folder.id}"
                )
                return status
            asked = True
            _ask_to_leave(folder, screen)
            polls = launch.follow(folder, poll=0.2)  # a generator ends with the interrupt
            status, told, seen = RunStatus(), seen, 0


def _ask_to_leave(folder: JobFolder, screen: Screen) -> None:
    if folder.spec().kind == "train":
        screen.trouble("Pausing: the current state is being saved. (Ctrl+C again: leave it)")
        launch.pause(folder)
    else:
        screen.trouble("Stopping. (Ctrl+C again: leave it)")
        launch.stop(folder, keep=False)


def _announce(event: Any, status: RunStatus, screen: Screen) -> None:
    match event:
        case Started():
            where = status.device_name or status.device
            at = f", going on from step {event.resumed_at}" if event.resumed_at else ""
            screen.progress(f"Started on {where} ({status.dtype}){at}", important=True)
        case Validation():
            screen.progress(
                f"Step {event.step}: loss {event.loss:.3f} on examples it does not learn from",
                important=True,
            )
        case Notice() if event.level == "warning":
            screen.trouble(" ".join(p for p in (event.what, event.why, event.remedy) if p))
        case _:
            pass


def line(status: RunStatus) -> str:
    """`[██████░░░░]  52 %  step 91 of 172  loss 1.204  about 2 min left (15:52)`."""
    left = (
        f"about {format_duration(status.seconds_left)} left ({clock_after(status.seconds_left)})"
        if status.seconds_left is not None
        else ""
    )
    if status.phase == "training" and status.total_steps:
        share = status.progress
        loss = f"loss {status.loss:.3f}" if status.loss is not None else ""
        at = f"step {status.step} of {status.total_steps}"
        parts = [bar(share), f"{format_share(share):>5}", at, loss]
    elif status.phase_total:
        share = min(1.0, status.phase_done / status.phase_total)
        parts = [bar(share), f"{format_share(share):>5}", status.phase_text]
    elif status.phase_text:
        parts = [f"{status.phase_text} …"]
    else:
        parts = ["Starting …"]
    return "  ".join(part for part in (*parts, left) if part)


def bar(share: float, width: int = 20) -> str:
    full = round(share * width)
    blocks = ("█", "░") if _shows_blocks() else ("#", ".")
    return f"[{blocks[0] * full}{blocks[1] * (width - full)}]"


def _shows_blocks() -> bool:
    try:
        "█░".encode(sys.stderr.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def tell_end(folder: JobFolder, status: RunStatus, screen: Screen) -> int:
    """Say how it ended and what can be done now; the exit status."""
    screen.result({"run": folder.id, "folder": str(folder.path), **summary(status)})
    match status.state:
        case "finished":
            took = format_duration(status.active_seconds)
            screen.say(f"Finished after {took}.{_scores(status)}")
            return 0
        case "stopped":
            kept = "The best version was kept." if status.kept else "Nothing was kept."
            screen.say(f"Stopped at step {status.step}. {kept}")
            return 0
        case "paused":
            why = f" {status.pause_reason}" if status.pause_reason else ""
            screen.trouble(
                f"Paused at step {status.step}.{why} Go on with: ftstudio runs resume {folder.id}"
            )
            return 130 if not status.pause_reason else 1
        case "failed" | "interrupted":
            return _tell_failure(folder, status, screen)
        case _:
            return 0  # left in the background


def _scores(status: RunStatus) -> str:
    if status.first_loss is None or status.best_loss is None:
        return ""
    return (
        f" Loss on examples it did not learn from: {status.first_loss:.3f} before, "
        f"{status.best_loss:.3f} after."
    )


def _tell_failure(folder: JobFolder, status: RunStatus, screen: Screen) -> int:
    error = status.error
    if error is not None:
        again = f" ftstudio runs resume {folder.id}" if error.resumable else ""
        screen.trouble(f"{error.what} {error.why} {error.remedy}{again}")
    screen.trouble(f"The log: {folder.log}")
    return 1


def summary(status: RunStatus) -> dict[str, Any]:
    """Where a run stands, for scripts."""
    return {
        "state": status.state,
        "phase": status.phase,
        "step": status.step,
        "total_steps": status.total_steps,
        "loss": status.loss,
        "first_validation_loss": status.first_loss,
        "best_validation_loss": status.best_loss,
        "best_step": status.best_step,
        "seconds_left": status.seconds_left,
        "active_seconds": round(status.active_seconds, 1),
        "device": status.device,
        "output": status.output,
        "adapter": status.shelf_id,
        "scores": status.scores,
        "error": status.error.model_dump(exclude={"log_tail", "event"}) if status.error else None,
    }
