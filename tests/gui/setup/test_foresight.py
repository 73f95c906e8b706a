"""Counted exactly, tried here, watched live: with canned jobs, nothing is really started."""

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from ftstudio.core.plan import Plan
from ftstudio.jobs.events import Failed, Finished, Phase, Step, Taken
from ftstudio.planning import exact
from ftstudio.planning.machine import Machine
from ftstudio.planning.measured import gather
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.tried import Tried, load
from ftstudio.ui.bridge import background
from ftstudio.ui.setup import exact_figures
from ftstudio.ui.setup.live_machine import matters
from ftstudio.ui.setup.reached import ReachedPopup
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.figure_words import figure
from tests.gui import canned_job
from tests.gui.setup.conftest import on_a_card, show


@pytest.fixture
def unhurried(unhurried, monkeypatch):
    """Here things are counted after a moment."""
    monkeypatch.setattr(exact_figures, "PAUSE_MS", 20)


def asked(qtbot, started, kind, count=1):
    """The folders of so many jobs of a kind, once they were started."""

    def found():
        return [folder for folder in started if folder.path.exists() and folder.spec().kind == kind]

    qtbot.waitUntil(lambda: len(found()) >= count, timeout=30_000)
    return found()


def answer(folder, shown, **more):
    """As the worker would have counted it."""
    memory = MemoryEstimate(
        {"model": shown - 400, "adapter": 100, "margin": 300}, how="exact", **more
    )
    folder.output.mkdir()
    (folder.output / "estimate.json").write_text(json.dumps(memory.dump()), "utf-8")
    canned_job.write(folder, Finished())


def step(number):
    return Step(step=number, epoch=0, loss=1, learning_rate=1, grad_norm=1, tokens_per_second=1)


def gone(qtbot, *folders):
    qtbot.waitUntil(lambda: not any(folder.path.exists() for folder in folders), timeout=30_000)


def test_the_quick_figure_stands_until_the_exact_one_comes(qtbot, opened, started):
    page = show(opened, "method")
    card = page.cards["lora"]
    assert card.need.text().startswith("≈ ")
    (folder,) = asked(qtbot, started, "simulate")
    assert Plan.model_validate(folder.spec().payload["plan"]).method == "lora"
    assert folder.spec().payload["card"] is None
    assert folder.spec().payload["longest"] > 10
    assert "being counted" in page.panel.sure.words.text()
    answer(folder, 900_000_000)
    qtbot.waitUntil(lambda: opened.desk.proposal.memory.how == "exact", timeout=30_000)
    assert card.need.text() == "900 MB"
    assert "Counted step by step" in page.panel.sure.words.text()
    assert page.cards["dora"].need.text().startswith("≈ ")
    gone(qtbot, folder)


def test_the_same_again_is_known_at_once_and_what_matters_not_asks_nothing(qtbot, opened, started):
    show(opened, "settings")
    (folder,) = asked(qtbot, started, "simulate")
    answer(folder, 900_000_000)
    desk = opened.desk
    qtbot.waitUntil(lambda: desk.proposal.memory.how == "exact", timeout=30_000)
    desk.set_training({**desk.proposal.training.model_dump(), "seed": 3, "epochs": 9.0})
    assert desk.proposal.memory.how == "exact"
    desk.set_training({**desk.proposal.training.model_dump(), "batch_size": 2})
    assert desk.proposal.memory.how == "instant"
    (other,) = asked(qtbot, started, "simulate")
    assert other.path != folder.path
    desk.set_training({**desk.proposal.training.model_dump(), "batch_size": 4})
    gone(qtbot, other)  # let go of, as soon as the plan has changed


def test_nothing_is_counted_for_pages_without_figures(qtbot, opened, started):
    show(opened, "method")
    (folder,) = asked(qtbot, started, "simulate")
    show(opened, "goal")
    gone(qtbot, folder)
    qtbot.wait(100)
    assert len(started) == 1


