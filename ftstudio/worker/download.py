"""The job that fetches a model or a dataset: `python -m ftstudio.worker.download FOLDER`.

The only process of the app that may use the network. Its arithmetic is bytes on the disk, so a
download that goes on shows from the start what has arrived already.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from pathlib import Path

from ftstudio.basemodels import hub
from ftstudio.basemodels.hub_errors import Kind
from ftstudio.basemodels.token import read_token
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.ingest import from_hub
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Finished, Phase, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.places import workspace_of
from ftstudio.worker.reporter import Reporter

_EVERY = 0.5  # seconds between two looks at the disk
_WINDOW = 20  # looks over which the rate is taken


def main(argv: list[str]) -> int:
    folder = JobFolder(Path(argv[0]))
    hub.go_online()
    reporter = Reporter(folder)
    reporter.say(Started(pid=os.getpid(), device="network"))
    try:
        spec = folder.spec()
        workspace = Workspace(Path(workspace_of(folder, spec)))
        kind = _Data if spec.payload.get("of") == "dataset" else _Model
        return _run(reporter, kind(str(spec.payload["name"]), workspace))
    except StudioError as error:
        reporter.failed(error, resumable=True)
        return 1


def _run(reporter: Reporter, errand: _Errand) -> int:
    began = time.monotonic()
    reporter.say(Phase(name="downloading", text=f"Asking Hugging Face about {errand.wanted}"))
    errand.start()
    watch = _Rate()
    while errand.is_alive():
        errand.join(_EVERY)
        if any(isinstance(command, Stop) for command in reporter.commands()):
            # What has arrived stays: the same download goes on from there.
            reporter.say(Stopped(step=0, kept=False))
            return 0
        if errand.offer:
            reporter.say(_progress(errand, watch))
    if errand.error:
        raise errand.error
    if not errand.output:
        raise RuntimeError("the download ended without a word")
    total = errand.offer.total_bytes if errand.offer else 0
    reporter.say(
        Finished(
            output=errand.output,
            scores={"bytes": float(total)},
            seconds=time.monotonic() - began,
        )
    )
    return 0


def _progress(errand: _Errand, watch: _Rate) -> Phase:
    offer = errand.offer
    assert offer is not None
    done = min(hub.bytes_there(hub.partial_folder(errand.home, offer.name)), offer.total_bytes)
    text = f"Fetching {errand.file or offer.name} · licence: {offer.licence}"
    return Phase(
        name="downloading",
        text=text,
        done=done,
        total=offer.total_bytes,
        unit="bytes",
        seconds_left=watch.seconds_left(done, offer.total_bytes),
    )


class _Rate:
    """Bytes a second over the last few looks."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque(maxlen=_WINDOW)

    def seconds_left(self, done: int, total: int) -> float | None:
        self._seen.append((time.monotonic(), done))
        (then, before), (now, after) = self._seen[0], self._seen[-1]
        if after <= before or now <= then:
            return None
        return (total - done) * (now - then) / (after - before)


class _Errand(threading.Thread):
    """Asks and fetches while the main thread reports; dies with the process when it is stopped."""

    kind: Kind = "model"

    def __init__(self, name: str, workspace: Workspace) -> None:
        super().__init__(daemon=True)
        self.wanted = hub.repo_name(name, self.kind)
        self.workspace = workspace
        self.offer: hub.Offer | None = None
        self.file = ""
        self.output = ""
        self.error: Exception | None = None

    def run(self) -> None:
        token = read_token()
        try:
            self.output = self._fetch(token)
        except Exception as error:  # noqa: BLE001 – raised again by the main thread
            self.error = error

    @property
    def home(self) -> Path:
        """Beside which folder it grows."""
        raise NotImplementedError

    def _fetch(self, token: str | None) -> str:
        """Where it lies in the end."""
        raise NotImplementedError

    def _began(self, file: str) -> None:
        self.file = file


class _Model(_Errand):
    @property
    def home(self) -> Path:
        return self.workspace.models

    def _fetch(self, token: str | None) -> str:
        self.offer = hub.look_up(self.wanted, token)
        return hub.fetch(self.offer, self.home, token, self._began).ref.path


class _Data(_Errand):
    kind = "dataset"

    @property
    def home(self) -> Path:
        return from_hub.downloads(self.workspace)

    def _fetch(self, token: str | None) -> str:
        self.offer = hub.look_up(self.wanted, token, self.kind, from_hub.choose_files)
        self.home.mkdir(exist_ok=True)
        partial = hub.fetch_files(self.offer, self.home, token, self._began)
        return str(from_hub.settle(self.workspace, partial, self.wanted, self.offer.revision))


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # a thread that waits for the network must not keep the process
