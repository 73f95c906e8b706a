"""Who may learn what from what: all that is asked is told, and refusals are sentences."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.pairing import Pairing
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import demand_possible, pair, why_not_learn
from tests.shapes import STARTER


def test_a_pairing_is_told_all_that_a_sibling_may_ask() -> None:
    """A trait that is never filled in would make a refusal that can never speak."""
    told = [
        pair(objective, method, STARTER, "cpu", method.params())
        for objective in objectives().values()
        for method in methods().values()
    ]
    for field in fields(Pairing):
        assert any(getattr(one, field.name) != field.default for one in told), field.name


def test_a_start_that_is_refused_says_what_the_goal_needs() -> None:
    goal, method = objectives()["instruct"], methods()["lora"]
    chats, classes = DatasetFacts(kind="chat", train=9), DatasetFacts(kind="label", train=9)
    demand_possible(goal, method, chats, STARTER, "cpu", method.params())
    with pytest.raises(StudioError) as refused:
        demand_possible(goal, method, classes, STARTER, "cpu", method.params())
    assert refused.value.code == "wrong_data"
    assert refused.value.why == why_not_learn(goal, classes)
    assert goal.needs in refused.value.remedy
