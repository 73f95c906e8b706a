"""What is picked from lists on the settings page: rewards, further data, safeguards."""

import argparse
import shlex
import threading

import pytest
from PySide6.QtCore import Qt

from ftstudio.cli import train_verbs
from ftstudio.cli.screen import Screen
from ftstudio.core.example import Example, Message
from ftstudio.core.plan import DatasetRef, MoreData, RewardChoice, SafeguardChoice
from ftstudio.data.versions.library import freeze
from ftstudio.techniques import objectives, safeguards
from ftstudio.techniques.rewarding import try_rewards
from ftstudio.ui.setup import rewards_card
from tests.gui.setup.conftest import make_dataset
from tests.gui.setup.test_pages import show


def pick(card, key):
    card.add.setCurrentIndex(card.add.findData(key))
    card.add.activated.emit(card.add.currentIndex())


@pytest.fixture
def two_datasets(workspace, dataset):
    return dataset, make_dataset(workspace, "Claims")


def objective_that(wants):
    return next(key for key, one in objectives().items() if getattr(one, wants))


def test_a_goal_with_rewards_asks_for_them(qtbot, opened):
    opened.desk.choose_objective(objective_that("wants_rewards"))
    page = show(opened, "settings")
    assert page.asks()
    assert not opened.frame._allowed
    pick(page.rewards, "contains")
    assert not opened.frame._allowed  # no words yet
    (line,) = page.rewards.lines
    qtbot.waitUntil(lambda: bool(line.problem.text()))
    field = line.form.control("text")
    qtbot.keyClicks(field, "customer")
    qtbot.waitUntil(line.problem.isHidden)
    assert opened.frame._allowed
    (choice,) = opened.desk.plan().rewards
    assert (choice.key, choice.params["text"]) == ("contains", "customer")
    told = page.rewards.results[0]
    qtbot.waitUntil(lambda: told.full_text().startswith("1.00 · On its way"))


def test_an_answer_can_be_tried(qtbot, opened):
    opened.desk.choose_objective(objective_that("wants_rewards"))
    opened.desk.set_rewards([RewardChoice(key="contains", params={"text": "ahoy"}, weight=2)])
    page = show(opened, "settings")
    qtbot.keyClicks(page.rewards.own, "Ahoy there")
    told = page.rewards.results[0]
    qtbot.waitUntil(lambda: told.full_text() == "2.00 · Ahoy there")


def test_what_compares_asks_for_the_right_answer_too(qtbot, opened):
    opened.desk.choose_objective(objective_that("wants_rewards"))
    opened.desk.set_rewards([RewardChoice(key="number_equals")])
    page = show(opened, "settings")
    card, told = page.rewards, page.rewards.results[0]
    qtbot.waitUntil(lambda: not card.reference.isHidden())
    qtbot.keyClicks(card.own, "It costs 3,50")
    qtbot.waitUntil(lambda: "needs the right answer too" in told.full_text())
    assert "with themselves" in card._note.text()
    qtbot.keyClicks(card.reference, "3.5")
    qtbot.waitUntil(lambda: told.full_text() == "1.00 · It costs 3,50")
    pick(card, "contains")
    card.lines[0].removed.emit()
    qtbot.waitUntil(card.reference.isHidden)


def test_the_judge_is_not_asked_here(qtbot, opened):
    opened.desk.choose_objective(objective_that("wants_rewards"))
    opened.desk.set_rewards([RewardChoice(key="contains", params={"text": "ahoy"}),
                             RewardChoice(key="model", model="/nowhere")])  # fmt: skip
    page = show(opened, "settings")
    qtbot.waitUntil(lambda: "Without the judge" in page.rewards._note.text())


def test_the_window_does_not_wait_for_a_slow_rule(qtbot, opened, monkeypatch):
    gate = threading.Event()

    def slow(choices, answers):
        gate.wait(120)
        return try_rewards(choices, answers)

    monkeypatch.setattr(rewards_card, "try_rewards", slow)
    opened.desk.choose_objective(objective_that("wants_rewards"))
    opened.desk.set_rewards([RewardChoice(key="contains", params={"text": "ahoy"})])
    page = show(opened, "settings")
    qtbot.keyClicks(page.rewards.own, "Ahoy")  # nobody has let it go yet
    assert page.rewards.own.text() == "Ahoy"
    assert page.rewards.results[0].full_text() == ""
    gate.set()
    qtbot.waitUntil(lambda: page.rewards.results[0].full_text() == "1.00 · Ahoy")


def test_a_part_is_taken_out_again(qtbot, opened):
    opened.desk.choose_objective(objective_that("wants_rewards"))
    opened.desk.set_rewards([RewardChoice(key="contains", params={"text": "ahoy"})])
    page = show(opened, "settings")
    page.rewards.lines[0].removed.emit()
    assert opened.desk.draft.rewards == []
    assert opened.desk.missing


def test_a_second_dataset_is_asked_for(qtbot, two_datasets, opened):
    first, second = two_datasets
    opened.desk.choose_objective("multi_task")
    page = show(opened, "settings")
    assert opened.desk.missing
    assert page.more_data.add.findData(first.id) < 0
    pick(page.more_data, second.id)
    assert not opened.desk.missing
    (more,) = opened.desk.plan().more_data
    assert (more.dataset.id, more.weight) == (second.id, 1)
    assert page.more_data.add.findData(second.id) < 0  # it is in already


@pytest.mark.parametrize("way", sorted(safeguards()))
def test_an_earlier_skill_is_protected(qtbot, two_datasets, opened, way):
    _first, second = two_datasets
    page = show(opened, "settings")
    page._on_level("all")
    assert not page.safeguards.isHidden()
    pick(page.safeguards, f"{way}:{second.id}")
    (choice,) = opened.desk.plan().safeguards
    assert (choice.key, choice.dataset.id) == (way, second.id)
    assert set(choice.params) == set(safeguards()[way].params.model_fields)


