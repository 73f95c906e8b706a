"""What a path needs is told in words; what it takes is the sum of its stages."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from ftstudio.basemodels.inspect import BaseModelInfo, inspect_model
from ftstudio.cli import path_verbs
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.planning import path_setup, stages
from ftstudio.techniques import methods
from tests import models

RLHF = stages.RECIPES["rlhf"]


def pairs(count: int) -> list[Example]:
    def said(text: str) -> list[Message]:
        return [Message(role="assistant", content=text)]

    return [
        Example(messages=e.messages[:1], chosen=said(e.answer), rejected=said("No."))
        for e in models.make_examples(count)
    ]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> BaseModelInfo:
    return inspect_model(models.tiny_model(tmp_path_factory.mktemp("tiny") / "model"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DatasetVersion]:
    home = tmp_path_factory.mktemp("data")
    made = {"answers": models.make_examples(26), "pairs": pairs(26)}
    return {name: models.tiny_dataset(home / name, examples=e) for name, e in made.items()}


def test_what_is_lacking_is_told_by_stage(data: dict[str, DatasetVersion]) -> None:
    assert path_setup.lacks(RLHF, list(data.values())) == (3, "")
    count, words = path_setup.lacks(RLHF, [data["answers"]])
    assert count == 1
    assert words == (
        "Stage 1 fits today; stages 2 and 3 wait for pairs of a better and a worse answer."
    )
    count, words = path_setup.lacks(RLHF, [data["pairs"]])
    assert (count, words) == (
        0, "Waits for questions with good answers.",
    )  # fmt: skip


def test_the_only_one_that_fits_is_taken_and_what_is_wanted_stays(
    data: dict[str, DatasetVersion], tmp_path: Path
) -> None:
    here = list(data.values())
    settled = path_setup.settle(RLHF, {}, here)
    assert settled == {"answers": data["answers"].id, "pairs": data["pairs"].id}
    other = models.tiny_dataset(tmp_path / "more", examples=pairs(30))
    settled = path_setup.settle(RLHF, {}, [*here, other])
    assert path_setup.open_parts(RLHF, settled) == ["pairs"]
    settled = path_setup.settle(RLHF, {"pairs": other.id, "answers": other.id}, [*here, other])
    assert settled == {"answers": data["answers"].id, "pairs": other.id}


def test_a_method_is_judged_by_every_stage(model: BaseModelInfo) -> None:
    assert path_setup.why_not_path(RLHF, methods()["lora"], model.shape) is None
    why = path_setup.why_not_path(RLHF, methods()["prompt"], model.shape)
    assert why is not None
    assert why.endswith(".")


def test_time_and_memory_are_those_of_all_stages(
    tmp_path: Path, model: BaseModelInfo, data: dict[str, DatasetVersion]
) -> None:
    workspace = Workspace(tmp_path / "ws").create()
    made = stages.make_path("rlhf", model, data)
    whole = path_setup.forecast_path(workspace, made, model, data)
    assert [stage.key for stage, _ in whole.parts] == ["instruct", "reward", "ppo"]
    assert whole.merges == 1
    trained = sum(proposal.forecast.middle for _, proposal in whole.parts)
    assert whole.low < trained < whole.middle < whole.high
    assert whole.hungriest[1].memory.shown == max(p.memory.shown for _, p in whole.parts)
    assert whole.stays > model.shape.weight_bytes
    assert whole.disk > whole.stays


def test_the_command_makes_the_same_stages(
    model: BaseModelInfo, data: dict[str, DatasetVersion]
) -> None:
    changes = path_setup.stage_changes(
        RLHF, {"rank": 3}, {"training": {"epochs": 1.5, "packing": None}, "objective_params": {}}
    )
    assert changes["reward"] == {"method_params": {"rank": 3}}
    assert changes["instruct"]["training"]["epochs"] == 1.5
    folders = {name: str(version.path) for name, version in data.items()}
    command = path_setup.path_command("rlhf", model.ref.path, "lora", "Two words", folders, changes)
    import shlex

    words = shlex.split(command)
    assert words[:3] == ["ftstudio", "path", "rlhf"]
    parser = argparse.ArgumentParser()
    path_verbs.add(parser.add_subparsers())
    told = parser.parse_args(words[1:])
    assert (told.name, told.answers, told.pairs) == ("Two words", folders["answers"],
                                                     folders["pairs"])  # fmt: skip
    assert "instruct.training.epochs=1.5" in told.settings
    assert "ppo.method.rank=3" in told.settings


def test_a_stage_is_told_only_what_its_goal_heeds() -> None:
    changes = path_setup.stage_changes(RLHF, {"rank": 3, "dropout": 0.1}, {})
    assert changes["reward"]["method_params"] == {"rank": 3, "dropout": 0.1}
    assert changes["ppo"]["method_params"] == {"rank": 3}


def test_only_what_differs_is_named() -> None:
    assert path_setup.differing({"a": 1, "b": None}, {"a": 1, "b": 2}) == {"b": None}
