"""The closer look that comes by itself, what it asks to be decided, and when it waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ftstudio.data.draft import list_drafts
from ftstudio.data.drafting.closer import CloserLook, Waits
from ftstudio.ui.bridge import background
from ftstudio.ui.dataset import closer_run
from tests.gui.dataset.conftest import go_on_with_few


def idle(qtbot, wizard):
    desk = wizard.desk
    qtbot.waitUntil(
        lambda: desk.resting and not desk.busy and not desk.closer.running, timeout=60_000
    )


def click(button):
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def row(page, key):
    return next(r for r in page.rows if r.finding.key == key)


@pytest.fixture
def unasked(monkeypatch):
    """As in the app, without its pause."""
    monkeypatch.setattr(closer_run, "UNASKED", True)
    monkeypatch.setattr(closer_run, "PAUSE_MS", 0)


@pytest.fixture
def tickets(tmp_path) -> Path:
    lines = ["Question,Answer"]
    for i in range(40):
        lines.append(f"How can I change the address of order {i * 7919}?,Open Orders number {i}.")
    lines.append("Whom may I write to?,Write to anna.k@example.org or to jo@example.org.")
    lines.append("No answer at all?,")
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def opened(qtbot, place, settled, tickets, unasked):
    place.open(tickets)
    wizard = settled()
    idle(qtbot, wizard)
    return wizard


def test_small_files_are_looked_at_whatever_page_is_shown(qtbot, opened):
    assert opened.page.key == "summary"  # the quick way: nobody has asked for anything
    page = opened.page
    assert page.points.lines[0].startswith("Personal data in 1 row: say what")
    go_on_with_few(qtbot, opened)
    assert page.foot().enabled  # told, and never in the way
    click(page.points.buttons[0])
    assert opened.page.key == "clean"
    assert not opened.page.closer_card.isVisible()
    assert row(opened.page, "hide_personal").finding.severity == "decide"


def test_what_is_found_is_for_a_person_to_decide(qtbot, opened):
    opened.go_to("clean")
    page = opened.page
    personal = row(page, "hide_personal")
    assert page._chips["blocks"].text() == "1 needs your decision"
    assert personal.remedy_button.property("kind") == "primary"
    assert personal.remedy_button.text() == "Replace by stand-ins"
    words = [button.text() for button in personal.choice_buttons.values()]
    assert words == ["Remove these rows", "Keep as they are"]
    assert page.foot().enabled
    assert "needs your decision" in page.foot().hint
    click(personal.choice_buttons["hide_personal"])
    idle(qtbot, opened)
    assert opened.desk.facts.draft.steps[-1].params["action"] == "drop"
    assert opened.desk.facts.total == 40


def test_keeping_is_remembered_undone_and_told_by_the_version(qtbot, opened, studio, place):
    opened.go_to("clean")
    page, desk = opened.page, opened.desk
    click(row(page, "hide_personal").choice_buttons["keep_personal"])
    idle(qtbot, opened)
    assert "hide_personal" not in [r.finding.key for r in page.rows]
    assert page._chips["blocks"].isHidden() or not page._chips["blocks"].text()
    assert desk.facts.draft.steps[-1].key == "keep_personal"
    assert page.done.what_it_did(desk.facts.draft.steps[-1]).startswith("your decision")
    (draft,) = list_drafts(studio.workspace)
    assert draft.steps[-1].params == {"rows": 1}
    desk.undo.undo()
    idle(qtbot, opened)
    assert row(page, "hide_personal").finding.severity == "decide"
    desk.undo.redo()
    idle(qtbot, opened)
    opened.go_to("summary")
    assert opened.page.points.lines[0].endswith("kept as it is: your decision.")
    go_on_with_few(qtbot, opened)
    assert opened.page.show_command.isVisible()  # the command makes the same rows
    with qtbot.waitSignal(desk.frozen, timeout=30_000) as caught:
        opened.page.secondary()
    version = caught.args[0]
    assert "Decided: personal data found in 1 row" in (version.path / "README.md").read_text()
    assert version.manifest["recipe"]["steps"][-1]["key"] == "keep_personal"
    qtbot.waitUntil(lambda: place.library.version_panel.version is not None, timeout=10_000)
    click(place.library.version_panel.card_link)
    dialog = place.desk.dialog
    qtbot.waitUntil(lambda: "Decided: personal data" in dialog.page.toPlainText(), timeout=10_000)
    assert "pretty_name" not in dialog.page.toPlainText()  # what only the Hub reads
    dialog.reject()


def test_it_looks_again_when_the_rows_change(qtbot, opened, monkeypatch):
    desk, looks = opened.desk, []
    true_look = closer_run.look_unasked

    def counted(rows, *more):
        looks.append(len(rows))
        return true_look(rows, *more)

    monkeypatch.setattr(closer_run, "look_unasked", counted)
    monkeypatch.setattr(closer_run, "look_closer", counted)
    desk.leave_out([42], "for a test")  # the row with the addresses
    idle(qtbot, opened)
    assert looks == [40]
    assert opened.page.points.lines[0].startswith("No personal data found")
    desk.undo.undo()
    idle(qtbot, opened)
    assert looks == [40]  # these rows are known
    assert opened.page.points.lines[0].startswith("Personal data in 1 row")


def test_rows_unfolded_stay_so_when_the_look_comes(qtbot, opened):
    desk = opened.desk
    opened.go_to("clean")
    desk.take_back(1)  # the row without an answer comes back
    idle(qtbot, opened)
    page = opened.page
    empty = row(page, "drop_empty")
    click(empty.show_button)
    qtbot.waitUntil(empty.shows_rows, timeout=10_000)
    desk.closer.looked.emit()
    assert row(page, "drop_empty") is empty
    assert empty.shows_rows()


def test_what_takes_long_waits_and_says_how_long(qtbot, place, settled, tickets, unasked,
                                                 monkeypatch):  # fmt: skip
    monkeypatch.setattr(
        closer_run, "look_unasked", lambda rows, kind, digest, tell: Waits(digest, 130.0)
    )
    place.open(tickets)
    wizard = settled()
    idle(qtbot, wizard)
    page = wizard.page
    assert page.points.lines[0].endswith("not looked for yet.")
    assert page.points.buttons[0].text() == "Look now · about 2 min"
    go_on_with_few(qtbot, wizard)
    assert page.foot().enabled
    wizard.go_to("clean")
    assert wizard.page.closer_card.isVisible()
    assert wizard.page.closer_card.words().startswith("41 rows take about 2 min.")
    wizard.go_to("summary")
    click(page.points.buttons[0])
    idle(qtbot, wizard)
    assert page.points.lines[0].startswith("Personal data in 1 row")


def endless(rows, kind, digest, tell):
    while True:
        tell(0.5)


def test_one_that_was_stopped_does_not_begin_again(qtbot, place, settled, tickets, unasked,
                                                   monkeypatch):  # fmt: skip
    monkeypatch.setattr(closer_run, "look_unasked", endless)
    place.open(tickets)
    wizard = settled()
    wizard.go_to("clean")
    page = wizard.page
    qtbot.waitUntil(page.closer_card.stop_button.isVisible, timeout=10_000)
    click(page.closer_card.stop_button)
    wizard.desk.take_back(0)
    qtbot.waitUntil(lambda: wizard.desk.resting, timeout=10_000)
    qtbot.wait(50)
    assert not page.closer.running
    assert page.closer_card.look_button.isVisible()


def test_leaving_ends_it(qtbot, place, settled, tickets, unasked, monkeypatch):
    monkeypatch.setattr(closer_run, "look_unasked", endless)
    place.open(tickets)
    wizard = settled()
    closer = wizard.desk.closer
    qtbot.waitUntil(lambda: bool(closer._tasks), timeout=10_000)
    task = closer._tasks[0]
    wizard.leave.click()
    qtbot.waitUntil(lambda: not task.is_running(), timeout=10_000)
    assert place.wizard is None


def test_it_ends_with_the_desk_even_where_nobody_said_so(qtbot, studio, tickets, unasked,
                                                         monkeypatch):  # fmt: skip
    from ftstudio.data.draft import Draft
    from ftstudio.ui.dataset.desk import Desk

    monkeypatch.setattr(closer_run, "look_unasked", endless)
    desk = Desk(studio, Draft())
    with qtbot.waitSignal(desk.rested, timeout=30_000):
        desk.choose_file(tickets)
    qtbot.waitUntil(lambda: bool(desk.closer._tasks), timeout=10_000)
    task = desk.closer._tasks[0]
    desk.deleteLater()
    qtbot.waitUntil(lambda: not task.is_running(), timeout=10_000)
    assert background.wait_all(60)


def test_a_look_that_fails_is_told_and_not_tried_again(qtbot, place, settled, tickets, unasked,
                                                       monkeypatch):  # fmt: skip
    from ftstudio.core.errors import StudioError

    tried = []

    def failing(rows, kind, digest, tell):
        tried.append(digest)
        raise StudioError("It failed.", "No reason.", "Try again.", code="test")

    monkeypatch.setattr(closer_run, "look_unasked", failing)
    place.open(tickets)
    wizard = settled()
    idle(qtbot, wizard)
    wizard.go_to("clean")
    assert "It failed." in wizard.page.notice.message()
    wizard.desk.take_back(0)
    idle(qtbot, wizard)
    assert len(tried) == 1


def test_a_look_at_other_rows_is_not_taken_for_these(qtbot, opened):
    closer, facts = opened.desk.closer, opened.desk.facts
    closer._on_done(CloserLook("other rows", {}, 0.1))
    assert closer.fresh(facts)
    assert [f.key for f in closer.findings(facts)][:1]
    closer._known.clear()
    assert not closer.fresh(facts)
    assert closer.findings(facts) == []


def test_cancelling_stops_the_look_too_until_another_file_is_read(
    qtbot, place, settled, tickets, unasked, tmp_path, monkeypatch
):
    monkeypatch.setattr(closer_run, "PAUSE_MS", 60_000)  # it is about to begin
    place.open(tickets)
    wizard = settled()
    closer = wizard.desk.closer
    assert closer.running
    wizard.desk.cancel()
    assert not closer.running
    wizard.desk.apply("Leave out", "drop_by_length", {"shortest_question": 25})
    qtbot.waitUntil(lambda: wizard.desk.resting and wizard.desk.facts.total < 41, timeout=30_000)
    assert not closer.running  # other rows are no reason to begin again
    other = tmp_path / "june.csv"
    other.write_text(tickets.read_text("utf-8").replace("Orders", "My orders"), "utf-8")
    wizard.read(other)
    qtbot.waitUntil(lambda: wizard.desk.facts.table.path == other, timeout=30_000)
    assert closer.running
    wizard.desk.leave()
