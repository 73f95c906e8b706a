"""What is foretold without data: memory with its range, what would make it fit, the rest."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.duration import PastRun, forecast
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.measured import Corrections
from ftstudio.planning.memory import fits, measured_fits
from ftstudio.planning.outline import Outline, outline
from ftstudio.planning.outlook import Outlook, look_ahead
from ftstudio.techniques import methods, objectives
from tests.shapes import QWEN_8B

GB = 10**9
CARD = Machine("cuda", "RTX 4090", 24 * GB, 23 * GB, 8, "Ada")
MODEL = Outline("Qwen", QWEN_8B)


def look(
    method: str = "lora", objective: str = "instruct", model: Outline = MODEL,
    machine: Machine = CARD, taught: Corrections | None = None, length: int = 1_024,
    **training: Any,
) -> Outlook:  # fmt: skip
    plan = Plan(
        name="p", dataset=DatasetRef(id="", path="", name=""),
        model=ModelRef(path="", name="m", sha256=""), method=method, objective=objective,
    )  # fmt: skip
    training = {"max_length": length, **training}
    return look_ahead(model, plan, training, machine, Path("/tmp"), 100, length, taught)


def test_settings_that_were_set_stand() -> None:
    made = look(batch_size=3, max_length=1_024)
    assert (made.proposal.training.batch_size, made.longest) == (3, 1_024)
    assert made.energy is not None


def test_what_does_not_fit_says_what_would() -> None:
    made = look("full", batch_size=4)
    assert made.fit == "does not fit"
    assert any(rung.method == "qlora" for rung in made.rungs)
    assert all(rung.total < made.memory.shown for rung in made.rungs)
    assert look("qlora", batch_size=1, length=256).rungs == []


def test_the_figure_of_another_method_is_that_of_its_own_changes() -> None:
    """What was set must not take the place of what the rung says that it changes."""
    made = look("full", batch_size=4, activation_checkpointing="off")
    (rung,) = [one for one in made.rungs if one.method == "qlora"]
    assert rung.changes == {"activation_checkpointing": "full"}
    taken = look("qlora", batch_size=4, activation_checkpointing="full").memory
    assert (rung.total, rung.high) == (taken.shown, taken.high)


def test_what_would_fit_follows_a_figure_that_was_counted_since() -> None:
    quick = look("lora", batch_size=4)
    assert (quick.fit, quick.rungs) == ("fits", [])
    more = quick.machine.free_bytes - quick.memory.shown
    counted = replace(quick, memory=quick.memory.plus("activations", more + GB))
    tight = replace(counted, fit=fits(counted.memory, counted.machine.free_bytes))
    assert tight.fit == "does not fit"
    known = {rung.key: rung for rung in tight.ladder}
    (smaller,) = [rung for rung in tight.rungs if rung.key == "smaller"]
    assert smaller.total == known["smaller"].total + more + GB
    assert smaller.fit == measured_fits(smaller.high, tight.machine.free_bytes)


def test_what_would_fit_is_doubted_as_the_plan_is() -> None:
    doubted = look("full", batch_size=4, model=Outline("x", QWEN_8B, 0.5, 4.0, ("Who knows.",)))
    sure = {rung.key: rung for rung in look("full", batch_size=4).rungs}
    assert sure["method"].fit == "fits"
    (method, *_) = [rung for rung in doubted.rungs if rung.method == sure["method"].method]
    assert method.high == 4 * method.total
    assert method.fit == "does not fit"


def test_doubts_about_the_model_widen_the_figure_and_are_judged_by_its_upper_end() -> None:
    sure = look("qlora", batch_size=1)
    doubted = look("qlora", batch_size=1, model=Outline("x", QWEN_8B, 0.5, 4.0, ("Who knows.",)))
    assert doubted.memory.low < sure.memory.shown < doubted.memory.high
    assert doubted.memory.why[0] == "Who knows."
    assert (sure.fit, doubted.fit) == ("fits", "does not fit")


def test_doubts_about_the_model_widen_the_time_and_the_energy_and_say_so() -> None:
    sure = look("qlora", batch_size=1)
    doubted = look("qlora", batch_size=1, model=Outline("x", QWEN_8B, 0.5, 4.0, ("Who knows.",)))
    then, now = doubted.proposal.forecast, sure.proposal.forecast
    assert then.low == pytest.approx(0.5 * now.low)
    assert then.high == pytest.approx(4 * now.high)
    assert "wider range" in then.why
    assert "Who knows." in then.why
    assert now.why == ""
    assert doubted.energy is not None
    assert sure.energy is not None
    assert doubted.energy.high == pytest.approx(4 * sure.energy.high)
    assert doubted.energy.low == pytest.approx(0.5 * sure.energy.low)


def test_blocks_never_counted_widen_the_time_until_a_run_has_told() -> None:
    strange = QWEN_8B.model_copy(update={"architecture": "MadeUpForCausalLM"})
    made = look("qlora", batch_size=1, model=Outline("x", strange)).proposal.forecast
    sure = look("qlora", batch_size=1).proposal.forecast
    assert (made.low, made.high) == (0.85 * sure.low, 1.25 * sure.high)
    assert "MadeUpForCausalLM" in made.why
    told = forecast(
        strange, methods()["qlora"], methods()["qlora"].params(), TrainingSettings(),
        Lengths(100, 10, 300, 900, 1_400), CARD, [PastRun("before", 10, 5)],
    )  # fmt: skip
    assert (told.low_by, told.high_by, told.why) == (1.0, 1.0, "")


def test_what_runs_have_taught_counts() -> None:
    taught = Corrections("RTX 4090", 7, 141 * 2**20, (0.0,) * 7, 300.0)
    made, plain = look(taught=taught), look()
    assert made.memory.parts["context"] == 141 * 2**20
    assert made.memory.parts["margin"] < plain.memory.parts["margin"]
    assert made.energy is not None
    assert "300 W" in made.energy.why


@pytest.mark.parametrize("objective", sorted(objectives()))
def test_every_goal_has_figures_that_are_figures(objective: str) -> None:
    for method in ("lora", "full"):
        for name in ("org/x-0.5B", "org/thing"):
            made = look(method, objective, model=outline(name))
            figures = [
                made.memory.shown, made.memory.least, made.memory.low, made.memory.high,
                made.proposal.forecast.low, made.proposal.forecast.high, made.proposal.disk.needed,
            ]  # fmt: skip
            assert all(math.isfinite(one) and one > 0 for one in figures)
            assert made.memory.low <= made.memory.shown <= made.memory.high


@pytest.mark.parametrize("method", sorted(methods()))
def test_every_method_has_figures_on_a_card_and_on_the_processor(method: str) -> None:
    for machine in (CARD, replace(CARD, device="cpu", name="8 processor cores")):
        made = look(method, machine=machine)
        assert made.memory.shown > 0
        assert (made.energy is None) == (machine.device == "cpu")
