"""The child process: `python -m ftstudio.worker FOLDER` does the job that lies in the folder."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from pathlib import Path

from ftstudio.worker.environment import settle

settle()
# What libraries say to their own users about their next major version.
warnings.filterwarnings("ignore", category=FutureWarning)
os.umask(0o077)

KINDS = {
    "train": "ftstudio.worker.train",
    "merge": "ftstudio.worker.merge",
    "export": "ftstudio.worker.export",
    "preview": "ftstudio.worker.preview",
    "label": "ftstudio.worker.label",
    "simulate": "ftstudio.worker.simulate",
    "tryout": "ftstudio.worker.tryout",
    "meaning": "ftstudio.worker.readers.meaning",
    "names": "ftstudio.worker.readers.names",
}


def main(arguments: list[str]) -> int:
    """Run the job; 0 when it ended well or was paused, 17 out of memory, 1 for the rest."""
    from ftstudio.core.errors import StudioError
    from ftstudio.jobs.folder import JobFolder
    from ftstudio.worker.reporter import Reporter

    if len(arguments) != 1:
        print("usage: python -m ftstudio.worker FOLDER", file=sys.stderr)  # noqa: T201
        return 2
    folder = JobFolder(Path(arguments[0]).resolve())
    try:
        kind = folder.spec().kind
        module = importlib.import_module(KINDS[kind])
        return int(module.run(folder) or 0)
    except Exception as error:  # noqa: BLE001 - the last word: every failure gets a cause sentence
        from ftstudio.worker.diagnose import exit_code, explain, may_resume

        if isinstance(error, StudioError) and error.code == "already_running":
            print(error, file=sys.stderr)  # noqa: T201 - the events are another worker's to write
            return 1
        if not isinstance(error, StudioError):
            import traceback

            traceback.print_exc()
        resumable = may_resume(error) and any(folder.checkpoints.glob("step-*"))
        Reporter(folder).failed(explain(error), resumable=resumable)
        return exit_code(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
