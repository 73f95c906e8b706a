"""Answers are written in few steps, and the cache is as long at the end as in a whole run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import GenerationConfig

from ftstudio.worker.device import Device
from ftstudio.worker.model import load_model
from ftstudio.worker.simulation.rows import FILLER
from ftstudio.worker.simulation.writing import STEPS, _said, in_strides
from tests import models

CPU = Device("cpu", "CPU", "float32", "")


@pytest.mark.parametrize("tokens", [1, 2, 3, STEPS, STEPS + 1, 40])
def test_the_answer_has_its_length_and_the_last_step_the_whole_cache(
    tmp_path: Path, tokens: int
) -> None:
    model = load_model(models.tiny_model(tmp_path / "model"), CPU).eval()
    seen: list[int] = []

    def look(module: Any, args: Any, named: dict[str, Any]) -> None:
        seen.append(named["past_key_values"].get_seq_length() + named["input_ids"].shape[1])

    model.register_forward_pre_hook(look, with_kwargs=True)
    called: list[str] = []
    ids = torch.tensor([[9, 10, 11, 12], [9, 10, 11, 12]])
    with in_strides(lambda: called.append("begins"), lambda: called.append("ends")):
        made = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens,
            do_sample=True, pad_token_id=0, eos_token_id=[2],
        )  # fmt: skip
    assert called == ["begins", "ends"]
    assert made.tolist() == [[9, 10, 11, 12, *[FILLER] * tokens]] * 2
    assert len(seen) == min(tokens, STEPS)
    assert seen[-1] == 4 + tokens - 1


def test_of_several_answers_one_ends_before_the_others():
    config = GenerationConfig(eos_token_id=[2], pad_token_id=0)
    said = _said(3, 5, config)
    assert said.shape == (3, 5)
    assert (said == 2).nonzero().tolist() == [[0, 3]]
    assert not (_said(1, 5, config) == 2).any()
