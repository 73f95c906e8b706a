"""How far a card reaches: true for what is told, and no longer true for one more."""

import pytest

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.limits import SIZES, largest_model, longest_text
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory import estimate, fits
from ftstudio.techniques import methods, objectives
from tests.shapes import LLAMA_3B, QWEN_8B

# As their makers tell, in billions.
PUBLISHED = {
    "SmolLM2 135M": 0.1345, "Qwen3 0.6B": 0.596, "Llama 3.2 1B": 1.236, "Qwen3 1.7B": 1.72,
    "Llama 3.2 3B": 3.213, "Qwen3 4B": 4.02, "Mistral 7B": 7.248, "Llama 3.1 8B": 8.030,
    "Qwen3 14B": 14.77, "Mistral Small 24B": 23.57, "Qwen3 32B": 32.76, "Llama 3.3 70B": 70.55,
}  # fmt: skip
SPARING = TrainingSettings(batch_size=1, activation_checkpointing=True, max_length=8_192)


def card(gigabytes):
    size = int(gigabytes * 10**9)
    return Machine("cuda", "RTX 4090", size, size, 8, "Ada")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_sizes_are_those_of_the_models(size):
    assert size.billions == pytest.approx(PUBLISHED[size.name], rel=0.01)


@pytest.mark.parametrize("key", ["lora", "qlora", "full"])
@pytest.mark.parametrize("gigabytes", [8, 24, 80])
def test_the_largest_fits_and_the_next_does_not(key, gigabytes):
    machine, method = card(gigabytes), methods()[key]
    found = largest_model(machine, method, {}, SPARING, 1_024)
    assert found is not None
    ordered = sorted(SIZES, key=lambda size: size.billions)
    place = ordered.index(found)
    for size, expected in zip(ordered[place : place + 2], (True, False), strict=False):
        need = estimate(size.shape, method, {}, SPARING, "cuda", 1_024, card=machine.card)
        assert (fits(need, machine.free_bytes) != "does not fit") == expected


def test_four_bits_reach_further_than_sixteen_and_those_than_whole_weights():
    reach = [
        largest_model(card(24), methods()[key], {}, SPARING, 1_024).billions
        for key in ("full", "lora", "qlora")
    ]
    assert reach == sorted(reach)
    assert reach[0] < reach[1] < reach[2]


def test_no_model_fits_a_card_that_is_full():
    assert largest_model(card(0.3), methods()["lora"], {}, SPARING, 1_024) is None
    assert longest_text(card(0.3), QWEN_8B, methods()["lora"], {}, SPARING) == 0


def test_the_longest_text_fits_and_a_longer_one_does_not():
    machine, method = card(24), methods()["lora"]
    tokens = longest_text(machine, LLAMA_3B, method, {}, SPARING)
    assert 64 < tokens < LLAMA_3B.max_length
    assert tokens % 64 == 0
    for length, expected in ((tokens, True), (tokens + 64, False)):
        settings = SPARING.model_copy(update={"max_length": length})
        need = estimate(LLAMA_3B, method, {}, settings, "cuda", length, card=machine.card)
        assert (fits(need, machine.free_bytes) != "does not fit") == expected


def test_no_text_is_longer_than_the_model_can_read():
    short = LLAMA_3B.model_copy(update={"max_length": 512})
    assert longest_text(card(80), short, methods()["lora"], {}, SPARING) == 512


def test_pairs_leave_less_room_than_single_rows():
    # Without sample answers: four long questions side by side need more than one row or one pair.
    silent = SPARING.model_copy(update={"sample_questions": 0})
    dpo = longest_text(card(24), LLAMA_3B, methods()["lora"], {}, silent, objectives()["dpo"])
    assert 0 < dpo < longest_text(card(24), LLAMA_3B, methods()["lora"], {}, silent)
