"""Batches of one length: nothing that is learned changes, only what stands behind it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from ftstudio.jobs.events import Step
from ftstudio.techniques.engine.documents import DocumentCollator
from ftstudio.techniques.engine.heads import HeadCollator
from ftstudio.techniques.engine.judged_batches import JudgedBatches, PairBatches
from ftstudio.worker.padding import IGNORED, SameLength, fill_up
from tests import models
from tests.nursery import Nursery
from tests.walk.datasets import tiny_dataset

PAD = 9
PAIR = {"chosen_ids": [1, 2, 3], "chosen_learned": [False, True, True],
        "rejected_ids": [1, 4], "rejected_learned": [False, True]}  # fmt: skip
JUDGED = {"answer_ids": [1, 2], "answer_learned": [False, True], "stranger_ids": [1, 2, 3],
          "stranger_learned": [False, False, True], "label": True}  # fmt: skip


@pytest.mark.parametrize(
    ("inner", "row"),
    [
        (DocumentCollator(PAD), {"input_ids": [1, 2, 3], "labels": [IGNORED, 2, 3]}),
        (HeadCollator(PAD), {"input_ids": [1, 2, 3], "labels": 1}),
        (PairBatches(PAD), PAIR),
        (JudgedBatches(PAD), JUDGED),
    ],
)
def test_what_was_there_stands_in_front_and_the_rest_is_neither_read_nor_learned(
    inner: Any, row: dict[str, Any]
) -> None:
    plain, filled = inner([row]), SameLength(inner, 8, PAD)([row])
    assert filled.keys() == plain.keys()
    for name, held in plain.items():
        if held.ndim < 2:  # a class, a mark: not of tokens
            assert torch.equal(filled[name], held)
            continue
        width = held.shape[1]
        rest = filled[name][:, width:]
        assert torch.equal(filled[name][:, :width], held)
        wanted = PAD if name.endswith("input_ids") else IGNORED if name == "labels" else 0
        assert rest.shape == (held.shape[0], 8 - width)
        assert (rest == wanted).all()


def test_rows_of_several_documents_and_longer_ones_stay_as_they_are() -> None:
    inner = DocumentCollator(PAD)
    packed = {"input_ids": [1, 2, 3], "labels": [1, 2, 3], "lengths": [2, 1]}
    long = {"input_ids": list(range(9)), "labels": list(range(9))}
    for row in (packed, long):
        plain, filled = inner([row]), SameLength(inner, 8, PAD)([row])
        assert all(torch.equal(filled[name], held) for name, held in plain.items())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("goal", "kind", "method"),
    [
        ("instruct", "chat", "full"), ("instruct", "chat", "prompt"), ("dpo", "preference", "lora"),
        ("kto", "feedback", "lora"), ("classify", "label", "lora"),
    ],
)  # fmt: skip
def test_whole_runs_learn_the_same(
    tmp_path: Path, tiny: Path, nursery: Nursery, goal: str, kind: Any, method: str
) -> None:
    dataset = tiny_dataset(kind, tmp_path / "dataset")
    params = {"rank": 4, "alpha": 8} if method == "lora" else {}

    def losses(name: str) -> list[float]:
        training = {"epochs": 0.5, "sample_questions": 0, "checks_per_epoch": 1, "padding": name}
        plan = models.make_plan(
            tiny, dataset, objective=goal, method=method, method_params=params, training=training
        )
        job = models.make_job(tmp_path / name, plan)
        assert nursery.run(job.path) == 0, job.log.read_text()[-2000:]
        return [event.loss for event in models.events_of(job) if isinstance(event, Step)]

    plain = losses("batch")
    assert len(plain) >= 2
    assert losses("fixed") == pytest.approx(plain, rel=1e-3)


def test_the_trainer_is_given_it() -> None:
    trainer = SimpleNamespace(
        data_collator=DocumentCollator(PAD), processing_class=SimpleNamespace(pad_token_id=PAD)
    )
    fill_up(trainer, 6)
    assert trainer.data_collator([{"input_ids": [1], "labels": [1]}])["labels"].shape == (1, 6)
