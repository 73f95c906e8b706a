"""What counts for nothing beside the other choices is greyed before Start, and in no plan."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.core.plan import DatasetRef, MoreData
from ftstudio.data.versions.library import freeze
from ftstudio.planning.machine import Machine
from ftstudio.ui.setup.setup_place import SetupPlace
from tests.gui.setup.conftest import make_dataset
from tests.gui.setup.test_pages import show


@pytest.fixture
def second(workspace, dataset):
    return make_dataset(workspace, "Claims")


@pytest.fixture
def labelled(workspace):
    examples = [
        Example(messages=[Message(role="user", content=f"Mail {i}")], labels=["ab"[i % 2]])
        for i in range(40)
    ]
    sides = ["validation" if i % 10 == 0 else "train" for i in range(40)]
    manifest = {"name": "Mails", "sources": [{"name": "mails.csv"}]}
    return freeze(examples, sides, manifest, datasets=workspace.datasets, few=True)


def titles(place: SetupPlace) -> set[str]:
    page = show(place, "review")
    page._on_level("all")
    return {row.setting.title for row in page.settings.rows if not row.isHidden()}


def test_what_the_goal_switches_off_in_the_method(opened):
    desk = opened.desk
    desk.set_method_params({"rank": 8, "dropout": 0.1})
    page = show(opened, "settings")
    assert page.method_form.control("dropout").isEnabled()
    assert "Random omission" in titles(opened)
    desk.choose_objective("grpo")
    show(opened, "settings")
    assert not page.method_form.control("dropout").isEnabled()
    assert "leaves nothing out" in page.method_form.why_idle("dropout")
    assert page.method_form.values()["dropout"] == 0
    assert (desk.plan().method_params["dropout"], desk.plan().method_params["rank"]) == (0, 8)
    assert "Random omission" not in titles(opened)


def test_what_the_method_forbids(opened):
    page = show(opened, "settings")
    assert page.form.control("activation_checkpointing").isEnabled()
    opened.desk.choose_method("prefix")
    assert page.form.why_idle("activation_checkpointing")
    assert "Save memory by computing twice" not in titles(opened)


def test_no_sample_answers_where_nothing_is_written(opened, qtbot, labelled):
    page = show(opened, "settings")
    assert page.form.control("sample_questions").isEnabled()
    opened.open(labelled.id)
    qtbot.waitUntil(lambda: bool(opened.desk.proposals), timeout=5000)
    assert not opened.desk.objective.answers
    page = show(opened, "settings")
    assert "not to write" in page.form.why_idle("sample_questions")
    assert "Sample answers" not in titles(opened)


def test_weights_of_further_data_count_only_where_they_are_asked_for(opened, qtbot, second):
    desk = opened.desk
    ref = DatasetRef(id=second.id, path=str(second.path), name=second.name)
    desk.choose_objective("multi_task")
    desk.set_more_data([MoreData(dataset=ref, weight=3)])
    page = show(opened, "settings")
    (line,) = page.more_data.lines
    assert not line.weight.isEnabled()
    assert "“By the weights I give”" in page.more_data.weightless.text()
    assert [more.weight for more in desk.plan().more_data] == [1]
    temperature = page.objective_form.control("temperature")
    assert temperature.isEnabled()
    how = page.objective_form.control("how")
    how.setCurrentIndex(how.findData("weights"))
    how.activated.emit(how.currentIndex())
    assert not temperature.isEnabled()
    (line,) = page.more_data.lines
    assert line.weight.isEnabled()
    assert page.more_data.weightless.isHidden()
    assert [more.weight for more in desk.plan().more_data] == [3]


def test_what_is_at_rest_in_the_goal_is_in_no_plan(opened):
    desk = opened.desk
    desk.choose_objective("ppo")
    params = desk.objective_params.model_dump()
    desk.set_objective_params({**params, "kl_control": "adaptive", "kl_target": 9.0})
    assert desk.plan().objective_params["kl_target"] == 9
    desk.set_objective_params({**params, "kl_control": "fixed", "kl_target": 9.0})
    assert desk.plan().objective_params["kl_target"] == 6
    assert "Wanted distance" not in titles(opened)


def pick(form, name, choice):
    combo = form.control(name)
    combo.setCurrentIndex(combo.findData(choice))
    combo.activated.emit(combo.currentIndex())


def test_how_memory_is_saved_and_attention_computed(opened):
    page = show(opened, "settings")
    page._on_level("all")
    form = page.form
    attention = form.control("attention")
    greyed = attention.model().item(attention.findData("flash"))
    assert not greyed.isEnabled()
    assert "graphics card only" in attention.itemData(attention.findData("flash"), 3)  # tool tip
    row = form._rows["attention"]
    assert "FlashAttention 2: " in row.unusable.text()
    assert not row.unusable.isHidden()
    pick(form, "attention", "eager")
    pick(form, "activation_checkpointing", "selective")
    training = opened.desk.plan().training
    assert (training.attention, training.activation_checkpointing) == ("eager", "selective")
    assert opened.desk.proposal.memory.eager
    assert "no card" in form.why_idle("activation_offload")
    decided = {decision.name for decision in opened.desk.proposal.decisions}
    assert row.spec.title not in decided  # it was chosen, so the app gives no reason


@pytest.fixture
def documents(workspace):
    examples = [Example(text=f"Report {i}. " * 20) for i in range(40)]
    sides = ["validation" if i % 10 == 0 else "train" for i in range(40)]
    manifest = {"name": "Reports", "sources": [{"name": "reports.txt"}]}
    return freeze(examples, sides, manifest, datasets=workspace.datasets, few=True)


def test_filling_up_is_greyed_where_documents_share_a_row(opened, qtbot, documents):
    opened.open(documents.id)
    qtbot.waitUntil(lambda: bool(opened.desk.proposals), timeout=5000)
    desk = opened.desk
    assert desk.objective.key == "continue_pretraining"
    page = show(opened, "settings")
    assert "share a row" in page.form.why_idle("padding")
    assert "How short texts are filled up" not in titles(opened)
    desk.set_objective_params({**desk.objective_params.model_dump(), "pack": False})
    page = show(opened, "settings")
    assert not page.form.why_idle("padding")
    page._on_level("all")
    pick(page.form, "padding", "fixed")
    assert desk.plan().training.padding == "fixed"
    desk.set_objective_params({**desk.objective_params.model_dump(), "pack": True})
    assert desk.plan().training.padding == "batch"


def test_the_router_is_greyed_on_a_model_without_experts(opened):
    page = show(opened, "settings")
    assert "no experts" in page.method_form.why_idle("router")
    assert not page.method_form.control("router").isEnabled()


def test_offloading_is_greyed_until_everything_is_computed_twice(opened, qtbot, monkeypatch):
    card = Machine("cuda", "RTX 4090", 24 * 10**9, 21 * 10**9, 8, "Ada")
    desk = opened.desk
    desk.situation = replace(desk.situation, machine=card)
    form = show(opened, "settings").form
    assert "“Everything”" in form.why_idle("activation_offload")
    desk.set_training({**form.values(), "activation_checkpointing": "full"})
    assert not form.why_idle("activation_offload")
    assert form.control("attention").model().item(2).isEnabled() == bool(find_spec("flash_attn"))


def test_the_method_in_short_leaves_out_what_is_off(opened):
    desk = opened.desk

    def said():
        page = show(opened, "review")
        (row,) = [row for row in page.settings.rows if row.setting.title == "Method"]
        return row.setting.term

    assert said() == "rank 16, alpha 32"
    desk.set_method_params({**desk.proposal.params.model_dump(), "b_ratio": 16.0})
    assert said() == "rank 16, alpha 32, LoRA+ ratio 16"
