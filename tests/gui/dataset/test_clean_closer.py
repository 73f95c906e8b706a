"""The closer look, groups, adding and changing steps, rows' histories and recipes, by clicks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from ftstudio.data.samples import example_file
from ftstudio.data.sides.split import SplitChoice
from ftstudio.ui.dataset.cleaning import recipe_desk
from ftstudio.ui.dataset.cleaning.step_dialog import StepDialog
from tests.gui.dataset.conftest import go_on_with_few
from tests.nasty.shared_data import SHARED, needs_shared

MADE = SHARED / "nasty" / "made"


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: wizard.desk.resting and not wizard.desk.busy, timeout=30_000)


@pytest.fixture
def clean(qtbot, place, settled):
    """Opens a file at the report card."""

    def make(path: Path):
        place.open(path)
        wizard = settled()
        idle(qtbot, wizard)
        wizard.go_to("clean")
        return wizard

    return make


@pytest.fixture
def tickets(tmp_path) -> Path:
    lines = ["Question,Answer"]
    for i in range(40):
        lines.append(f"How can I change the address of order {i * 7919}?,Open Orders number {i}.")
    lines.append("How can I change the address of my newest order?,Open Orders and then Address.")
    lines.append("How can I change the address of my newest order??,Open Orders and then Address.")
    lines.append("Whom may I write to?,Write to anna.k@example.org or to jo@example.org.")
    lines.append("No answer at all?,")
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def click(button):
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def look(qtbot, page):
    click(page.closer_card.look_button)
    qtbot.waitUntil(lambda: not page.closer.running, timeout=30_000)


def row(page, key):
    return next(r for r in page.rows if r.finding.key == key)


def test_slow_checks_wait_until_they_are_asked_for(qtbot, clean, tickets):
    page = clean(tickets).page
    assert page.closer_card.isVisible()
    assert "hide_personal" not in [r.finding.key for r in page.rows]
    look(qtbot, page)
    assert not page.closer_card.isVisible()
    personal = row(page, "hide_personal")
    assert personal.finding.rows == [44]
    assert "Names and postal addresses are not found" in personal.finding.sentence


def test_what_was_found_is_remembered_for_the_same_rows(qtbot, clean, tickets):
    wizard = clean(tickets)
    page = wizard.page
    look(qtbot, page)
    click(row(page, "hide_personal").remedy_button)
    idle(qtbot, wizard)
    qtbot.waitUntil(lambda: not page.closer.running, timeout=30_000)
    assert "hide_personal" not in [r.finding.key for r in page.rows]
    answer = next(r for r in wizard.desk.facts.current if r.number == 44).example.answer
    assert answer == "Write to [EMAIL_1] or to [EMAIL_2]."
    wizard.desk.undo.undo()
    idle(qtbot, wizard)
    assert row(page, "hide_personal").finding.rows == [44]  # without another look
    assert not page.closer.running


def test_near_duplicates_are_shown_as_groups_with_their_likeness(qtbot, clean, tickets):
    page = clean(tickets).page
    look(qtbot, page)
    near = row(page, "mark_near_duplicates")
    click(near.show_button)
    qtbot.waitUntil(near.shows_rows, timeout=10_000)
    view = near.found_rows()
    assert [shown.number for shown in view.shown()] == [42, 43]
    assert view.shown()[0].note == ""
    assert 80 <= int(view.shown()[1].note.rstrip("%")) <= 100
    assert view.where.text() == "Group 1 of 1 · 2 rows"


def test_before_and_after_are_seen_before_the_remedy(qtbot, clean, tickets):
    page = clean(tickets).page
    look(qtbot, page)
    page.activateWindow()
    row(page, "hide_personal").setFocus()
    page._on_pointed(row(page, "hide_personal").finding)
    qtbot.waitUntil(lambda: "1 row would change" in page.effect.what(), timeout=10_000)
    label = page.effect.lines[0]
    assert "anna.k@example.org" in label.text()
    assert "line-through" in label.text()
    assert label.plain().endswith("Write to [EMAIL_1] or to [EMAIL_2].")
    assert "stays outside the dataset" in page.effect.note()


def test_a_step_is_added_from_the_dialog_after_it_was_tried(qtbot, clean, tickets):
    wizard = clean(tickets)
    page = wizard.page
    click(page.add_button)
    dialog = page.dialog
    assert isinstance(dialog, StepDialog)
    dialog._choose("replace_text")
    pattern = dialog.form.control("pattern")
    QTest.keyClicks(pattern, "newest")
    QTest.keyClicks(dialog.form.control("by"), "last")
    qtbot.waitUntil(lambda: dialog.effect is not None, timeout=10_000)
    assert dialog.effect.changed == 2
    assert "my newest order" in dialog.card.lines[0].plain()
    click(dialog.main_button)
    idle(qtbot, wizard)
    assert wizard.desk.facts.draft.steps[-1].params["by"] == "last"
    assert wizard.desk.undo.undoText() == "Replace words"
    wizard.undo.click()
    idle(qtbot, wizard)
    assert wizard.desk.facts.draft.steps[-1].key == "drop_exact_duplicates"


def test_settings_that_cannot_be_used_are_refused_in_the_dialog(qtbot, clean, tickets):
    page = clean(tickets).page
    page.add_step("replace_text")
    dialog = page.dialog
    QTest.keyClicks(dialog.form.control("pattern"), "(")
    dialog.form.control("as_pattern").click()
    assert "no pattern that can be read" in dialog.card.what()
    assert not dialog.allowed()
    click(dialog.close_button)
    assert page.dialog is None


@pytest.mark.parametrize(
    ("key", "typed", "why"),
    [
        ("replace_text", {}, "Say what is to be looked for."),
        ("drop_by_length", {"shortest_question": "0"}, "Say how short or how long a row may be."),
        ("drop_by_length", {"shortest_question": "50", "longest": "20"}, "No row can be so long"),
        ("drop_by_length", {"longest": "-3"}, "Longest row: At least 10."),
        ("keep_language", {}, "Name the languages to keep."),
        ("keep_language", {"languages": "xx"}, "There is no language xx."),
    ],
)
def test_a_step_that_could_do_nothing_is_not_added(qtbot, clean, tickets, key, typed, why):
    page = clean(tickets).page
    page.add_step(key)
    dialog = page.dialog
    for name, words in typed.items():
        dialog.form.control(name).clear()
        QTest.keyClicks(dialog.form.control(name), words)
    assert dialog.card.what().startswith(why)
    assert dialog.main_button.toolTip().startswith(why)
    click(dialog.main_button)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.dialog is dialog
    click(dialog.close_button)


def test_a_remedy_that_asks_opens_the_form(qtbot, clean):
    wizard = clean(example_file())
    page = wizard.page
    page.add_step("add_hard_copies")
    dialog = page.dialog
    qtbot.waitUntil(lambda: dialog.effect is not None, timeout=20_000)
    assert dialog.effect.added > 0
    before = wizard.desk.facts.total
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    idle(qtbot, wizard)
    assert wizard.desk.facts.total == before + dialog.effect.added
    assert "rows added" in page.done.what_it_did(wizard.desk.facts.draft.steps[-1])


def test_steps_are_switched_moved_and_changed(qtbot, clean, tickets):
    wizard = clean(tickets)
    page = wizard.page
    actions = {a.text(): a for a in page.done.menus[1].actions()}
    actions["Switch off"].trigger()
    idle(qtbot, wizard)
    assert wizard.desk.facts.draft.steps[1].off
    assert page.done.what_it_did(wizard.desk.facts.draft.steps[1]) == "switched off"
    page.done.rows[1].setFocus()
    QTest.keyClick(page.done.rows[1], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    idle(qtbot, wizard)
    assert wizard.desk.facts.draft.steps[0].key == "drop_empty"
    wizard.desk.apply("Replace words", "replace_text", {"pattern": "newest", "by": "last"})
    idle(qtbot, wizard)
    assert not {a.text(): a for a in page.done.menus[0].actions()}[
        "Change its settings …"
    ].isEnabled()  # there is nothing to set
    {a.text(): a for a in page.done.menus[3].actions()}["Change its settings …"].trigger()
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=10_000)
    dialog = page.dialog
    assert not dialog.list.isVisible()
    QTest.keyClicks(dialog.form.control("by"), " own")
    click(dialog.main_button)
    idle(qtbot, wizard)
    assert wizard.desk.facts.draft.steps[3].params["by"] == "last own"
    wizard.desk.undo.undo()
    idle(qtbot, wizard)
    assert wizard.desk.facts.draft.steps[3].params["by"] == "last"
    for _ in range(3):
        wizard.desk.undo.undo()
        idle(qtbot, wizard)
    assert [s.key for s in wizard.desk.facts.draft.steps][:2] == ["trim", "drop_empty"]
    assert not wizard.desk.facts.draft.steps[1].off


def test_a_click_on_a_step_shows_its_rows_and_their_story(qtbot, clean, tickets):
    page = clean(tickets).page
    QTest.mouseClick(page.done.rows[1], Qt.MouseButton.LeftButton)
    dialog = page.dialog
    qtbot.waitUntil(lambda: len(dialog.history.sentences) > 1, timeout=10_000)
    assert dialog.history.title.text() == "Row 45 of the file"
    assert dialog.history.sentences[-1] == "It is not in the dataset."
    dialog.reject()


def test_why_a_row_is_gone_is_asked_by_its_number(qtbot, clean, tickets):
    page = clean(tickets).page
    click(page.lost_button)
    dialog = page.dialog
    qtbot.waitUntil(lambda: "1 of 1" in dialog.count.text(), timeout=10_000)
    QTest.keyClicks(dialog.search, "2")
    qtbot.waitUntil(lambda: dialog.history.title.text() == "Row 2 of the file", timeout=10_000)
    qtbot.waitUntil(lambda: any("It " in s for s in dialog.history.sentences), timeout=10_000)
    dialog.reject()


def test_a_recipe_is_kept_and_tried_on_another_file_before_it_is_applied(
    qtbot, clean, tickets, tmp_path, monkeypatch
):
    wizard = clean(tickets)
    page = wizard.page
    look(qtbot, page)
    click(row(page, "hide_personal").remedy_button)
    idle(qtbot, wizard)
    kept = tmp_path / "kept.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(kept), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(kept), ""))
    click(page.keep_button)
    qtbot.waitUntil(kept.is_file, timeout=10_000)
    assert len(json.loads(kept.read_text())["steps"]) == 4
    other = tmp_path / "july.csv"
    other.write_text(tickets.read_text().replace("order 7919", "order  8000 "), "utf-8")
    wizard = clean(other)
    page = wizard.page
    before = len(wizard.desk.facts.draft.steps)
    page.apply_action.trigger()
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=20_000)
    assert "Nothing is done yet" in page.dialog.verdict.text()
    assert len(wizard.desk.facts.draft.steps) == before
    click(page.dialog.main_button)
    idle(qtbot, wizard)
    assert [s.key for s in wizard.desk.facts.draft.steps][-1] == "hide_personal"


def test_next_month_is_done_as_an_earlier_dataset_was(qtbot, clean, tickets, tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(recipe_desk, "open_below", lambda menu, under: shown.append(menu))
    wizard = clean(tickets)
    wizard.desk.apply("Hide", "hide_personal")
    wizard.desk.set_split(SplitChoice(validation=0.5, seed=1))
    idle(qtbot, wizard)
    go_on_with_few(qtbot, wizard)
    with qtbot.waitSignal(wizard.desk.frozen, timeout=30_000):
        wizard.desk.freeze("June")
    other = tmp_path / "july.csv"
    other.write_text(tickets.read_text().replace("order 7919", "order  8000 "), "utf-8")
    wizard = clean(other)
    page = wizard.page
    page.apply_action.trigger()
    qtbot.waitUntil(lambda: bool(shown), timeout=20_000)
    offered = shown[0].actions()
    assert offered[0].text().startswith("As for “June”")
    offered[0].trigger()
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=20_000)
    click(page.dialog.main_button)
    idle(qtbot, wizard)
    assert [s.key for s in wizard.desk.facts.draft.steps][-1] == "hide_personal"


def test_a_file_that_is_no_recipe_is_refused_in_words(qtbot, clean, tickets, tmp_path):
    page = clean(tickets).page
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]", "utf-8")
    page.recipes.try_on(wrong)
    qtbot.waitUntil(lambda: "can't be used as a recipe" in page.notice.message(), timeout=10_000)


def test_a_closer_look_can_be_stopped(qtbot, clean, tickets, monkeypatch):
    from ftstudio.ui.dataset import closer_run

    def endless(rows, kind, digest, tell):
        while True:
            tell(0.5)

    monkeypatch.setattr(closer_run, "look_closer", endless)
    page = clean(tickets).page
    click(page.closer_card.look_button)
    qtbot.waitUntil(lambda: page.closer_card.stop_button.isVisible(), timeout=5_000)
    qtbot.waitUntil(lambda: "50 %" in page.closer_card.meter.figure(), timeout=5_000)
    click(page.closer_card.stop_button)
    assert not page.closer.running
    assert page.closer_card.look_button.isVisible()


@needs_shared
def test_labelled_duplicates_and_contradictions_are_told(qtbot, clean):
    wizard = clean(MADE / "dups_labelled.csv")
    page = wizard.page
    assert "rows left out" in page.done.what_it_did(wizard.desk.facts.draft.steps[2])
    unsure = row(page, "drop_contradictions")
    click(unsure.show_button)
    qtbot.waitUntil(unsure.shows_rows, timeout=20_000)
    assert {shown.first for shown in unsure.found_rows().shown()} == {
        "Question 0: what is 53 + 54?"
    }
    look(qtbot, page)  # what is written in another way is no near-duplicate here: none is left
    assert "mark_near_duplicates" not in [r.finding.key for r in page.rows]


@needs_shared
def test_personal_data_of_many_kinds_is_found(qtbot, clean):
    page = clean(MADE / "pii.csv").page
    look(qtbot, page)
    said = row(page, "hide_personal").finding.sentence
    for word in ("e-mail", "phone", "card"):
        assert word in said


def test_what_a_choice_would_do_is_shown_before_it_is_clicked(qtbot, clean, tickets):
    page = clean(tickets).page
    look(qtbot, page)
    near = row(page, "mark_near_duplicates")
    here = QPointF(4, 4)

    def shown_at(button: QPushButton) -> None:
        QApplication.sendEvent(button, QEnterEvent(here, here, here))
        words = f"“{button.text()}”"
        qtbot.waitUntil(lambda: page.effect.what().startswith(words), timeout=30_000)

    shown_at(near.choice_buttons["mark_near_duplicates"])
    assert "1 row would be left out" in page.effect.what()
    shown_at(near.remedy_button)
    assert "left out" not in page.effect.what()
    assert {one.key for one in page.desk.facts.draft.steps} == {
        "trim", "drop_empty", "drop_exact_duplicates"
    }  # fmt: skip
