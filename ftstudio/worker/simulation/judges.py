"""What scores the answers of a rehearsal: the plan's own rules, reward models by their config."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.objective import Head, Objective
from ftstudio.core.plan import Plan, RewardChoice
from ftstudio.planning.judging import base_of, learned_shapes
from ftstudio.techniques import rewards
from ftstudio.techniques.engine.scoring import RewardModel, Scorer, make_scorer
from ftstudio.worker.device import Device
from ftstudio.worker.model import load_model
from ftstudio.worker.simulation.bases import fake_base
from ftstudio.worker.simulation.rows import plain_tokenizer


def scorer_of(plan: Plan, objective: Objective, device: Device, content: bool) -> Scorer | None:
    """None where the objective learns from the examples themselves."""
    if not objective.wants_rewards:
        return None

    def load(choice: RewardChoice) -> RewardModel:
        make = load_model if content else fake_base
        folder = Path(choice.model)
        model: Any = make(base_of(folder), device, head=Head("reward"))
        model.beside = _beside(folder, device)
        limit = int(getattr(model.config.get_text_config(), "max_position_embeddings", 0) or 0)
        return RewardModel(model.eval().requires_grad_(False), plain_tokenizer(), limit)

    return make_scorer(plan.rewards or [_any_rule()], load)


def _beside(folder: Path, device: Device) -> torch.nn.ParameterList:
    """What an adapter holds beside its base; what it computes with passes by."""
    return torch.nn.ParameterList(
        torch.empty(shape, device=device.kind) for shape in learned_shapes(folder)
    )


def _any_rule() -> RewardChoice:
    """For a plan without rewards yet: a rule that needs no settings."""
    for key, reward in rewards().items():
        with contextlib.suppress(ValidationError):
            if not reward.problem(reward.params()):
                return RewardChoice(key=key)
    raise StudioError(
        "There is nothing to score answers by.",
        "The plan names no reward.",
        "Choose one.",
        code="no_rewards",
    )
