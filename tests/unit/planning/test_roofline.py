"""The roofline: which of arithmetic and memory decides, and that both count as they should."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.card_kinds import find_kind
from ftstudio.planning.machine import Machine
from ftstudio.planning.roofline import (
    Load,
    Pace,
    active_parameters,
    pace_of,
    pass_seconds,
    step_seconds,
    word_seconds,
)
from ftstudio.techniques import methods
from tests.shapes import LLAMA_3B, QWEN_8B, STARTER

SETTINGS = TrainingSettings()
H100 = Machine("cuda", "H100 80GB HBM3", 80 * 10**9, 79 * 10**9, 16, "Hopper")
FAST_MEMORY = Pace("cuda", 1e14, 1e18)
FAST_SUMS = Pace("cuda", 1e22, 1e12)


def size(method: str = "lora", shape: object = QWEN_8B) -> object:
    chosen = methods()[method]
    return chosen.size(shape, chosen.params())  # type: ignore[arg-type]


def seconds(
    pace: Pace, method: str = "lora", load: Load | None = None, **training: object
) -> float:
    settings = SETTINGS.model_copy(update=training)
    load = load or Load(4_096, 1_024)
    made = pass_seconds(QWEN_8B, size(method), settings, pace, load)  # type: ignore[arg-type]
    return made - pace.pass_overhead


def test_many_tokens_wait_for_arithmetic() -> None:
    inner = QWEN_8B.parameters - QWEN_8B.vocab * QWEN_8B.hidden
    attention = 2 * 2 * QWEN_8B.layers * 4_096 * 1_024  # forward and back
    expected = 4_096 * (4 * inner + attention) / 1e14
    assert seconds(FAST_MEMORY) == pytest.approx(expected, rel=1e-3)


def test_few_tokens_wait_for_the_weights() -> None:
    made = seconds(FAST_SUMS, load=Load(1, 1))
    assert made == pytest.approx(2 * 2 * QWEN_8B.parameters / 1e12, rel=0.01)  # there and back


def test_more_of_anything_takes_longer() -> None:
    for pace in (FAST_MEMORY, FAST_SUMS, pace_of(H100)):
        base = seconds(pace)
        assert seconds(pace, activation_checkpointing=True) > base
        assert seconds(pace, "full") > base
        assert seconds(pace, load=Load(8_192, 1_024)) > base
        assert seconds(pace, load=Load(4_096, 1_024, learned=4)) > 3.5 * base
        assert seconds(pace, load=Load(4_096, 1_024, looked=2)) > base
    assert seconds(FAST_MEMORY, load=Load(4_096, 32_768)) > seconds(FAST_MEMORY)
    assert seconds(FAST_SUMS, "qlora") > seconds(FAST_SUMS)  # 4 bits are widened for each use


def test_a_card_is_taken_by_its_published_figures() -> None:
    kind = find_kind("h100-80gb")
    pace = pace_of(H100)
    assert pace.known
    assert 0.2 * kind.flops < pace.flops < kind.flops
    assert 0.4 * kind.bandwidth < pace.bandwidth < kind.bandwidth
    assert not pace_of(replace(H100, name="Moon card")).known
    assert not pace_of(replace(H100, name="Moon card", architecture="")).known
    assert pace_of(replace(H100, device="cpu", cores=4)).flops == 4 * 35e9


def test_the_optimizer_reads_and_writes_what_moves() -> None:
    pace = Pace("cuda", 1e14, 1e12)
    whole = step_seconds(size("full"), SETTINGS, pace)  # type: ignore[arg-type]
    assert whole == pytest.approx(28 * QWEN_8B.parameters / 1e12)
    small = SETTINGS.model_copy(update={"optimizer": "adamw_8bit"})
    assert step_seconds(size("full"), small, pace) < whole  # type: ignore[arg-type]
    assert step_seconds(size("lora"), SETTINGS, pace) < whole / 100  # type: ignore[arg-type]


def test_a_word_takes_one_reading_of_the_weights_and_some_python() -> None:
    slow = Pace("cuda", 1e15, 1e11)
    assert word_seconds(QWEN_8B, size(), slow) == pytest.approx(0.151, rel=0.05)  # type: ignore[arg-type]
    assert word_seconds(LLAMA_3B, size(shape=LLAMA_3B), pace_of(H100)) == 0.03  # type: ignore[arg-type]


def test_the_table_of_words_takes_part_only_once() -> None:
    inner = QWEN_8B.parameters - QWEN_8B.vocab * QWEN_8B.hidden
    assert active_parameters(QWEN_8B) == inner
    assert active_parameters(STARTER) == STARTER.parameters


def test_only_the_chosen_experts_compute() -> None:
    dense = active_parameters(QWEN_8B)
    mixed = QWEN_8B.model_copy(update={"experts": 8, "experts_per_token": 2, "ffn": 1024})
    assert active_parameters(mixed) < dense
