"""Sample answers: the same question gives the same answer, alone or among others."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ftstudio.worker.device import choose_device
from ftstudio.worker.evaluate import answers, choose_questions, stop_tokens
from ftstudio.worker.model import load_model, load_tokenizer
from tests import models

pytestmark = pytest.mark.filterwarnings("ignore")


def test_chooses_those_that_leave_room(tiny: Path) -> None:
    tokenizer = load_tokenizer(tiny)
    examples = models.make_examples(9)
    chosen = choose_questions(examples, tokenizer, 3, limit=128)
    assert [q.question for q in chosen] == [e.question for e in examples[:3]]
    assert chosen[0].reference == examples[0].answer
    assert choose_questions(examples, tokenizer, 3, limit=4) == []


def test_answers_do_not_depend_on_the_batch_nor_touch_chance(tiny: Path) -> None:
    tokenizer = load_tokenizer(tiny)
    model = load_model(tiny, choose_device("cpu")).train()
    examples = [
        e.model_copy(update={"messages": [m.model_copy() for m in e.messages]})
        for e in models.make_examples(4)
    ]
    examples[1].messages[0].content = "Short?"
    questions = choose_questions(examples, tokenizer, 4, limit=128)
    before = torch.get_rng_state()
    together = answers(model, tokenizer, questions)
    assert torch.equal(before, torch.get_rng_state())
    assert model.training
    assert together == [answers(model, tokenizer, [q])[0] for q in questions]
    assert answers(model, tokenizer, []) == []


def test_all_end_tokens_end_an_answer(tiny: Path) -> None:
    tokenizer = load_tokenizer(tiny)
    model = load_model(tiny, choose_device("cpu"))
    model.generation_config.eos_token_id = [7, 2]
    assert stop_tokens(model, tokenizer) == [2, 7]
    model.generation_config.eos_token_id = None
    assert stop_tokens(model, tokenizer) == [2]
