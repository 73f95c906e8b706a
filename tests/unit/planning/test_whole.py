"""One estimate for all that is told of a plan: the proposal, the rungs, and how far a card goes."""

from pathlib import Path

import pytest

from ftstudio.core.plan import DatasetRef, SafeguardChoice
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.ladder import rungs
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.limits import Size, largest_model, longest_text
from ftstudio.planning.machine import Machine
from ftstudio.planning.measured import Corrections, corrected
from ftstudio.planning.memory import estimate
from ftstudio.planning.proposal import Situation, propose
from ftstudio.planning.whole import Beside, valid_params, whole_need
from ftstudio.techniques import methods
from ftstudio.techniques.methods.lora import LoraParams
from tests.shapes import LLAMA_3B

LENGTHS = Lengths(2_000, 100, 400.0, 900, 1_024)
JUDGES = 6 * 10**9
EWC = SafeguardChoice(key="ewc", dataset=DatasetRef(id="ds-old", path="", name="Old"))
# A card whose runs took a fifth more than was foretold, and whose driver takes 2 GB.
COSTLY = Corrections("RTX 4090", 6, 2 * 10**9, (0.2,) * 6)


def teach(memory):
    return corrected(memory, COSTLY)


def planned(free=24 * 10**9, judges=0, protecting=()):
    machine = Machine("cuda", "RTX 4090", 24 * 10**9, int(free), 8, "Ada")
    situation = Situation(LLAMA_3B, LENGTHS, machine, Path("/"))
    made = propose(
        situation, methods()["lora"], training={"batch_size": 2, "max_length": 1_024},
        judges=judges, protecting=protecting,
    )  # fmt: skip
    return situation, made


def longest_of(situation, made, taught):
    return longest_text(
        situation.machine, situation.shape, made.method, made.params, made.training,
        made.objective, made.objective_params, made.beside, taught,
    )  # fmt: skip


@pytest.mark.parametrize("judges", [0, JUDGES])
@pytest.mark.parametrize("protecting", [(), (EWC,)])
def test_the_longest_text_is_where_the_plan_itself_stops_fitting(judges, protecting):
    _situation, made = planned(judges=judges, protecting=protecting)
    edge = teach(made.memory).shown
    for by, fits in ((0, True), (-(32 * 2**20), False)):
        machine = Machine("cuda", "RTX 4090", 24 * 10**9, edge + by, 8, "Ada")
        there = Situation(LLAMA_3B, LENGTHS, machine, Path("/"))
        assert (longest_of(there, made, teach) >= 1_024) == fits


def test_the_largest_model_is_judged_as_the_plan_is():
    own = Size("Own", LLAMA_3B)
    _situation, made = planned(judges=JUDGES)
    edge = teach(made.memory).shown
    for by, fits in ((0, True), (-1, False)):
        machine = Machine("cuda", "RTX 4090", 24 * 10**9, edge + by, 8, "Ada")
        found = largest_model(
            machine, made.method, made.params, made.training, 1_024, made.objective,
            made.objective_params, [own], made.beside, teach,
        )  # fmt: skip
        assert (found == own) == fits


def test_rungs_know_what_the_card_taught_and_what_is_held_beside():
    situation, made = planned(free=8 * 10**9, judges=JUDGES, protecting=(EWC,))
    taught = made.judged(teach(made.memory), situation.machine)
    for rung in rungs(situation, taught, taught=teach):
        training = made.training.model_copy(update=rung.changes)
        again = propose(
            situation, made.method, training=training.model_dump(), judges=JUDGES,
            protecting=(EWC,),
        )  # fmt: skip
        assert rung.total == teach(again.memory).shown, rung.key


def test_what_stands_beside_is_added():
    training, method = TrainingSettings(max_length=512), methods()["lora"]
    asked = (LLAMA_3B, method, {}, training, "cuda", 512)
    bare = estimate(*asked)
    assert whole_need(*asked) == bare
    found = whole_need(*asked, beside=Beside((EWC,), JUDGES))
    assert found.parts["copies"] - bare.parts["copies"] == JUDGES
    assert found.parts["optimizer"] > bare.parts["optimizer"]
    unknown = EWC.model_copy(update={"key": "of a later version"})
    assert whole_need(*asked, beside=Beside((unknown,), 0)) == bare


def test_what_is_not_valid_any_more_keeps_its_default():
    found = valid_params(LoraParams, {"rank": 4, "alpha": "much", "gone": 1})
    assert found.rank == 4
    assert found.alpha == LoraParams().alpha
