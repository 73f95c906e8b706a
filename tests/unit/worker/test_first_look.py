"""What stands before the first step is the model that was chosen, whatever the method."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from peft import PrefixTuningConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.events import Sample, Validation
from ftstudio.worker.first_look import look_at_the_untouched_first
from tests import models, taste
from tests.nursery import Nursery

SETTINGS: dict[str, dict[str, Any]] = {
    "prompt": {"tokens": 6},
    "p_tuning": {"tokens": 6, "width": 24},
    "prefix": {"tokens": 6, "width": 24},
    "p_tuning_v2": {"tokens": 6},
}
SHORT = {"epochs": 1, "batch_size": 20, "checks_per_epoch": 1, "learning_rate": 0.05}
First = tuple[float, list[str], float, list[str]]


def looks(folder: Path, model: Path, data: DatasetVersion, nursery: Nursery, **how: Any) -> First:
    """Loss and answers before the first step, and after the last."""
    job = models.make_job(folder, models.make_plan(model, data, training=SHORT, **how))
    assert nursery.run(job.path) == 0, job.log.read_text()[-3000:]
    events = models.events_of(job)
    seen = [e for e in events if isinstance(e, Validation)]
    answers = [e for e in events if isinstance(e, Sample)]
    last = seen[-1].step
    assert last > 0
    return (
        seen[0].loss, [e.answer for e in answers if e.step == 0],
        seen[-1].loss, [e.answer for e in answers if e.step == last],
    )  # fmt: skip


@pytest.fixture(scope="module")
def by_lora(
    tmp_path_factory: pytest.TempPathFactory, tiny: Path, deliveries: DatasetVersion,
    nursery: Nursery,
) -> First:  # fmt: skip
    return looks(tmp_path_factory.mktemp("lora"), tiny, deliveries, nursery)


@pytest.mark.parametrize("method", SETTINGS)
def test_learned_tokens_are_compared_with_the_model_without_them(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, nursery: Nursery, by_lora: First,
    method: str,
) -> None:  # fmt: skip
    how = {"method": method, "method_params": SETTINGS[method]}
    loss, answers, last, changed = looks(tmp_path, tiny, deliveries, nursery, **how)
    assert loss == pytest.approx(by_lora[0], abs=1e-5)
    assert answers == by_lora[1]
    assert last != pytest.approx(loss, abs=1e-4), "later looks are with them"
    assert changed != answers


def test_a_goal_that_compares_begins_at_its_reference(tmp_path: Path, nursery: Nursery) -> None:
    """The loss of DPO is log 2 where model and reference are the same."""
    model = models.tiny_model(tmp_path / "model")
    data = models.tiny_dataset(tmp_path / "data", examples=taste.make_pairs(46))
    how = {"method": "prompt", "method_params": SETTINGS["prompt"], "objective": "dpo"}
    loss, *_rest = looks(tmp_path / "jobs", model, data, nursery, **how)
    assert loss == pytest.approx(0.6931, abs=1e-3)


@pytest.mark.filterwarnings("ignore::FutureWarning")  # peft hands a cache over as it used to
def test_what_labels_and_never_writes_is_looked_at_without_them_too(tiny: Path) -> None:
    base = AutoModelForSequenceClassification.from_pretrained(tiny, num_labels=3, pad_token_id=0)
    ids = torch.tensor([[5, 6, 7, 8]])
    there = torch.ones_like(ids)
    with torch.no_grad():
        before = base.eval()(ids, attention_mask=there).logits
        config = PrefixTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=4)
        model = get_peft_model(base, config).eval()
        trainer = SimpleNamespace(
            model=model,
            state=SimpleNamespace(global_step=0),
            evaluate=lambda: model(input_ids=ids, attention_mask=there).logits,
        )
        look_at_the_untouched_first(trainer)
        assert torch.allclose(trainer.evaluate(), before, atol=1e-6)
        trainer.state.global_step = 1
        assert not torch.allclose(trainer.evaluate(), before, atol=1e-3)