def test_what_can_not_be_counted_keeps_the_quick_figure(qtbot, opened, started):
    page = show(opened, "method")
    before = opened.desk.proposal.memory
    (folder,) = asked(qtbot, started, "simulate")
    canned_job.write(folder, Failed(what="No.", why="There is no compiler.", remedy="Get one."))
    qtbot.waitUntil(lambda: opened.desk.foresight.exact.state == "failed", timeout=30_000)
    assert opened.desk.proposal.memory == before
    assert "no compiler" in page.panel.sure.words.text()


def test_what_was_counted_in_an_earlier_session_needs_no_job(qtbot, opened, started, workspace):
    desk = opened.desk
    longest = desk.foresight.longest(desk.proposal)
    asked = exact.payload(desk.plan(), desk.situation.machine, longest)
    exact.keep(workspace.root, asked, MemoryEstimate({"adapter": 5, "margin": 1}, how="exact"))
    show(opened, "method")
    qtbot.waitUntil(lambda: desk.proposal.memory.shown == 6, timeout=30_000)
    assert not started


def test_a_broken_answer_is_as_none(qtbot, opened, started):
    show(opened, "method")
    (folder,) = asked(qtbot, started, "simulate")
    folder.output.mkdir()
    (folder.output / "estimate.json").write_text("{", "utf-8")
    canned_job.write(folder, Finished())
    qtbot.waitUntil(lambda: opened.desk.foresight.exact.state == "failed", timeout=30_000)
    assert opened.desk.proposal.memory.how == "instant"


def test_a_trial_measures_and_is_remembered(qtbot, opened, started, workspace):
    page = show(opened, "method")
    page.panel.sure.trial.click()
    (folder,) = asked(qtbot, started, "tryout")
    canned_job.live(folder)
    canned_job.write(folder, Phase(name="loading", text="Loading the model"), step(1))
    qtbot.waitUntil(lambda: opened.desk.foresight.trial.step == 1, timeout=30_000)
    assert "Step 1 of 3" in page.panel.sure.words.text()
    assert opened.desk.foresight.exact.state != "counting"  # they would disturb each other
    scores = {"step_seconds": 2.0, "tokens": 100.0, "longest": 50.0}
    canned_job.write(folder, step(3), Finished(scores=scores, taken=Taken(ram=700_000_000)))
    qtbot.waitUntil(lambda: opened.desk.foresight.tried is not None, timeout=30_000)
    assert "trial" in opened.desk.proposal.forecast.learned_from
    assert opened.desk.foresight.tried.peak == 700_000_000
    assert "it took 700 MB" in page.panel.sure.words.text()
    made = opened.desk.proposal
    assert (made.memory.how, made.memory.shown) == ("measured", 700_000_000)
    assert opened.desk.foresight.foretold(made).how == "instant"  # a run is held against that
    popup = ReachedPopup(made.memory, "cpu", opened.desk.foresight.tried, "", page)
    assert "Measured" in popup.reasons[0]
    faces = " ".join(card.accessibleName() for card in popup.findChildren(Card))
    assert "no margin is added" in faces
    assert not any("Tried here" in words for words in popup.reasons)
    gone(qtbot, folder)
    qtbot.waitUntil(lambda: bool(load(workspace)))
    (record,) = gather(workspace)
    assert (record.reserved, record.how) == (700_000_000, "instant")


def test_a_trial_that_ran_out_of_memory_says_that_it_does_not_fit(qtbot, opened, started):
    page = show(opened, "method")
    opened.desk.foresight.try_now()
    (folder,) = asked(qtbot, started, "tryout")
    canned_job.write(folder, Failed(what="No.", why="w", remedy="r", code="out_of_memory"))
    qtbot.waitUntil(
        lambda: opened.desk.foresight.tried == Tried("cpu", 0, when=ANY), timeout=30_000
    )
    assert opened.desk.proposal.fit == "does not fit"
    assert "ran out of memory" in page.panel._words.text()