def test_what_can_not_be_protected_beside_a_goal_is_not_offered(qtbot, two_datasets, opened):
    _first, second = two_datasets
    page = show(opened, "settings")
    page._on_level("all")
    pick(page.safeguards, f"ewc:{second.id}")
    assert page.safeguards.lines[0].problem.isHidden()
    opened.desk.choose_objective(objective_that("own_steps"))
    page.refresh()
    assert page.safeguards.add.findData(f"ewc:{second.id}") < 0
    assert page.safeguards.add.findData(f"replay:{second.id}") > 0
    assert "takes its steps" in page.safeguards.lines[0].problem.text()


def test_a_weight_counts(qtbot, opened):
    opened.desk.choose_objective(objective_that("wants_rewards"))
    opened.desk.set_rewards([RewardChoice(key="contains", params={"text": "ahoy"})])
    page = show(opened, "settings")
    weight = page.rewards.lines[0].weight
    weight.selectAll()
    qtbot.keyClick(weight, Qt.Key.Key_Delete)
    qtbot.keyClicks(weight, "3")
    assert opened.desk.plan().rewards[0].weight == 3


def lines_of(opened):
    page = show(opened, "review")
    return {row.setting.title: row.setting for row in page.settings.rows if not row.isHidden()}


def test_the_review_tells_what_was_picked_and_leads_to_it(opened):
    desk = opened.desk
    desk.choose_objective("grpo")
    desk.set_rewards([RewardChoice(key="contains", params={"text": "dear customer"}, weight=2)])
    show(opened, "review")._on_level("all")
    told = lines_of(opened)
    worth = told["What an answer is worth"]
    assert "dear customer" in worth.words
    assert worth.term == "reward × 2"
    assert told["Stay near the start"].words == "0.04"
    assert told["Shall not be forgotten"].words == "nothing protected"
    opened.pages[5]._on_setting(worth)
    assert opened.pages[opened.index].key == "settings"


def test_the_story_measures_the_earlier_skill_where_one_is_protected(two_datasets, opened):
    _first, second = two_datasets
    ref = DatasetRef(id=second.id, path=str(second.path), name=second.name)
    opened.desk.set_safeguards([SafeguardChoice(key="replay", dataset=ref)])
    page = show(opened, "review")
    titles = [line._title.text() for line in page.story._lines if not line.isHidden()]
    assert titles[2] == "Measure the earlier skill"
    assert lines_of(opened)["Shall not be forgotten"].words == "Claims"


@pytest.mark.parametrize("goal", ["grpo", "multi_task", "instruct"])
def test_the_command_that_is_shown_makes_the_same_plan(
    two_datasets, opened, monkeypatch, goal
):  # fmt: skip
    _first, second = two_datasets
    ref = DatasetRef(id=second.id, path=str(second.path), name=second.name)
    desk = opened.desk
    desk.choose_objective(goal)
    if goal == "grpo":
        desk.set_rewards(
            [RewardChoice(key="contains", params={"text": "dear, customer"}, weight=2)]
        )
    elif goal == "multi_task":
        desk.set_more_data([MoreData(dataset=ref, weight=2)])
    else:
        desk.set_safeguards([SafeguardChoice(key="replay", dataset=ref)])
    desk.set_training({"epochs": 1.5, "seed": 3})
    words = shlex.split(show(opened, "review").command.command)
    monkeypatch.setattr(train_verbs.Workspace, "current", lambda: desk.workspace)
    parser = argparse.ArgumentParser()
    train_verbs.add(parser.add_subparsers())
    made = train_verbs._from_flags(parser.parse_args(words[1:]), Screen(as_json=True))
    wanted = desk.plan()
    for name in ("objective", "objective_params", "method", "method_params", "training", "dataset",
                 "more_data", "name"):  # fmt: skip
        assert getattr(made, name) == getattr(wanted, name), name
    assert [(r.key, r.weight) for r in made.rewards] == [(r.key, r.weight) for r in wanted.rewards]
    assert [s.dataset for s in made.safeguards] == [s.dataset for s in wanted.safeguards]


def test_longer_answers_raise_the_limit(opened):
    desk = opened.desk
    desk.choose_objective("grpo")
    before = desk.proposal
    desk.set_objective_params({**desk.objective_params.model_dump(), "answer_tokens": 256})
    grown = desk.proposal.training.max_length - before.training.max_length
    assert grown == 192
    assert desk.proposal.memory.shown > before.memory.shown
    assert desk.plan().training.max_length == desk.proposal.training.max_length


def test_what_compares_wants_answers_in_the_data(workspace, opened, qtbot):
    desk = opened.desk
    desk.choose_objective("grpo")
    compare = [RewardChoice(key="matches_reference"), RewardChoice(key="number_equals")]
    asked = [Example(messages=[Message(role="user", content=f"Order {i}?")]) for i in range(20)]
    bare = freeze(asked, ["train"] * 20, {"name": "Asked"}, datasets=workspace.datasets, few=True)
    for choice in compare:
        desk.set_rewards([choice])
        assert desk.missing == ""
    desk.look_around()
    qtbot.waitUntil(lambda: any(d.id == bare.id for d in desk.around.datasets), timeout=5000)
    desk.choose_dataset(bare.id)
    for choice in compare:
        desk.set_rewards([choice])
        assert "nothing to compare with" in desk.missing
    desk.set_rewards([RewardChoice(key="number_equals", params={"number": 7})])
    assert desk.missing == ""
