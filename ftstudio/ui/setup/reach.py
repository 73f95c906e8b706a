"""How far the machine goes with the plan's settings: the longest text and the largest model."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ftstudio.core.units import format_count
from ftstudio.planning.limits import largest_model, longest_text
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.proposal import Proposal, Situation
from ftstudio.planning.whole import Taught, untaught
from ftstudio.ui.bridge import background

_KEPT = 64  # answers; then it begins anew


@dataclass(frozen=True)
class Reach:
    """Tokens, 0 where not even a short text fits; a model's name, empty where none does."""

    longest: int
    largest: str
    on_card: bool


class ReachFinder(QObject):
    """Reckons outside the GUI thread; `found` when there is an answer to what was asked last."""

    found = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[str, Reach] = {}
        self._asked = ""
        self._task: background.Task[Reach] | None = None

    def of(
        self, key: str, situation: Situation, made: Proposal, longest: int,
        taught: Taught = untaught, quick: MemoryEstimate | None = None,
    ) -> Reach | None:  # fmt: skip
        """What is known; what is not is looked for. `quick`: what the figure in view was before it
        was counted or measured; longer texts of this model are then off by as much."""
        if not key or made.refusal:
            return None
        off = made.memory.high - quick.high if quick is not None else 0
        # A little more or less free memory is not another answer.
        key = f"{key} {situation.machine.free_bytes // 200_000_000} {off}"
        if key not in self._known and key != self._asked:
            self._asked = key
            if self._task is not None:
                self._task.cancel()
            self._task = background.run(
                self, lambda cancel: find_reach(situation, made, longest, taught, off),
                lambda reach: self._on_found(key, reach),
            )  # fmt: skip
        return self._known.get(key)

    def _on_found(self, key: str, reach: Reach) -> None:
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[key] = reach
        self.found.emit()


def find_reach(
    situation: Situation, made: Proposal, longest: int, taught: Taught = untaught, off: int = 0
) -> Reach:
    """By the same figures as the plan itself: see `ReachFinder.of`."""
    machine = situation.machine
    tokens = longest_text(
        machine, situation.shape, made.method, made.params, made.training, made.objective,
        made.objective_params, made.beside, lambda memory: taught(memory).plus("rounding", off),
    )  # fmt: skip
    size = largest_model(
        machine, made.method, made.params, made.training, longest, made.objective,
        made.objective_params, beside=made.beside, taught=taught,
    )  # fmt: skip
    return Reach(tokens, size.name if size else "", machine.device == "cuda")


def reach_words(owner: QWidget, reach: Reach) -> str:
    here = owner.tr("this card") if reach.on_card else owner.tr("this computer")
    if reach.longest and reach.largest:
        words = owner.tr(
            "With these settings {here} holds texts of up to {count} tokens, or a model as large "
            "as {name} with your texts."
        )
    elif reach.longest:
        words = owner.tr("With these settings {here} holds texts of up to {count} tokens.")
    elif reach.largest:
        words = owner.tr(
            "With these settings {here} holds not even a short text of this model; with your "
            "texts it holds a model as large as {name}."
        )
    else:
        words = owner.tr(
            "With these settings {here} holds neither a short text of this model nor your texts "
            "with one of the usual models."
        )
    return words.format(here=here, count=format_count(reach.longest), name=reach.largest)
