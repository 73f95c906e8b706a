from dataclasses import replace
from datetime import datetime

import pytest

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.duration import (
    PastRun,
    forecast,
    trial,
)
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.techniques import methods, objectives
from tests.shapes import LLAMA_3B, QWEN_8B, STARTER

CPU = Machine("cpu", "2 processor cores", 16 * 10**9, 12 * 10**9, 2)
CARD = Machine("cuda", "RTX 4090", 24 * 10**9, 21 * 10**9, 8, "Ada")
LENGTHS = Lengths(370, 41, 70, 180, 220)
SETTINGS = TrainingSettings(epochs=4, max_length=192)


def made(shape=STARTER, method="lora", training=SETTINGS, lengths=LENGTHS, machine=CPU, past=()):
    chosen = methods()[method]
    return forecast(shape, chosen, chosen.params(), training, lengths, machine, past)


def test_phases_add_up_to_the_middle_of_the_range():
    plan = made()
    assert plan.middle == pytest.approx(sum(plan.phases.values()))
    assert plan.low < plan.middle < plan.high


def test_the_sample_on_two_cores_is_a_matter_of_minutes():
    assert 40 < made().middle < 300


def test_directions():
    base = made().phases["train"]
    assert made(method="full").phases["train"] > base
    assert made(training=SETTINGS.model_copy(update={"epochs": 8})).phases["train"] > 1.9 * base
    assert made(machine=replace(CPU, cores=8)).phases["train"] < base
    twice = SETTINGS.model_copy(update={"activation_checkpointing": True})
    assert made(training=twice).phases["train"] > base
    assert made(LLAMA_3B, machine=CARD).middle < made(LLAMA_3B).middle


def test_filled_up_to_the_longest_every_row_takes_as_long():
    fixed = SETTINGS.model_copy(update={"padding": "fixed"})
    long = replace(LENGTHS, mean=float(SETTINGS.max_length))
    for phase in ("train", "looks"):
        assert made(training=fixed).phases[phase] == made(lengths=long).phases[phase]
        assert made(training=fixed).phases[phase] > made().phases[phase]


def test_a_past_run_corrects_and_narrows():
    plain = made()
    guessed = plain.phases["train"] + plain.phases["looks"]
    slow = made(past=[PastRun("Tickets v1", 3 * guessed, guessed)])
    assert slow.phases["train"] == pytest.approx(3 * plain.phases["train"])
    assert slow.spread < plain.spread
    assert slow.learned_from == "Tickets v1"


def test_a_past_run_without_sense_is_not_believed():
    assert made(past=[PastRun("broken", 0, 100), PastRun("too", 100, 0)]).learned_from == ""


def goal(key, machine=CARD, lengths=LENGTHS, **params):
    chosen, objective = methods()["lora"], objectives()[key]
    return forecast(
        QWEN_8B, chosen, chosen.params(), SETTINGS, lengths, machine, (), objective,
        objective.params(**params),
    )  # fmt: skip


def test_each_time_an_answer_is_learned_from_counts():
    once, four = goal("ppo", passes=1).phases["train"], goal("ppo", passes=4).phases["train"]
    assert once < four < 4 * once  # writing and scoring are done once


def test_answers_are_written_word_by_word_and_then_read():
    asked = replace(LENGTHS, asked=60, longest_asked=90, asked_mean=40)
    short = goal("ppo", lengths=asked, answer_tokens=32).phases["train"]
    long = goal("ppo", lengths=asked, answer_tokens=128).phases["train"]
    assert 2 * short < long < 4 * short
    # What the dataset answers does not count: it is not what will be learned from.
    other = replace(asked, mean=2 * asked.mean)
    assert goal("ppo", lengths=other, answer_tokens=32).phases["train"] == short


def test_a_pair_with_its_reference_is_more_work_than_one_row():
    assert 2 < goal("dpo").phases["train"] / goal("instruct").phases["train"] < 4


def test_a_card_that_is_not_known_has_a_wider_range():
    assert made(machine=replace(CARD, name="Moon card")).spread > made(machine=CARD).spread


def test_a_trial_on_the_card_corrects_the_forecast():
    chosen = methods()["lora"]
    plain = made(QWEN_8B, machine=CARD)
    longest = trial(QWEN_8B, chosen, chosen.params(), SETTINGS, CARD, 190, 1.0)
    tried = trial(QWEN_8B, chosen, chosen.params(), SETTINGS, CARD, 190, 3 * longest.guessed)
    slower = made(QWEN_8B, machine=CARD, past=[tried])
    assert slower.phases["train"] == pytest.approx(3 * plain.phases["train"])
    assert slower.spread < plain.spread
    assert "trial" in slower.learned_from


def test_the_clock_time_of_the_end():
    plan, now = made(), datetime(2026, 3, 2, 10, 0)
    first, last = plan.ends(now)
    assert "10:00" <= first <= last <= "10:20"
