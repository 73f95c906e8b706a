"""What is typed becomes what is meant, or a sentence that helps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.cli.choose import change_plan, choose_dataset, choose_model, make_plan, read_plan
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from tests.model_folders import make_model

PLAN = Plan(
    name="x",
    dataset=DatasetRef(id="ds-1", path="/d", name="x"),
    model=ModelRef(path="/m", name="m", sha256="0"),
)


def code_of(call, *arguments: object) -> str:
    with pytest.raises(StudioError) as error:
        call(*arguments)
    return error.value.code


def test_models_by_word_folder_and_name(workspace: Workspace, tmp_path: Path) -> None:
    folder = make_model(workspace.models / "acme--small")
    assert choose_model(workspace, str(folder)).ref.path == str(folder.resolve())
    assert choose_model(workspace, "Acme/Small").ref.path == str(folder.resolve())
    assert choose_model(workspace, "starter").shape.architecture == "LlamaForCausalLM"
    assert code_of(choose_model, workspace, "acme/huge") == "model_not_found"


def test_data_by_file_folder_id_and_name(workspace: Workspace, csv_file: Path) -> None:
    version = choose_dataset(workspace, str(csv_file), few=True)
    assert version.total == 40
    for wanted in (str(version.path), version.id, version.name):
        assert choose_dataset(workspace, wanted).id == version.id
    assert code_of(choose_dataset, workspace, "nothing.csv") == "data_not_found"
    assert code_of(choose_dataset, workspace, "../datasets") == "data_not_found"


def test_settings_are_checked_by_their_declarations() -> None:
    changed = change_plan(
        PLAN, ["training.epochs=2", "method.rank=4", "training.learning_rate=none"]
    )
    assert (changed.training.epochs, changed.training.learning_rate) == (2.0, None)
    assert changed.method_params["rank"] == 4
    assert PLAN.training.epochs == 3.0


def test_the_group_may_be_left_out_where_it_is_plain() -> None:
    changed = change_plan(PLAN, ["attention=eager", "rank=4", "activation_checkpointing=selective"])
    assert changed.training.attention == "eager"
    assert changed.training.activation_checkpointing == "selective"
    assert changed.method_params["rank"] == 4


def test_offloading_is_refused_where_nothing_is_computed_twice() -> None:
    alone = ["training.activation_offload=true"]
    assert code_of(change_plan, PLAN, alone) == "setting_ignored"
    both = change_plan(PLAN, [*alone, "training.activation_checkpointing=true"])
    assert (both.training.activation_checkpointing, both.training.activation_offload) == (
        "full", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("training.epochs=many", "bad_setting"),
        ("training.epochs=1000", "bad_setting"),
        ("speed=3", "bad_setting"),
        ("training.epochs", "bad_setting"),
        ("magic.rank=3", "bad_setting"),
        ("method.depth=3", "unknown_setting"),
    ],
)
def test_bad_settings(setting: str, code: str) -> None:
    assert code_of(change_plan, PLAN, [setting]) == code


def test_a_plan_is_made_and_read_back(workspace: Workspace, csv_file: Path, tmp_path: Path) -> None:
    plan = make_plan(workspace, str(csv_file), "starter", method="lora", few=True, name="Mine",
                     settings=["training.epochs=1"])  # fmt: skip
    assert (plan.name, plan.training.epochs, plan.method) == ("Mine", 1.0, "lora")
    file = tmp_path / "plan.json"
    file.write_text(plan.model_dump_json())
    assert read_plan(file) == plan


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"name": "x"})])
def test_plans_that_are_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    assert code_of(read_plan, file) == "plan_unreadable"


def test_unknown_techniques(workspace: Workspace) -> None:
    with pytest.raises(StudioError) as error:
        make_plan(workspace, "x", "starter", method="magic")
    assert error.value.code == "unknown_method"
    other = PLAN.model_copy(update={"objective": "magic"})
    assert code_of(change_plan, other, []) == "unknown_objective"


def test_a_choice_called_none_is_not_taken_for_nothing() -> None:
    plan = PLAN.model_copy(update={"objective": "multi_task"})
    assert change_plan(plan, ["objective.tag=none"]).objective_params["tag"] == "none"
    assert change_plan(plan, ["training.learning_rate=none"]).training.learning_rate is None


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        (["objective.answer_tokens=264"], 712),
        (["objective.answer_tokens=16"], 512),
        (["objective.answer_tokens=264", "training.max_length=300"], 300),
        (["objective.answer_tokens=4000"], 1024),
        (["training.epochs=1"], 512),
    ],
)
def test_longer_answers_raise_the_limit_unless_it_is_set(settings: list[str], limit: int) -> None:
    plan = PLAN.model_copy(update={"objective": "grpo"})
    assert change_plan(plan, settings, reads=1024).training.max_length == limit


@pytest.mark.parametrize(
    ("objective", "settings", "why"),
    [
        ("ppo", ["method.dropout=0.1"], "leaves nothing out"),
        ("dpo", ["objective.wrong_pairs=0.3"], "“How pairs are weighed”"),
        ("dpo", ["objective.wrong_pairs=0.3", "objective.loss=ipo"], "robust DPO"),
        ("classify", ["training.sample_questions=2"], "not to write"),
        ("multi_task", ["objective.temperature=3", "objective.how=size"], "“How much of each”"),
    ],
)
def test_what_would_count_for_nothing_is_refused(
    objective: str, settings: list[str], why: str
) -> None:
    with pytest.raises(StudioError) as told:
        change_plan(PLAN.model_copy(update={"objective": objective}), settings)
    assert told.value.code == "setting_ignored"
    assert why in told.value.why
    assert settings[0].partition("=")[0] in told.value.what


def test_what_a_method_forbids_is_refused() -> None:
    plan = PLAN.model_copy(update={"method": "prefix"})
    assert code_of(change_plan, plan, ["training.activation_checkpointing=true"]) == (
        "setting_ignored"
    )
    change_plan(plan, ["training.activation_checkpointing=false"])


def test_it_is_taken_where_it_counts_and_as_it_is_declared() -> None:
    for objective, settings in (
        ("dpo", ["objective.wrong_pairs=0.3", "objective.loss=robust"]),
        ("dpo", ["objective.wrong_pairs=0.1"]),
        ("ppo", ["method.dropout=0.0"]),
        ("reward", ["training.sample_questions=0"]),
        ("instruct", ["method.dropout=0.1", "training.sample_questions=2"]),
    ):
        plan = change_plan(PLAN.model_copy(update={"objective": objective}), settings)
        taken = {
            "objective": plan.objective_params, "method": plan.method_params,
            "training": plan.training.model_dump(),
        }  # fmt: skip
        for setting in settings:
            name, value = setting.split("=")
            group, key = name.split(".")
            assert str(taken[group][key]) == value


def test_filling_up_counts_only_where_rows_are_not_shared() -> None:
    documents = PLAN.model_copy(
        update={"objective": "continue_pretraining", "objective_params": {}}
    )
    filled = ["training.padding=fixed"]
    assert code_of(change_plan, documents, filled) == "setting_ignored"
    alone = change_plan(documents, [*filled, "objective.pack=false"])
    assert alone.training.padding == "fixed"
