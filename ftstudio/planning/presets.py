"""Three ways to spend time: a quick look, the balanced advice, and a thorough run."""

from __future__ import annotations

from typing import Any

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.setup_draft import Preset

_MOST_PASSES = 12.0


def changes(preset: Preset, training: TrainingSettings) -> dict[str, Any]:
    """What a preset sets, starting from the balanced advice."""
    if preset == "quick":
        return {"epochs": min(1.0, training.epochs), "checks_per_epoch": 2}
    if preset == "thorough":
        passes = min(_MOST_PASSES, 2 * training.epochs)
        return {"epochs": passes, "checks_per_epoch": 2, "patience": 4}
    return {}
