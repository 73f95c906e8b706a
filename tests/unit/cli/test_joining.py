"""Further datasets, as they are typed: understood, checked, and typed again the same."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from ftstudio.cli.joining import apart, joined
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.planning.command_line import show_command
from tests import models


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("calls.csv", ("calls.csv", 1.0)),
        ("calls.csv:2.5", ("calls.csv", 2.5)),
        (r"C:\calls.csv", (r"C:\calls.csv", 1.0)),
        (r"C:\calls.csv:3", (r"C:\calls.csv", 3.0)),
    ],
)
def test_the_weight_follows_the_last_colon(word: str, found: tuple[str, float]) -> None:
    assert apart(word) == found


@pytest.mark.parametrize("word", ["calls.csv:0", "calls.csv:-1", "calls.csv:inf", "calls.csv:nan"])
def test_no_weight(word: str) -> None:
    with pytest.raises(StudioError) as told:
        apart(word)
    assert told.value.code == "bad_weight"


def test_it_joins_where_the_goal_takes_it(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace").create()
    first = models.tiny_dataset(tmp_path / "first")
    second = models.tiny_dataset(tmp_path / "second")
    texts = models.tiny_dataset(tmp_path / "texts", examples=[Example(text="a b")] * 12)
    plan = models.make_plan(models.tiny_model(tmp_path / "model"), first)
    several = plan.model_copy(
        update={"objective": "multi_task", "objective_params": {"how": "weights"}}
    )
    mixed = plan.model_copy(update={"objective": "multi_task", "objective_params": {}})
    words = [f"{second.path}:2", str(second.path)]
    plan_with = joined(several, words, workspace)
    assert [(m.dataset.id, m.weight) for m in plan_with.more_data] == [
        (second.id, 2.0), (second.id, 1.0)
    ]  # fmt: skip
    shown = shlex.split(show_command(plan_with))
    again = [shown[i + 1] for i, word in enumerate(shown) if word == "--more-data"]
    assert joined(several, again, workspace).more_data == plan_with.more_data
    assert joined(plan, [], workspace) == plan
    assert joined(mixed, words[1:], workspace).more_data[0].weight == 1
    for refused, typed, code in (
        (plan, words, "one_dataset_only"),
        (plan, ["/nowhere.csv"], "one_dataset_only"),
        (several, [], "one_task_only"),
        (several, [str(texts.path)], "wrong_data"),
        (mixed, words, "weight_ignored"),
    ):
        with pytest.raises(StudioError) as told:
            joined(refused, typed, workspace)
        assert told.value.code == code


def test_few_rows_are_enough_where_that_is_said(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace").create()
    first = models.tiny_dataset(tmp_path / "first")
    plan = models.make_plan(models.tiny_model(tmp_path / "model"), first)
    plan = plan.model_copy(update={"objective": "multi_task", "objective_params": {}})
    file = tmp_path / "calls.csv"
    rows = [f"who called at {n},Ahoy! It was number {n}." for n in range(40)]
    file.write_text("\n".join(["question,answer", *rows]))
    with pytest.raises(StudioError) as told:
        joined(plan, [str(file)], workspace)
    assert told.value.code == "few_to_check"
    assert len(joined(plan, [str(file)], workspace, few=True).more_data) == 1
