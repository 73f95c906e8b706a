"""Reading on: rows of raw text, perplexity beside the loss, exact after a pause."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from ftstudio.core.example import Example
from ftstudio.core.objective import Preparing
from ftstudio.jobs.events import Finished, Notice, Sample, Validation
from ftstudio.techniques import methods
from ftstudio.techniques.fitting import unpacked
from ftstudio.techniques.objectives.continue_pretraining import (
    CONTINUE_PRETRAINING,
    ContinueParams,
)
from ftstudio.worker.model import load_tokenizer
from tests import models, trainers
from tests.nursery import Nursery


def documents(count: int, seed: int = 1) -> list[Example]:
    chance = random.Random(seed)
    found = []
    for row in range(count):
        sentences = [
            f"The {chance.choice(models.THINGS)} sails to {chance.choice(models.CITIES)}."
            for _ in range(chance.randint(1, 12))
        ]
        found.append(Example(text=" ".join(sentences), source_row=row + 1))
    return found


def test_it_trains_through_the_worker_and_tells_the_perplexity(
    tmp_path: Path, nursery: Nursery
) -> None:
    model = models.tiny_model(tmp_path / "model", template=None)
    dataset = models.tiny_dataset(tmp_path / "data", examples=documents(60), validation=8)
    plan = models.make_plan(
        model, dataset, objective="continue_pretraining", method="full", method_params={}
    )
    job = models.make_job(tmp_path / "jobs", plan)
    assert nursery.run(job.path) == 0, job.log.read_text()
    events = models.events_of(job)
    looks = [e for e in events if isinstance(e, Validation)]
    assert looks[-1].metrics["perplexity"] < 0.5 * looks[0].metrics["perplexity"]
    for look in looks:  # the loss is a mean over batches, the perplexity over tokens
        assert math.log(look.metrics["perplexity"]) == pytest.approx(look.loss, rel=0.05)
    assert any(isinstance(e, Sample) and e.reference for e in events)
    done = events[-1]
    assert isinstance(done, Finished)
    assert done.scores["perplexity_after"] < done.scores["perplexity_before"]


def rows(traits: frozenset[str] = frozenset(), **params: object) -> list[dict[str, object]]:
    given = Preparing(
        load_tokenizer(rows.model),
        ContinueParams(**params),
        64,
        "train",
        traits=traits,  # type: ignore
    )
    return [row.columns for row in CONTINUE_PRETRAINING.prepare(iter(documents(40)), given)]


def test_methods_that_add_tokens_read_each_document_by_itself(tmp_path: Path) -> None:
    rows.model = models.tiny_model(tmp_path / "model")  # type: ignore[attr-defined]
    together, alone = rows(), rows(frozenset({"adds_tokens"}))
    assert all("lengths" in row for row in together)
    assert not any("lengths" in row for row in alone)
    assert alone == rows(pack=False)
    assert len(together) < len(alone)


def test_the_reason_why_rows_are_not_shared_is_said() -> None:
    from dataclasses import replace

    adding = replace(methods()["lora"], traits=frozenset({"adds_tokens"}))
    said = unpacked(CONTINUE_PRETRAINING, ContinueParams(), adding)
    assert said is not None
    assert "LoRA" in said
    assert unpacked(CONTINUE_PRETRAINING, ContinueParams(pack=False), adding) is None
    assert unpacked(CONTINUE_PRETRAINING, ContinueParams(), methods()["lora"]) is None


def test_several_passes_per_step_equal_the_large_batch(tmp_path: Path) -> None:
    model = models.tiny_model(tmp_path / "model")
    for pack in (True, False):
        work = tmp_path / str(pack)
        params = {"pack": pack}
        off = trainers.same_step(CONTINUE_PRETRAINING, model, documents(60), work, params=params)
        assert off < 1e-4, pack


def test_documents_without_a_second_token_end_the_run_in_words(
    tmp_path: Path, nursery: Nursery
) -> None:
    model = models.tiny_model(tmp_path / "model")
    empty = [Example(text="", source_row=i) for i in range(20)]
    dataset = models.tiny_dataset(tmp_path / "data", examples=empty, validation=4)
    plan = models.make_plan(model, dataset, objective="continue_pretraining")
    job = models.make_job(tmp_path / "jobs", plan)
    assert nursery.run(job.path) == 1
    last = models.events_of(job)[-1]
    assert getattr(last, "code", "") == "nothing_to_learn"
    assert not any(isinstance(e, Notice) for e in models.events_of(job))
