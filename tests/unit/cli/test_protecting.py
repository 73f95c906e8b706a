"""What shall not be forgotten, as it is typed: understood, checked, and typed again the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.cli.entry import main
from ftstudio.cli.protecting import protected
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, Plan
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.planning.command_line import show_command, show_protection
from tests import models


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> DatasetVersion:
    return models.tiny_dataset(tmp_path_factory.mktemp("earlier") / "C:odd=name")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory, earlier: DatasetVersion) -> Plan:
    return models.make_plan(models.tiny_model(tmp_path_factory.mktemp("tiny") / "model"), earlier)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def test_settings_follow_the_last_colon(
    plan: Plan, earlier: DatasetVersion, workspace: Workspace
) -> None:
    words = [
        f"replay={earlier.path}:share=0.5",
        f"ewc={earlier.path}:strength=30,rows=12",
        f"replay={earlier.path}",
    ]
    first, second, third = protected(plan, words, workspace).safeguards
    assert (first.key, first.params) == ("replay", {"share": 0.5})
    assert (second.key, second.params) == ("ewc", {"strength": 30.0, "rows": 12})
    assert third.params == {"share": 0.25}
    assert first.dataset.id == earlier.id


def test_the_shown_command_gives_the_same_again(
    plan: Plan, earlier: DatasetVersion, workspace: Workspace
) -> None:
    made = protected(plan, [f"ewc={earlier.path}:strength=30,rows=12"], workspace)
    word = show_protection(made.safeguards[0])
    assert protected(plan, [word], workspace) == made
    assert "--protect" in show_command(made)
    assert "--protect" not in show_command(plan)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("replay", "bad_protection"),
        ("nothing=DATA", "bad_protection"),
        ("replay=", "bad_protection"),
        ("replay=DATA:share=9", "bad_setting"),
        ("replay=DATA:rows=9", "bad_setting"),
        ("replay=/nowhere", "data_not_found"),
    ],
)
def test_what_is_not_understood_says_how_it_is_written(
    plan: Plan, earlier: DatasetVersion, workspace: Workspace, word: str, code: str
) -> None:
    with pytest.raises(StudioError) as caught:
        protected(plan, [word.replace("DATA", str(earlier.path))], workspace)
    assert caught.value.code == code


def test_a_pair_that_can_not_be_is_refused_before_anything_runs(
    plan: Plan, earlier: DatasetVersion, workspace: Workspace
) -> None:
    other = plan.model_copy(update={"method": "prefix", "method_params": {}})
    with pytest.raises(StudioError, match="moves no weights") as caught:
        protected(other, [f"ewc={earlier.path}"], workspace)
    assert caught.value.code == "safeguard_refused"


def test_the_runs_own_classes_are_asked_for(
    plan: Plan, earlier: DatasetVersion, workspace: Workspace, tmp_path: Path
) -> None:
    own, other = (_sorted(tmp_path / name, name) for name in ("own", "other"))
    ref = DatasetRef(id=own.id, path=str(own.path), name=own.name)
    sorting = plan.model_copy(update={"objective": "classify", "dataset": ref})
    assert protected(sorting, [f"replay={own.path}"], workspace).safeguards
    with pytest.raises(StudioError, match="“other 0”, “other 1”"):
        protected(sorting, [f"replay={other.path}"], workspace)


def _sorted(folder: Path, name: str) -> DatasetVersion:
    examples = [
        Example(messages=[Message(role="user", content=f"{row}")], labels=[f"{name} {row % 2}"])
        for row in range(20)
    ]
    return models.tiny_dataset(folder, examples=examples, validation=4)


def test_the_plan_verb_takes_it(
    plan: Plan,
    earlier: DatasetVersion,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FTSTUDIO_WORKSPACE", str(workspace.root))
    words = ["plan", "--data", str(earlier.path), "--model", plan.model.path, "--json"]
    assert main([*words, "--protect", f"replay={earlier.path}:share=0.5"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(s["key"], s["params"]) for s in said["safeguards"]] == [("replay", {"share": 0.5})]


def test_the_catalogue_lists_safeguards(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["techniques", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["safeguards"]
    assert {one["key"] for one in found} == {"replay", "ewc"}
    assert all(one["promise"] and one["settings"] for one in found)
