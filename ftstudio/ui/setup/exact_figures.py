"""The exact memory figures: asked for after a pause, kept by what was asked, never waited for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import canonical_hash
from ftstudio.core.plan import Plan
from ftstudio.jobs.events import Finished
from ftstudio.planning import exact
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.side_job import SideJob
from ftstudio.ui.studio import Studio

PAUSE_MS = 1_000

Stages = Sequence[tuple[Plan, int]]  # each with its longest row, in tokens
State = Literal["none", "waiting", "counting", "known", "failed"]


class ExactFigures(QObject):
    """`want` what is on the desk, as often as it changes; `changed` when there is news of it."""

    changed = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._known: dict[str, MemoryEstimate] = {}
        self._troubles: dict[str, StudioError] = {}
        self._wanted = ""
        self._payload: dict[str, Any] = {}
        self._asked = ""  # for which the job is at work
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.job = SideJob("simulate", exact.read_result, self)
        self.job.finished.connect(self._on_finished)
        self.job.failed.connect(self._on_failed)

    @property
    def state(self) -> State:
        """Of what is wanted now."""
        if not self._wanted:
            return "none"
        if self._wanted in self._known:
            return "known"
        if self._wanted in self._troubles:
            return "failed"
        return "counting" if self._asked == self._wanted else "waiting"

    @property
    def trouble(self) -> StudioError | None:
        """Why what is wanted now can't be counted."""
        return self._troubles.get(self._wanted)

    def find(
        self, plan: Plan, machine: Machine, longest: int, later: Stages = ()
    ) -> MemoryEstimate | None:
        return self._known.get(key_of(exact.payload(plan, machine, longest, later)))

    def want(self, plan: Plan, machine: Machine, longest: int, later: Stages = ()) -> None:
        """Count this, once nothing has changed for a moment; what was being counted is let go.
        `later`: the other stages of a path."""
        payload = exact.payload(plan, machine, longest, later)
        key = key_of(payload)
        if key == self._wanted:
            return
        self._wanted, self._payload = key, payload
        self._pause.stop()
        if self._asked and self._asked != key:
            self._asked = ""
            self.job.cancel()
        if self.state == "waiting":
            self._pause.start()

    def want_too(self, plan: Plan, machine: Machine, longest: int) -> None:
        """Count this as well, once what is wanted is known; let go when that changes."""
        payload = exact.payload(plan, machine, longest)
        key = key_of(payload)
        if self.state == "known" and not self._asked and not self._tells_of(key):
            self._ask_for(key, payload)

    def _tells_of(self, key: str) -> bool:
        return key in self._known or key in self._troubles

    @property
    def busy(self) -> bool:
        return bool(self._asked)

    def want_nothing(self) -> None:
        self._pause.stop()
        self._wanted, self._asked = "", ""
        self.job.cancel()

    def again(self) -> None:
        """After a failure, as the person wishes."""
        self._troubles.pop(self._wanted, None)
        if self.state == "waiting":
            self._ask()

    def shut_down(self) -> None:
        self._pause.stop()
        self._wanted = self._asked = ""
        self.job.shut_down()

    def _ask(self) -> None:
        self._ask_for(self._wanted, self._payload)

    def _ask_for(self, asked: str, payload: dict[str, Any]) -> None:
        """What was counted in an earlier session is known without a job."""
        root = self._studio.workspace.root
        self._asked = asked
        background.run(
            self, lambda cancel: exact.cached(root, payload),
            lambda found: self._on_looked_up(asked, payload, found), self._on_failed,
        )  # fmt: skip
        self.changed.emit()

    def _on_looked_up(
        self, asked: str, payload: dict[str, Any], found: MemoryEstimate | None
    ) -> None:
        if asked != self._asked:
            return
        if found is not None:
            self._keep(found)
        else:
            self.job.begin(self._studio.workspace, payload["plan"]["name"], payload)

    def _keep(self, found: MemoryEstimate) -> None:
        asked, self._asked = self._asked, ""
        self._known[asked] = found
        self.changed.emit()

    def _on_finished(self, _last: Finished, found: MemoryEstimate) -> None:
        self._keep(found)

    def _on_failed(self, error: StudioError) -> None:
        asked, self._asked = self._asked, ""
        self._troubles[asked] = error
        self.changed.emit()


def key_of(payload: dict[str, Any]) -> str:
    """The same for all that needs the same memory, told without reading a file."""
    told = {**payload, "plan": exact.what_counts(payload["plan"])}
    if later := payload.get("later"):
        told["later"] = [{**one, "plan": exact.what_counts(one["plan"])} for one in later]
    return canonical_hash(told)
