"""A path is made whole or refused in words; its jobs name each other, and its status is folded."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from ftstudio.basemodels.inspect import BaseModelInfo, inspect_model
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs import queue
from ftstudio.jobs.events import Failed, Finished, Paused, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.planning import stages
from ftstudio.techniques import methods
from tests import models


def pairs(count: int) -> list[Example]:
    def said(text: str) -> list[Message]:
        return [Message(role="assistant", content=text)]

    return [
        Example(messages=e.messages[:1], chosen=said(e.answer), rejected=said("No."))
        for e in models.make_examples(count)
    ]


def texts(count: int) -> list[Example]:
    return [Example(text=f"{e.question} {e.answer}") for e in models.make_examples(count)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> BaseModelInfo:
    return inspect_model(models.tiny_model(tmp_path_factory.mktemp("tiny") / "model"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DatasetVersion]:
    home = tmp_path_factory.mktemp("data")
    made = {"answers": models.make_examples(26), "pairs": pairs(26), "texts": texts(26)}
    return {name: models.tiny_dataset(home / name, examples=e) for name, e in made.items()}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def keys(made: Sequence[stages.Stage]) -> list[str]:
    return [stage.key for stage in made]


def test_adapters_are_folded_in_between_and_whole_models_are_not(
    model: BaseModelInfo, data: dict[str, DatasetVersion]
) -> None:
    lora = stages.make_path("rlhf", model, data, method="lora")
    assert keys(lora) == ["instruct", "instruct merged", "reward", "ppo"]
    assert [stage.needs for stage in lora] == [
        (), ("instruct",), ("instruct merged",), ("instruct merged", "reward"),
    ]  # fmt: skip
    full = stages.make_path("domain", model, data, method="full")
    assert keys(full) == ["continue_pretraining", "instruct", "dpo"]
    assert [stage.kind for stage in full] == ["train"] * 3


def test_questions_may_be_left_out(
    model: BaseModelInfo, data: dict[str, DatasetVersion], tmp_path: Path
) -> None:
    last = stages.make_path("rlhf", model, data)[-1].plan
    assert last is not None
    assert last.dataset.id == data["answers"].id
    other = models.tiny_dataset(tmp_path / "q", examples=models.make_examples(30, 9))
    last = stages.make_path("rlhf", model, {**data, "questions": other})[-1].plan
    assert last is not None
    assert last.dataset.id == other.id


def test_settings_of_one_stage_are_changed_alone(
    model: BaseModelInfo, data: dict[str, DatasetVersion]
) -> None:
    changes = {"reward": {"training": {"epochs": 1.5}, "method_params": {"rank": 3}}}
    made = {s.key: s.plan for s in stages.make_path("rlhf", model, data, changes=changes)}
    reward, instruct = made["reward"], made["instruct"]
    assert reward is not None
    assert instruct is not None
    assert (reward.training.epochs, reward.method_params["rank"]) == (1.5, 3)
    assert reward.method_params["alpha"] == instruct.method_params["alpha"]
    assert (instruct.training.epochs, instruct.method_params["rank"]) != (1.5, 3)


def test_methods_that_can_not_be_built_on_are_refused(
    model: BaseModelInfo, data: dict[str, DatasetVersion]
) -> None:
    refused = [m.key for m in methods().values() if stages.why_no_path(m)]
    assert {"prefix", "prompt"} <= set(refused)
    assert not {"lora", "full"} & set(refused)
    with pytest.raises(StudioError, match="whole model") as caught:
        stages.make_path("rlhf", model, data, method="prefix")
    assert caught.value.code == "path_refused"


def test_missing_and_unsuitable_data_are_refused(
    model: BaseModelInfo, data: dict[str, DatasetVersion]
) -> None:
    with pytest.raises(StudioError, match="better and a worse"):
        stages.make_path("rlhf", model, {"answers": data["answers"]})
    with pytest.raises(StudioError, match="does not suit"):
        stages.make_path("rlhf", model, {**data, "pairs": data["answers"]})


@pytest.fixture
def path(
    workspace: Workspace, model: BaseModelInfo, data: dict[str, DatasetVersion]
) -> list[JobFolder]:
    made = stages.make_path("rlhf", model, data, name="Ship")
    return stages.create_path(workspace, "rlhf", made)


def test_all_jobs_are_made_at_once_and_name_each_other(
    workspace: Workspace, path: list[JobFolder]
) -> None:
    instruct, merge, reward, ppo = (folder.spec() for folder in path)
    assert queue.list_waiting(workspace) == path
    assert queue.next_waiting(workspace) == path[0]
    assert merge.payload == {"adapter_path": f"job:{instruct.id}"}
    assert [s.after for s in (instruct, merge, reward, ppo)] == [
        [], [instruct.id], [merge.id], [merge.id, reward.id],
    ]  # fmt: skip
    plan = Plan.model_validate(ppo.payload)
    assert plan.model.path == plan.model.source == f"job:{merge.id}"
    assert [choice.model for choice in plan.rewards] == [f"job:{reward.id}"]
    places = [s.path for s in (instruct, merge, reward, ppo)]
    assert [(p.stage, p.stages) for p in places if p] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert len({p.id for p in places if p}) == 1


def say(folder: JobFolder, *events: object) -> None:
    folder.lock.touch()
    with open(folder.events, "a", encoding="utf-8") as file:
        for event in (Started(pid=1, device="cpu"), *events):
            file.write(event.model_dump_json() + "\n")  # type: ignore[attr-defined]


def states(workspace: Workspace, wanted: str) -> list[str]:
    return [stage.state for stage in stages.path_status(workspace, wanted).stages]


def test_status_is_told_stage_by_stage(workspace: Workspace, path: list[JobFolder]) -> None:
    place = path[0].spec().path
    assert place is not None
    assert states(workspace, place.id) == ["waiting"] * 4
    say(path[0], Finished(scores={"validation_after": 1.5}))
    say(path[1], Paused(step=3))
    found = stages.path_status(workspace, path[2].id)
    assert [s.state for s in found.stages] == ["done", "needs_a_look", "waiting", "waiting"]
    assert found.stages[0].figures == {"validation_after": 1.5}
    assert "is paused" in found.stages[2].sentence
    assert found.current == found.stages[1]
    assert not found.done
    say(path[1], Failed(what="The disk is full.", why="", remedy=""))
    assert stages.path_status(workspace, place.id).stages[1].sentence == "The disk is full."
    say(path[1], Stopped(step=3, kept=False))
    assert states(workspace, place.id)[1] == "needs_a_look"
    say(path[1], Stopped(step=3, kept=True))
    assert states(workspace, place.id)[1] == "done"
    for folder in path[2:]:
        say(folder, Finished())
    assert stages.path_status(workspace, place.id).done


def test_a_stage_whose_ground_was_deleted_needs_a_look(
    workspace: Workspace, path: list[JobFolder]
) -> None:
    shutil.rmtree(path[0].path)
    found = stages.path_status(workspace, path[1].id)
    assert [s.state for s in found.stages] == ["needs_a_look", "waiting", "waiting"]
    assert "deleted" in found.stages[0].sentence


def test_an_unknown_path_is_told(workspace: Workspace, path: list[JobFolder]) -> None:
    with pytest.raises(StudioError) as caught:
        stages.path_status(workspace, "path-of-nobody")
    assert caught.value.code == "path_not_found"


def test_every_stage_of_every_recipe_has_a_word_and_a_term() -> None:
    for recipe in stages.RECIPES.values():
        assert all(all(stages.stage_words(step.objective)) for step in recipe.steps)
    assert stages.stage_words("reward") == ("Judge", "reward model")
    assert stages.stage_words("classify") == ("", "classify")