def test_a_trial_that_failed_otherwise_tells_why(qtbot, opened, started):
    show(opened, "method")
    opened.desk.foresight.try_now()
    (folder,) = asked(qtbot, started, "tryout")
    canned_job.write(folder, Failed(what="The model is another one.", why="w", remedy="r"))
    qtbot.waitUntil(lambda: "another one" in opened.notice.message(), timeout=30_000)
    assert opened.desk.foresight.tried is None
    assert not opened.desk.foresight.trial.at_work


def test_a_trial_is_cancelled(qtbot, opened, started):
    page = show(opened, "method")
    opened.desk.foresight.try_now()
    (folder,) = asked(qtbot, started, "tryout")
    qtbot.waitUntil(lambda: page.panel.sure.trial.text() == "Cancel", timeout=30_000)
    page.panel.sure.trial.click()
    gone(qtbot, folder)
    assert not opened.desk.foresight.trial.at_work


def test_no_trial_while_a_run_is_at_work(opened, started):
    desk = opened.desk
    desk.around = replace(desk.around, busy=True)
    page = show(opened, "method")
    assert "run is at work" in desk.foresight.why_not_try()
    assert not page.panel.sure.trial.isEnabled()
    desk.foresight.try_now()
    assert not desk.foresight.trial.at_work


class _Any:
    def __eq__(self, other):
        return True

    __hash__ = None


ANY = _Any()


def make_tight(place):
    """So that the plan fills nearly all that is free."""
    on_a_card(place)
    desk = place.desk
    desk.choose_method("lora")  # else another one that fits well would be recommended
    need = desk.proposal.memory.shown
    desk.foresight._on_machine(replace(desk.situation.machine, free_bytes=int(need * 1.02)))
    assert desk.proposal.fit == "tight"


def test_what_is_tight_is_tried_before_it_starts(qtbot, opened, started):
    page = show(opened, "review")
    make_tight(opened)
    assert opened.frame.primary_button.text().startswith("Try, then start")
    opened.frame.primary.emit()
    (folder,) = asked(qtbot, started, "tryout")
    assert opened.frame.secondary_button.text() == "Start at once"
    taken = Taken(card="RTX 4090", reserved=10**9, context=10**8)
    with qtbot.waitSignal(opened.go) as left:
        canned_job.write(folder, step(3), Finished(taken=taken))
    assert left.args[0] == "runs"
    assert asked(qtbot, started, "train")
    assert page.desk.foresight.tried.peak == 1_100_000_000


def test_what_ran_out_of_memory_does_not_start(qtbot, opened, started):
    page = show(opened, "review")
    make_tight(opened)
    opened.frame.primary.emit()
    (folder,) = asked(qtbot, started, "tryout")
    canned_job.write(folder, Failed(what="No.", why="w", remedy="r", code="out_of_memory"))
    qtbot.waitUntil(lambda: not page.ladder.isHidden(), timeout=30_000)
    background.wait_all()
    assert not [f for f in started if f.path.exists() and f.spec().kind == "train"]


def test_who_does_not_want_it_is_not_made_to_try(opened):
    show(opened, "review")
    make_tight(opened)
    opened.desk.studio.settings.try_tight = False
    opened.desk.changed.emit()
    assert opened.frame.primary_button.text().startswith("Start training")


def test_the_free_memory_is_live(opened):
    page = show(opened, "method")
    on_a_card(opened)
    card, settings = page.cards["qlora"], opened.desk.proposals["qlora"].training
    assert card.free.text() == "of 21.4 GB free"
    fit = opened.desk.proposals["qlora"].fit
    machine = replace(
        opened.desk.situation.machine, free_bytes=2 * 10**9, others=(("firefox.exe", 19 * 10**9),)
    )
    opened.desk.foresight._on_machine(machine)
    assert card.free.text() == "of 2.0 GB free"
    assert fit != "does not fit"
    assert card.fit.text() == "Does not fit"
    assert "Firefox holds 19.0 GB" in page.facts()
    assert opened.desk.proposals["qlora"].training == settings


