"""What a run came to on unseen examples, in words: by the figure that its goal is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from ftstudio.core.objective import Measure
from ftstudio.jobs.status import RunStatus
from ftstudio.techniques import objectives

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Outcome:
    """The deciding figure before training and in the version that was kept."""

    title: str  # "Hits, all classes alike"
    term: str  # "macro-F1"
    before: float | None
    after: float
    more_is_better: bool

    @property
    def better(self) -> bool:
        if self.before is None:
            return False
        return self.after > self.before if self.more_is_better else self.after < self.before


def outcome(status: RunStatus, objective: str) -> Outcome | None:
    """By the goal's own measure where its looks tell it; None where that is the loss."""
    goal = objectives().get(objective)
    if goal is None or goal.judge.key == "loss":
        return None
    key = goal.judge.key
    told = [(look.step, look.metrics[key]) for look in status.looks if key in look.metrics]
    if not told:
        return None
    kept = dict(told).get(status.best_step, told[-1][1])
    measure = next((one for one in goal.measures if one.key == key), Measure(key, key, key, ()))
    first = told[0][1] if len(told) > 1 else None
    return Outcome(measure.title, measure.term, first, kept, goal.judge.better == "more")


def in_a_line(status: RunStatus, objective: str) -> str:
    """For a list: the figure now, and what it was."""
    if (found := outcome(status, objective)) is not None:
        words = translate("outcome_words", "{title} ({term}) on unseen examples {after}").format(
            title=found.title, term=found.term, after=f"{found.after:.2f}"
        )
        if found.before is None:
            return words
        return words + translate("outcome_words", ", {before} before").format(
            before=f"{found.before:.2f}"
        )
    first, best = status.first_loss, status.best_loss
    if not first or best is None or best >= first:
        return translate("outcome_words", "loss on unseen examples {best}").format(
            best=f"{best or 0:.2f}"
        )
    return translate(
        "outcome_words", "loss on unseen examples {best}, {share} % less than before"
    ).format(best=f"{best:.2f}", share=round(100 * (1 - best / first)))


def of_a_finished_run(status: RunStatus, objective: str) -> tuple[str, str]:
    """A sentence or two, and their tone."""
    if (found := outcome(status, objective)) is not None and found.before is not None:
        if found.better:
            return translate("outcome_words",
                "{title} ({term}) on unseen examples went from {before} to {after}. "
                "The best version, of step {step}, was kept."
            ).format(
                title=found.title, term=found.term, before=f"{found.before:.2f}",
                after=f"{found.after:.2f}", step=f"{status.best_step:,}",
            ), "ok"  # fmt: skip
        return _no_better(), "warn"
    first, best = status.first_loss, status.best_loss
    if first and best is not None and best < first:
        return translate(
            "outcome_words",
            "Loss on unseen examples fell from {first} to {best}, {share} % less. "
            "The best version, of step {step}, was kept."
        ).format(
            first=f"{first:.2f}", best=f"{best:.2f}", share=round(100 * (1 - best / first)),
            step=f"{status.best_step:,}",
        ), "ok"  # fmt: skip
    if first and best is not None:
        return _no_better(), "warn"
    return translate("outcome_words", "The result is on the shelf. Try it in the playground."), "ok"


def _no_better() -> str:
    return translate(
        "outcome_words",
        "It did not get better on unseen examples. More or other data, or a smaller step size, "
        "may help.",
    )
