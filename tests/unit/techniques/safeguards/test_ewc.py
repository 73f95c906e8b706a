"""Which methods elastic weight consolidation goes with, and what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.basemodels.inspect import inspect_model
from ftstudio.core.pairing import Pairing, Trait
from ftstudio.techniques.safeguards.ewc import EWC, EwcParams
from tests import models


def pairing(*traits: Trait) -> Pairing:
    return Pairing("any", "any", frozenset(traits))


@pytest.mark.parametrize("traits", [(), ("whole", "not_merging")])
def test_weights_that_move_can_be_held(traits: tuple[Trait, ...]) -> None:
    assert EWC.why_not(pairing(*traits)) is None


@pytest.mark.parametrize(
    ("traits", "word"),
    [
        (("adds_tokens", "not_merging"), "learned tokens"),
        (("quantized",), "compressed"),
        (("not_merging",), "layers of its own"),
    ],
)
def test_others_say_why_and_what_instead(traits: tuple[Trait, ...], word: str) -> None:
    why = EWC.why_not(pairing(*traits))
    assert why is not None
    assert word in why
    assert "Rehearse" in why


def test_a_goal_that_takes_its_own_steps_says_so() -> None:
    why = EWC.why_not(Pairing("any", "any", own_steps=True))
    assert why is not None
    assert "rehearse" in why
    from ftstudio.techniques import methods, objectives
    from ftstudio.techniques.fitting import why_not_protect

    lora = methods()["lora"]
    refused = [o.key for o in objectives().values() if why_not_protect(EWC, o, lora)]
    assert refused == ["classify", "score", "reward", "ppo"]


def test_a_new_head_can_not_be_asked_what_matters() -> None:
    why = EWC.why_not(Pairing("any", "any", writes=False))
    assert why is not None
    assert "knows nothing yet" in why
    assert "Rehearse" in why


def test_memory_is_a_number_per_weight_that_can_move(tmp_path: Path) -> None:
    shape = inspect_model(models.tiny_model(tmp_path / "model")).shape
    assert EWC.extra_bytes(shape, True, EwcParams()) == 8 * shape.parameters
    linear = 2 * (32 * 32 * 2 + 2 * 32 * 16 + 3 * 32 * 64)
    assert EWC.extra_bytes(shape, False, EwcParams()) == 4 * linear
