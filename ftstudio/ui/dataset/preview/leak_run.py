"""Looks in the background for what stands on two sides, and remembers it for the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, canonical_hash
from ftstudio.data.drafting.leak import Leaks, against, against_benchmarks, between
from ftstudio.data.prepare import examples_of
from ftstudio.data.step import Examples
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.facts import Facts


class LeakRun(QObject):
    """`leaks` is of the rows and the split asked for last; None while it is looked for."""

    advanced = Signal(float)
    changed = Signal()
    failed = Signal(object)  # StudioError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.leaks: Leaks | None = None
        self.test: Path | None = None
        self._known: dict[str, Leaks] = {}
        self._task: Task[Leaks] | None = None
        self._key = ""

    @property
    def running(self) -> bool:
        return self._task is not None

    def choose_test(self, path: Path | None, facts: Facts) -> None:
        """The person's own test file: nothing of it may be learned from."""
        self.test = path
        self.look(facts)

    def look(self, facts: Facts) -> None:
        """Nothing happens where it is known, or looked for already."""
        key = _key(facts, self.test)
        if key == self._key:
            return
        self.stop()
        self._key, self.leaks = key, self._known.get(key)
        if self.leaks is not None:
            self.changed.emit()
            return
        test = self.test

        def done(leaks: Leaks) -> None:
            self._task = None
            self.leaks = self._known[key] = leaks
            self.changed.emit()

        self._task = run(self, lambda cancel: _look(facts, test, cancel), done, self._on_failed,
                         self.advanced.emit)  # fmt: skip
        self.changed.emit()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._key = ""

    def _on_failed(self, error: StudioError) -> None:
        self._task, self._key, self.test = None, "", None
        self.failed.emit(error)
        self.changed.emit()


def _key(facts: Facts, test: Path | None) -> str:
    stamp = [str(test), test.stat().st_mtime_ns if test.exists() else 0] if test else []
    return canonical_hash([facts.digest, facts.draft.split.model_dump(), stamp])


def _look(facts: Facts, test: Path | None, cancel: Cancel) -> Leaks:
    tell = _teller(cancel, 0.0, 0.5 if test else 1.0)
    examples = Examples(facts.current)
    own = between(examples, facts.sides, True, tell)
    leaks = Leaks(own, against_benchmarks(examples, facts.sides, tell=tell))
    if test is None:
        return leaks
    tried: list[Example] = examples_of(test, facts.draft, cancel)
    tell = _teller(cancel, 0.5, 1.0)
    found = against(examples, facts.sides, tried, test.name, True, tell)
    return replace(leaks, test=found)


def _teller(cancel: Cancel, start: float, end: float) -> Callable[[float], None]:
    most = 0.0  # several looks, each from its own beginning

    def tell(share: float) -> None:
        nonlocal most
        cancel.check()
        most = max(most, share)
        cancel.report(start + most * (end - start))

    return tell
