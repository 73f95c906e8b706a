"""The log lies in the workspace and does not grow without end."""

import logging

from ftstudio.core.logs import start_logging
from ftstudio.core.paths import Workspace


def test_records_reach_the_workspace(tmp_path):
    workspace = Workspace(tmp_path / "work").create()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_logging(workspace)
    try:
        (handler,) = [h for h in root.handlers if h not in before]
        logging.getLogger("somewhere").info("it works: ü")
        handler.flush()
        assert "somewhere: it works: ü" in (workspace.root / "ftstudio.log").read_text("utf-8")
        assert handler.maxBytes == 1_000_000
    finally:
        root.removeHandler(handler)
        handler.close()
        root.setLevel(level)


def test_a_log_that_cannot_be_written_goes_to_the_terminal(tmp_path, capsys):
    workspace = Workspace(tmp_path / "work").create()
    (workspace.root / "ftstudio.log").mkdir()  # opening it fails, as without permission
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        start_logging(workspace)
        logging.getLogger("somewhere").warning("still heard")
        assert "still heard" in capsys.readouterr().err
    finally:
        for handler in [h for h in root.handlers if h not in before]:
            root.removeHandler(handler)
        root.setLevel(level)
