"""A run goes on with less memory a step, and only in ways that leave what it learns."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.jobs.easing import ease, eased, is_eased, may_ease
from ftstudio.jobs.folder import create_job

PLAN = Plan(
    name="Ship's voice", dataset=DatasetRef(id="ds-1", path="/d", name="D"),
    model=ModelRef(path="/m", name="M", sha256=""), training={"batch_size": 8, "accumulation": 2},
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return create_job(tmp_path, "train", PLAN.name, PLAN.model_dump(mode="json"))


def test_the_plan_is_carried_out_with_what_was_changed(folder):
    before = (folder.path / "job.json").read_bytes()
    assert eased(folder, PLAN) == PLAN
    assert not is_eased(folder)
    (folder.path / "estimate.json").write_text("{}")
    ease(folder, {"batch_size": 4, "accumulation": 4})
    ease(folder, {"activation_checkpointing": "full"})
    training = eased(folder, PLAN).training
    assert (training.batch_size, training.accumulation) == (4, 4)
    assert training.activation_checkpointing == "full"
    assert (folder.path / "job.json").read_bytes() == before
    assert not (folder.path / "estimate.json").exists()
    assert is_eased(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"batch_size": 4}, {"max_length": 128}, {"optimizer": "adamw_8bit"},
        {"batch_size": 4, "accumulation": 4, "learning_rate": 1.0},
    ],
)  # fmt: skip
def test_another_curve_is_another_run(folder, changes):
    assert not may_ease(PLAN, changes)
    with pytest.raises(StudioError) as caught:
        ease(folder, changes)
    assert caught.value.code == "not_the_same_run"
    assert not is_eased(folder)


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"schema": 9, "training": {}}',
     json.dumps({"schema": 1, "training": {"batch_size": 1}})],
)  # fmt: skip
def test_what_cant_be_read_is_said(folder, text):
    (folder.path / "eased.json").write_text(text)
    with pytest.raises(StudioError) as caught:
        eased(folder, PLAN)
    assert caught.value.code == "easing_unreadable"
    assert "eased.json" in caught.value.remedy