def test_small_movements_are_not_news():
    card = Machine("cuda", "RTX 4090", 24 * 10**9, 20 * 10**9, 8, "Ada", (("firefox", 10**9),))
    assert not matters(card, replace(card, free_bytes=card.free_bytes - 10**7))
    assert matters(card, replace(card, free_bytes=card.free_bytes - 10**8))
    assert matters(card, replace(card, others=()))
    computer = Machine("cpu", "2 cores", 16 * 10**9, 8 * 10**9, 2)
    assert not matters(computer, replace(computer, free_bytes=computer.free_bytes - 10**8))


def test_what_runs_on_a_card_took_goes_into_the_figure(opened):
    from ftstudio.planning.measured import Record

    on_a_card(opened)
    desk = opened.desk
    before = desk.proposal.memory
    desk.foresight.records = [
        Record(f"r{i}", float(i), "RTX 4090", "instant", 10**10, 9 * 10**9, int(1.05 * 10**10),
               9 * 10**9, 700_000_000)
        for i in range(6)
    ]  # fmt: skip
    desk._propose()
    after = desk.proposal.memory
    assert after.parts["context"] == 700_000_000
    assert after.parts["margin"] > before.parts["margin"]
    assert any("as measured" in words for words in after.why)


def too_large(place):
    """LoRA on an 8B model, so many at a time that nothing fits without a change."""
    on_a_card(place)
    desk = place.desk
    desk.choose_method("lora")
    desk.situation = replace(
        desk.situation, lengths=replace(desk.situation.lengths, longest=1_400, most=900)
    )
    wish = {"batch_size": 16, "activation_checkpointing": False, "max_length": 1024}
    desk.set_training({**desk.proposal.training.model_dump(), **wish})
    assert desk.proposal.fit == "does not fit"


def test_a_change_is_applied_by_one_click_and_taken_back(qtbot, opened):
    page = show(opened, "method")
    too_large(opened)
    before = opened.desk.proposal.training
    rungs, buttons = opened.desk.ways.rungs(), page.panel.ladder.buttons
    assert len(buttons) == len(rungs) > 1
    buttons[0].setFocus()
    buttons[0].click()
    assert opened.desk.proposal.training != before
    assert not page.panel.undo.isHidden()
    assert page.window().focusWidget() is page.panel.undo.button
    page.panel.undo.button.click()
    assert opened.desk.proposal.training == before
    assert page.panel.undo.isHidden()


def test_a_range_that_reaches_too_far_is_not_told_as_a_trial(opened):
    page = show(opened, "method")
    desk = opened.desk
    desk.choose_method("lora")
    free = desk.situation.machine.free_bytes
    doubted = MemoryEstimate({"model": free // 2}, low=free // 4, high=free + 10**9)
    desk.foresight.exact._known[desk.foresight.key] = doubted
    desk.foresight.refine()
    page.refresh()
    assert desk.proposal.fit == "does not fit"
    assert "1.0 GB more than is free" in page.panel._words.text()
    assert "tried" not in page.panel._words.text()


def test_other_methods_are_named_only_where_they_are_lighter(opened):
    show(opened, "method")
    too_large(opened)
    assert {rung.method for rung in opened.desk.ways.rungs()} <= {"", "qlora"}


def test_the_figures_of_the_changes_follow_the_exact_one(opened):
    show(opened, "method")
    too_large(opened)
    desk = opened.desk
    quick = desk.ways.rungs()[0].total
    shown = desk.proposal.memory.shown
    key, more = desk.foresight.key, 5 * 10**9
    exactly = MemoryEstimate({"model": shown + more - 10, "adapter": 10}, how="exact")
    desk.foresight.exact._known[key] = exactly
    desk.foresight.refine()
    assert desk.proposal.memory.shown == shown + more
    assert desk.ways.rungs()[0].total == quick + more


def test_the_last_page_refuses_what_does_not_fit_and_offers_the_way_out(qtbot, opened, started):
    page = show(opened, "review")
    assert page.ladder.isHidden()
    too_large(opened)
    assert not page.ladder.isHidden()
    assert "too much" in page.ladder.words.text()
    assert "Firefox holds 900 MB" in page.ladder.held.text()
    assert opened.frame.primary_button.text().startswith("Apply: ")
    assert opened.frame.secondary_button.text() == "Start anyway"
    opened.frame.primary.emit()
    assert opened.desk.proposal.fit != "does not fit"
    assert page.ladder.isHidden()
    assert not [folder for folder in started if folder.spec().kind == "train"]
    qtbot.keyClick(opened, "z", Qt.KeyboardModifier.ControlModifier)
    assert opened.desk.proposal.fit == "does not fit"


def test_what_waits_for_its_turn_may_be_queued_although_the_card_is_full_now(opened):
    page = show(opened, "review")
    on_a_card(opened)
    desk = opened.desk
    desk.choose_method("qlora")
    desk.around = replace(desk.around, busy=True)
    desk.foresight._on_machine(replace(desk.situation.machine, free_bytes=10**9))
    assert desk.proposal.fit == "does not fit"
    assert opened.frame.primary_button.text() == "Add to the queue"
    assert page.ladder.isHidden()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_how_it_was_reached_is_one_click_away(qtbot, opened):
    page = show(opened, "method")
    on_a_card(opened)
    page.panel.sure.how.click()
    (popup,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, ReachedPopup)]
    assert not popup.parts._lines["model"][2].isHidden()
    assert popup.parts._lines["model"][2].text().endswith("GB")
    words = " ".join(label.text() for label in popup.findChildren(QLabel))
    for said in ("nvidia-smi", "at the least", "libraries", "margin", "computer's own memory"):
        assert said in words
    assert popup.reasons
    popup.close()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_on_the_last_page_the_card_is_opened_by_the_keyboard(qtbot, opened):
    page = show(opened, "review")
    page.memory.setFocus()
    qtbot.keyClick(page.memory, Qt.Key.Key_Return)
    (popup,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, ReachedPopup)]
    assert popup.trial.isEnabled()
    popup.close()


