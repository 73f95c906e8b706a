from dataclasses import replace

import pytest

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.duration import PastRun, active_parameters, estimate_duration, forecast
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.techniques import methods
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


def test_a_past_run_corrects_and_narrows():
    plain = made()
    guessed = plain.phases["train"] + plain.phases["looks"]
    slow = made(past=[PastRun("Tickets v1", 3 * guessed, guessed)])
    assert slow.phases["train"] == pytest.approx(3 * plain.phases["train"])
    assert slow.spread < plain.spread
    assert slow.learned_from == "Tickets v1"


def test_a_past_run_without_sense_is_not_believed():
    assert made(past=[PastRun("broken", 0, 100), PastRun("too", 100, 0)]).learned_from == ""


def test_both_ends_together():
    chosen = methods()["lora"]
    low, high = estimate_duration(STARTER, chosen, chosen.params(), SETTINGS, LENGTHS, CPU)
    assert (low, high) == (made().low, made().high)


def test_the_table_of_words_takes_part_only_once():
    inner = QWEN_8B.parameters - QWEN_8B.vocab * QWEN_8B.hidden
    assert active_parameters(QWEN_8B) == inner
    assert active_parameters(STARTER) == STARTER.parameters


def test_only_the_chosen_experts_compute():
    dense = active_parameters(QWEN_8B)
    mixed = QWEN_8B.model_copy(update={"experts": 8, "experts_per_token": 2, "ffn": 1024})
    assert active_parameters(mixed) < dense
