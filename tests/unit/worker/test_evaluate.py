"""Sample answers: the same question gives the same answer, alone or among others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ftstudio.techniques import methods
from ftstudio.techniques.engine.answering import stop_tokens
from ftstudio.worker.device import choose_device
from ftstudio.worker.evaluate import answers, choose_questions
from ftstudio.worker.model import load_model, load_tokenizer
from tests import models, taste, trials
from tests.tiny_llama import make_tiny_llama

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


def test_so_many_are_written_at_once_as_was_said(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer, model = load_tokenizer(tiny), load_model(tiny, choose_device("cpu"))
    questions = choose_questions(models.make_examples(3), tokenizer, 3, limit=128)
    together = answers(model, tokenizer, questions)
    generate, rows = model.generate, []

    def counted(**given: Any) -> Any:
        rows.append(len(given["input_ids"]))
        return generate(**given)

    monkeypatch.setattr(model, "generate", counted)
    assert answers(model, tokenizer, questions, at_once=2) == together
    assert rows == [2, 1]


@pytest.mark.parametrize("key", ["prompt", "p_tuning", "prefix", "p_tuning_v2"])
def test_learned_tokens_answer_the_same_alone_and_among_others(tmp_path: Path, key: str) -> None:
    """Word by word with the cache they write what they write without one."""
    base = make_tiny_llama(tmp_path / "base")  # with larger weights: it says various things
    method = methods()[key]
    trial = trials.Trial(base, method, method.params(tokens=6))
    trials.shake(trial)
    tokenizer = load_tokenizer(base)
    questions = choose_questions(models.make_examples(12)[8:], tokenizer, 3, limit=128)
    together = answers(trial.model, tokenizer, questions)
    assert len(set(together)) > 1
    for question, answer in zip(questions, together, strict=True):
        ids = list(question.prompt)
        with torch.no_grad():
            for _ in range(question.answer_tokens):
                row = torch.tensor([ids])
                logits = trial.model(input_ids=row, attention_mask=torch.ones_like(row)).logits
                ids.append(int(logits[0, -1].argmax()))
                if ids[-1] in stop_tokens(trial.model, tokenizer):
                    break
        written = tokenizer.decode(ids[len(question.prompt) :], skip_special_tokens=True).strip()
        assert answer.startswith(written)


def test_all_end_tokens_end_an_answer(tiny: Path) -> None:
    tokenizer = load_tokenizer(tiny)
    model = load_model(tiny, choose_device("cpu"))
    model.generation_config.eos_token_id = [7, 2]
    assert stop_tokens(model, tokenizer) == [2, 7]
    model.generation_config.eos_token_id = None
    assert stop_tokens(model, tokenizer) == [2]


def test_judged_answers_are_asked_by_their_whole_question(tiny: Path) -> None:
    tokenizer = load_tokenizer(tiny)
    pair, mark = taste.make_pairs(1)[0], taste.make_marks(1)[0]
    pair.messages[:0] = [taste.said("user", "One?"), taste.said("assistant", "First.")]
    asked, marked = choose_questions([pair, mark], tokenizer, 2, limit=128)
    written = tokenizer.decode(asked.prompt)
    assert "First." in written
    assert written.endswith(f"{pair.messages[-1].content}<|assistant|>")
    assert (asked.question, asked.reference) == (pair.messages[-1].content, pair.answer)
    assert mark.good is False
    assert marked.reference == ""
    assert tokenizer.decode(marked.prompt).endswith(f"{mark.question}<|assistant|>")
