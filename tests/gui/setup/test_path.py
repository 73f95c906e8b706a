"""Several runs as one from the set-up: chosen as a goal, given data, reviewed, started at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from ftstudio.core.example import Example, Message
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import freeze
from ftstudio.jobs import queue
from ftstudio.jobs.folder import RESULT_OF, JobFolder
from ftstudio.jobs.history import list_runs
from ftstudio.planning import exact
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.setup_draft import SetupDraft
from ftstudio.ui.setup import review as review_page
from ftstudio.ui.setup.exact_figures import key_of
from tests.model_folders import make_model

_LONG = 30_000  # ms; the machine may have much to do


def make_pairs(workspace, name="Rankings", rows=40):
    def said(words):
        return [Message(role="assistant", content=words)]

    examples = [
        Example(messages=[Message(role="user", content=f"Where is order {i}?")],
                chosen=said("On its way, dear customer."), rejected=said("No."))
        for i in range(rows)
    ]  # fmt: skip
    sides = ["validation" if i % 10 == 0 else "train" for i in range(rows)]
    return freeze(
        examples, sides, {"name": name, "sources": []}, datasets=workspace.datasets, few=True
    )


@pytest.fixture
def both(qtbot, workspace, dataset, place):
    """Opened with answers and pairs on this computer."""
    place.made_pairs = make_pairs(workspace)
    place.open(dataset.id)
    qtbot.waitUntil(lambda: bool(place.desk.proposals), timeout=_LONG)
    place._show(1)
    return place


def press(qtbot, place):
    qtbot.mouseClick(place.frame.primary_button, Qt.MouseButton.LeftButton)


def choose(qtbot, place, kind="rlhf"):
    page = place.pages[1]
    page.group.card(kind).click()
    qtbot.waitUntil(lambda: bool(place.desk.proposals), timeout=_LONG)
    return page


def review(qtbot, place):
    place._show(5)
    qtbot.waitUntil(lambda: place.path.made is not None, timeout=_LONG)
    return place.pages[5]


def area_of(widget):
    while not isinstance(widget, QScrollArea):
        widget = widget.parentWidget()
    return widget


def test_what_a_path_asks_comes_into_sight(qtbot, both):
    both.resize(900, 560)
    page = both.pages[1]
    bar = area_of(page).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 200, timeout=_LONG)
    bar.setValue(bar.maximum())
    page.group.card("rlhf").click()
    qtbot.waitUntil(lambda: not page.path.visibleRegion().isEmpty(), timeout=_LONG)


def test_a_path_waits_in_words_for_the_data_it_lacks(opened):
    page = opened.pages[1]
    card = page.group.card("rlhf")
    assert card.locked
    assert not card.isHidden()
    assert card.fits.text() == (
        "Stage 1 fits today; stages 2 and 3 wait for pairs of a better and a worse answer."
    )
    assert page.group.card("domain").fits.text().startswith("Waits for plain documents and ")
    card.click()
    assert opened.desk.draft.path == ""


def test_the_only_data_that_fits_is_chosen_and_the_page_says_what_follows(qtbot, both, dataset):
    page = choose(qtbot, both)
    data = {"answers": dataset.id, "pairs": both.made_pairs.id}
    assert both.desk.draft.path_data == data
    assert not page.path.isHidden()
    assert page.guide.isHidden()
    assert page.path.picks["pairs"].currentData() == both.made_pairs.id
    assert page.path.picks["questions"].currentText() == "The same as for stage 1"
    assert both.frame.primary_button.text() == "Continue with “What people like, in three stages”"


def test_with_several_to_choose_from_one_is_asked_for(qtbot, workspace, both):
    other = make_pairs(workspace, "Other rankings", 30)
    both.desk.look_around()
    qtbot.waitUntil(lambda: len(both.desk.around.datasets) == 3, timeout=_LONG)
    page = choose(qtbot, both)
    assert both.frame.primary_button.text() == "Choose pairs of a better and a worse answer"
    assert not page.answered()
    pick = page.path.picks["pairs"]
    pick.setCurrentIndex(pick.findData(other.id))
    pick.activated.emit(pick.currentIndex())
    assert both.desk.draft.path_data["pairs"] == other.id
    assert page.answered()


def test_a_goal_by_itself_lets_go_of_the_path(qtbot, both, dataset):
    page = choose(qtbot, both)
    page.group.card("instruct").click()
    assert both.desk.draft.path == ""
    assert (both.desk.dataset.id, both.desk.objective.key) == (dataset.id, "instruct")
    assert page.path.isHidden()
    assert not page.guide.isHidden()
    assert both.desk.plan() is not None


def test_from_pairs_the_path_goes_by_its_first_stage_and_back(qtbot, both, dataset):
    both.open(both.made_pairs.id)
    qtbot.waitUntil(lambda: bool(both.desk.proposals), timeout=_LONG)
    both._show(1)
    page = choose(qtbot, both)
    assert (both.desk.dataset.id, both.desk.objective.key) == (dataset.id, "instruct")
    page.group.card("dpo").click()
    assert (both.desk.dataset.id, both.desk.objective.key) == (both.made_pairs.id, "dpo")


def test_methods_that_can_not_be_built_on_are_refused(qtbot, both):
    choose(qtbot, both)
    refusal = both.desk.proposals["adapter_layers"].refusal
    assert "The next stage needs a whole model." in refusal
    assert not both.desk.proposals["lora"].refusal


def test_the_review_tells_every_stage_and_the_command(qtbot, both, dataset):
    choose(qtbot, both)
    page = review(qtbot, both)
    words = [row.setting.words for row in page.settings.rows if not row.isHidden()]
    assert words[1] == "What people like, in three stages"
    assert words[4:7] == ["Support desk", "Rankings", "Support desk"]
    assert page.foot().primary.startswith("Start the 3 stages · done about ")
    lines = [line for line in page.story._lines if not line.isHidden()]
    assert [line._title.text().partition(":")[0] for line in lines] == [
        "Stage 1, Answers", "Fold it into the model", "Stage 2, Judge", "Stage 3, Practice",
    ]  # fmt: skip
    command = both.path.made.command
    assert command.startswith("ftstudio path rlhf --model ")
    assert f"--answers {dataset.path} --pairs {both.made_pairs.path}" in command
    assert "--set" not in command


def test_start_makes_all_jobs_and_opens_the_first(qtbot, both, started):
    choose(qtbot, both)
    both.desk.set_training({"epochs": 2.5})
    review(qtbot, both)
    assert "--set instruct.training.epochs=2.5" in both.path.made.command
    with qtbot.waitSignal(both.go, timeout=_LONG) as blocker:
        press(qtbot, both)
    target, run_id = blocker.args
    assert target == "runs"
    assert [folder.id for folder in started] == [run_id]
    rows = list_runs(both.desk.workspace, ("train", "merge"))
    specs = sorted((row.spec for row in rows), key=lambda spec: spec.path.stage)
    assert [spec.kind for spec in specs] == ["train", "merge", "train", "train"]
    assert specs[0].id == run_id
    assert specs[0].path.title == "Support desk v1"
    first, last = (Plan.model_validate(spec.payload) for spec in (specs[0], specs[3]))
    assert first.training.epochs == 2.5
    assert last.model.path == RESULT_OF + specs[1].id
    assert last.training.epochs != 2.5
    waiting = [folder.id for folder in queue.list_waiting(both.desk.workspace)]
    assert waiting == [spec.id for spec in specs[1:]]
    assert JobFolder(both.desk.workspace.jobs / run_id).spec().after == []
    assert SetupDraft.load(both.desk.workspace) is None


def test_a_path_that_was_left_is_found_again(qtbot, both):
    choose(qtbot, both)
    both.desk.save_now()
    both.open(None)
    qtbot.waitUntil(lambda: bool(both.desk.proposals), timeout=_LONG)
    assert both.desk.draft.path == "rlhf"
    assert not both.pages[1].path.isHidden()


def test_a_stage_is_set_up_anew_from_the_results_it_built_on(qtbot, both, tmp_path):
    choose(qtbot, both)
    review(qtbot, both)
    first = both.path.made.begin(both.desk.workspace)
    rows = list_runs(both.desk.workspace, ("train", "merge"))
    merge, practice = (
        next(row for row in rows if row.spec.path.stage == stage) for stage in (2, 4)
    )
    assert first.spec().path.stages == 4
    judge = next(row for row in rows if row.spec.path.stage == 3)
    make_model(merge.folder.output, max_position_embeddings=512)
    judge.folder.output.mkdir()
    (judge.folder.output / "adapter_model.safetensors").write_bytes(b"")
    changes = {"objective_params": {"kl_weight": 0.4}}
    both.open({"from_run": practice.id, "changes": changes})
    qtbot.waitUntil(lambda: both.desk.ready and bool(both.desk.proposals), timeout=_LONG)
    plan = both.desk.plan()
    assert plan.model.path == str(merge.folder.output.resolve())
    assert (plan.objective, plan.objective_params["kl_weight"]) == ("ppo", 0.4)
    assert plan.rewards[0].model == str(judge.folder.output.resolve())
    assert both.frame.primary_button.text().startswith(("Start training", "Add to the queue"))


def test_the_memory_of_a_path_is_that_of_its_largest_stage_counted(qtbot, both, monkeypatch):
    asked = []
    ahead = both.desk.foresight
    monkeypatch.setattr(ahead.exact, "want", lambda *given: asked.append(given))
    choose(qtbot, both)
    page = review(qtbot, both)
    qtbot.waitUntil(lambda: bool(asked), timeout=_LONG)
    plan, machine, longest, later = asked[-1]
    stages = [stage.plan for stage, _ in both.path.made.forecast.parts]
    assert (plan, [one for one, _ in later]) == (stages[0], stages[1:])
    assert 0 < longest <= plan.training.max_length
    shown = []
    monkeypatch.setattr(review_page, "show_reached", lambda *given: shown.append(given[2]))
    assert ". Of 3 stages, stage " in page.memory.accessibleName()
    why = ["Of 3 stages, stage 2 takes most: Judge."]
    found = MemoryEstimate({"model": 3_210_000_000}, how="exact", why=why)
    ahead.exact._known[key_of(exact.payload(plan, machine, longest, later))] = found
    ahead.news.emit()
    assert page.memory.figure.text() == "3.2 GB"
    assert why[0] in page.memory.accessibleName()
    page.memory.clicked.emit()
    assert [one.memory for one in shown] == [found]
    renamed = [(one.model_copy(update={"name": "other"}), most) for one, most in later]
    assert ahead.exact.find(plan, machine, longest, renamed) == found
    assert ahead.exact.find(plan, machine, longest) is None
