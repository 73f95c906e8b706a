"""What the counting job is given, and how its result is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ftstudio.core.errors import StudioError
from ftstudio.core.plan import DatasetRef, ModelRef, Plan, RewardChoice
from ftstudio.jobs.folder import RESULT_OF, JobFolder
from ftstudio.planning.exact import cached, keep, key_of, payload, read_result
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory_estimate import MemoryEstimate

PLAN = Plan(
    name="p", dataset=DatasetRef(id="", path="", name=""),
    model=ModelRef(path="/m", name="m", sha256=""),
)  # fmt: skip


def test_the_card_is_told_with_its_capability() -> None:
    card = Machine("cuda", "Tesla T4", 16, 15, 8, "Turing")
    made = payload(PLAN, card, 700)
    assert made["card"]["capability"] == [7, 5]
    assert made["longest"] == 700
    assert Plan.model_validate(json.loads(json.dumps(made))["plan"]) == PLAN
    moon = Machine("cuda", "Moon card", 16, 15, 8, "")
    assert payload(PLAN, moon, 7)["card"]["capability"] is None
    assert payload(PLAN, Machine("cpu", "2 cores", 16, 15, 2), 7)["card"] is None


def test_the_result_is_read_bare_or_with_versions_beside_it(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.output.mkdir()
    estimate = MemoryEstimate({"model": 7}, how="exact")
    for written in (estimate.dump(), {"estimate": estimate.dump(), "versions": {"torch": "2"}}):
        (folder.output / "estimate.json").write_text(json.dumps(written))
        assert read_result(folder) == estimate


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"parts": {"moons": 3}}'])
def test_no_result_is_said(tmp_path: Path, text: str | None) -> None:
    folder = JobFolder(tmp_path)
    folder.output.mkdir()
    if text is not None:
        (folder.output / "estimate.json").write_text(text)
    with pytest.raises(StudioError) as caught:
        read_result(folder)
    assert caught.value.code == "no_estimate"


def test_the_same_need_has_one_key_whatever_its_name_and_rate() -> None:
    here = Machine("cuda", "Tesla T4", 16, 15, 8, "Turing")
    slower = PLAN.training.model_copy(update={"learning_rate": 0.5, "epochs": 9.0})
    renamed = PLAN.model_copy(update={"name": "other", "training": slower})
    wider = PLAN.model_copy(
        update={"training": PLAN.training.model_copy(update={"batch_size": 99})}
    )
    key = key_of(payload(PLAN, here, 700))
    assert key_of(payload(renamed, here, 700)) == key
    others = (
        payload(wider, here, 700), payload(PLAN, here, 701),
        payload(PLAN, Machine("cpu", "2 cores", 16, 15, 2), 700),
    )  # fmt: skip
    assert key not in {key_of(one) for one in others}


def test_another_way_to_ask_the_card_for_memory_is_counted_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = payload(PLAN, Machine("cuda", "Tesla T4", 16, 15, 8, "Turing"), 700)
    name = "PYTORCH_CUDA_ALLOC_CONF"
    monkeypatch.delenv(name, raising=False)
    key = key_of(asked)
    monkeypatch.setenv(name, "expandable_segments:True")  # as the worker sets it
    assert key_of(asked) == key
    monkeypatch.setenv(name, "expandable_segments:False")
    assert key_of(asked) != key


def test_a_changed_config_is_another_model(tmp_path: Path) -> None:
    plan = PLAN.model_copy(update={"model": ModelRef(path=str(tmp_path), name="m", sha256="")})
    here = Machine("cpu", "2 cores", 16, 15, 2)
    keys = []
    for width in (32, 64):
        (tmp_path / "config.json").write_text(json.dumps({"hidden_size": width}))
        keys.append(key_of(payload(plan, here, 7)))
    assert keys[0] != keys[1]


def test_a_judge_counts_by_what_it_is_not_by_where_it_lies(tmp_path: Path) -> None:
    here, configs = Machine("cpu", "2 cores", 16, 15, 2), ('{"layers": 2}', '{"layers": 3}')

    def key(name: str) -> str:
        judged = PLAN.model_copy(
            update={"rewards": [RewardChoice(key="model", model=str(tmp_path / name))]}
        )
        return key_of(payload(judged, here, 7))

    for name, config in (("a", configs[0]), ("b", configs[0]), ("c", configs[1])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(config)
    first = key("a")
    assert first == key("b")
    assert first != key("c")
    (tmp_path / "a" / "config.json").write_text(configs[1])  # trained anew, on another base
    assert key("a") == key("c")
    save_file({"x": torch.zeros(2, 3)}, tmp_path / "b" / "adapter_model.safetensors")
    (tmp_path / "b" / "adapter_config.json").write_text(
        json.dumps({"base_model_name_or_path": str(tmp_path / "b")})
    )
    assert key("b") not in (first, key("c"))


def test_what_was_counted_is_kept_and_what_was_not_is_asked_again(tmp_path: Path) -> None:
    asked = payload(PLAN, Machine("cpu", "2 cores", 16, 15, 2), 7)
    assert cached(tmp_path, asked) is None
    keep(tmp_path, asked, MemoryEstimate({"model": 7}))
    assert cached(tmp_path, asked) is None
    keep(tmp_path, asked, MemoryEstimate({"model": 7}, how="exact"))
    assert cached(tmp_path, asked) == MemoryEstimate({"model": 7}, how="exact")
    (file,) = (tmp_path / "cache" / "estimates").iterdir()
    file.write_text("{}")
    assert cached(tmp_path, asked) is None


def test_later_stages_build_on_the_chosen_model_and_count_in_the_key() -> None:
    here = Machine("cpu", "2 cores", 16, 15, 2)
    judge = RewardChoice(key="model", model=RESULT_OF + "reward")
    later = PLAN.model_copy(
        update={
            "objective": "ppo", "rewards": [judge],
            "model": ModelRef(path=RESULT_OF + "instruct merged", name="m", sha256=""),
        }
    )  # fmt: skip
    made = payload(PLAN, here, 9, [(later, 700)])
    (stage,) = made["later"]
    plan = Plan.model_validate(stage["plan"])
    assert (plan.model.path, plan.rewards[0].model, stage["longest"]) == ("/m", "/m", 700)
    assert later.rewards[0].model == RESULT_OF + "reward"  # the path itself stays as it is
    keys = {key_of(payload(PLAN, here, 9, more)) for more in ([], [(later, 700)], [(later, 701)])}
    assert len(keys) == 3
