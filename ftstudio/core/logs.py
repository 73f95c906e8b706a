"""Where the app's own log goes: one rotating file in the workspace, warnings to the terminal."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler

from ftstudio.core.paths import Workspace


def start_logging(workspace: Workspace) -> None:
    """Send all records to `WORKSPACE/ftstudio.log` (1 MB, three kept).

    Where that file can't be written they go to the terminal: no log must not mean no window.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    handler: logging.Handler
    try:
        handler = RotatingFileHandler(
            workspace.root / "ftstudio.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
