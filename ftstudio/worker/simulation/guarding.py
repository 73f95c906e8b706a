"""What protects earlier knowledge, in a rehearsal: measured on rows as long as the longest, then
held while it learns; and what each look asks of the earlier skill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from ftstudio.core.plan import SafeguardChoice
from ftstudio.core.safeguard import Protecting
from ftstudio.techniques import safeguards
from ftstudio.worker.safeguarding import language_loss
from ftstudio.worker.simulation.rows import FILLER
from ftstudio.worker.simulation.tracker import Tracker

_ROWS = 2  # each takes what the first one takes


def protect(
    choices: list[SafeguardChoice], trainer: Any, longest: int, folder: Path, tracker: Tracker
) -> None:
    """As `worker.safeguarding.protect`. What is kept counts to what the optimizer keeps."""
    known = safeguards()
    for number, choice in enumerate(choices):
        safeguard = known[choice.key]
        if safeguard.protect is None:
            continue
        first = tracker.next
        tracker.phase("forward")
        with _nothing_is_written():
            safeguard.protect(
                Protecting(
                    trainer=trainer,
                    general=[_row(longest)] * _ROWS,
                    loss_of=language_loss,
                    params=safeguard.params.model_validate(choice.params),
                    file=folder / f"protecting-{number}",
                )
            )
        tracker.own_since(first, "optimizer")


def look(model: Any, trainer: Any, longest: int) -> None:
    """What is asked of the earlier skill at each look, of one row."""
    was_training = model.training
    model.eval()
    with torch.no_grad(), trainer.compute_loss_context_manager():
        language_loss(model, _row(longest))
    model.train(was_training)


def _row(longest: int) -> tuple[list[int], list[bool]]:
    return [FILLER] * longest, [True] * longest


@contextmanager
def _nothing_is_written() -> Iterator[None]:
    """What was measured has no values: whether any matter can't be asked, and nothing is kept."""
    from ftstudio.techniques.engine import ewc

    with (
        patch.object(ewc, "demand_some", lambda found: None),
        patch.object(ewc, "write_importance", lambda found, file: None),
    ):
        yield