def test_energy_stands_where_there_is_a_card(qtbot, opened):
    page = show(opened, "review")
    assert page.energy.isHidden()
    assert not page.result.isHidden()
    on_a_card(opened)
    assert not page.energy.isHidden()
    assert page.result.isHidden()
    assert "Wh" in page.energy.figure.full_text()
    words = (
        page.energy.words
    )  # where the figure is from is read whole, on as many lines as it takes
    assert "may take at most" in words.text()
    room = words.heightForWidth(words.width())
    assert room > words.fontMetrics().height() * 1.5
    qtbot.waitUntil(lambda: words.height() >= room)


def test_a_range_is_said_as_one(opened):
    memory = MemoryEstimate({"model": 10**9}, low=9 * 10**8, high=12 * 10**8)
    assert figure(opened, memory) == "900 MB – 1.2 GB"
    assert figure(opened, MemoryEstimate({"model": 10**9})) == "≈ 1.0 GB"
    assert figure(opened, MemoryEstimate({"model": 10**9}, how="exact")) == "1.0 GB"


def test_the_change_to_be_taken_is_counted_too_and_its_figure_is_no_guess_then(
    qtbot, opened, started
):
    page = show(opened, "method")
    too_large(opened)
    desk = opened.desk
    best = desk.ways.best()
    assert best.rough
    assert "≈" in page.panel.ladder.buttons[0].accessibleName()
    whole = desk.proposal.memory.shown

    def of(batch):
        return [
            folder
            for folder in asked(qtbot, started, "simulate")
            if folder.spec().payload["plan"]["training"]["batch_size"] == batch
        ]

    qtbot.waitUntil(lambda: bool(of(16)), timeout=30_000)
    answer(of(16)[0], whole)
    qtbot.waitUntil(lambda: desk.foresight.exact.state == "known", timeout=30_000)
    best = desk.ways.best()
    smaller = best.changes["batch_size"]
    qtbot.waitUntil(lambda: bool(of(smaller)), timeout=30_000)
    answer(of(smaller)[0], 7 * 10**9)
    qtbot.waitUntil(lambda: not desk.ways.best().rough, timeout=30_000)
    found = desk.ways.best()
    assert (found.total, found.fit) == (7 * 10**9, "fits")
    assert desk.proposal.memory.shown == whole
