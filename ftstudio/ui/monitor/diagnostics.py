"""The text behind "Copy diagnostics": what helps to find a fault, and nothing personal; no Qt."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

from ftstudio import __version__
from ftstudio.jobs.folder import JobSpec
from ftstudio.jobs.status import RunStatus

_KEPT_LINES = 60


def diagnostics(spec: JobSpec | None, status: RunStatus, log_tail: str) -> str:
    """Versions, the machine's kind, the run's settings and state, and the end of its log.

    File paths lose what stands before their last two parts; texts of examples are not in it.
    """
    lines = [
        f"Fine-Tuning Studio {__version__}, Python {platform.python_version()}, {sys.platform}",
        f"{platform.machine()}, {os.cpu_count()} cores",
        f"device {status.device} {status.device_name} {status.dtype}".strip(),
        f"state {status.state}, step {status.step} of {status.total_steps}, lives {status.lives}",
    ]
    if spec is not None:
        training = spec.payload.get("training", {})
        lines.append(f"kind {spec.kind}, method {spec.payload.get('method', '')}")
        lines.append(f"settings {training} {spec.payload.get('method_params', {})}")
    if status.error is not None:
        error = status.error
        lines += [f"code {error.code}, exit {error.returncode}", error.what, error.why]
    tail = (status.error.log_tail if status.error else "") or log_tail
    lines += ["", "log:", *tail.splitlines()[-_KEPT_LINES:]]
    return without_private_paths("\n".join(lines))


def without_private_paths(text: str) -> str:
    """`/home/ana/work/data/rows.csv` becomes `…/data/rows.csv`; the user's name goes too."""
    text = re.sub(r"(?:[A-Za-z]:)?(?:[\\/][^\\/\s\"':,]+){3,}", _short, text)
    user = Path.home().name
    return re.sub(rf"\b{re.escape(user)}\b", "user", text) if len(user) > 3 else text


def _short(match: re.Match[str]) -> str:
    parts = re.split(r"[\\/]", match.group())
    return "…/" + "/".join(parts[-2:])
