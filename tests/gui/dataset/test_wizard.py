"""Moving through the wizard: passing over, going back, undo, leaving, and files that are bad."""

from __future__ import annotations

import os
import threading
import zipfile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from ftstudio.core.errors import StudioError
from ftstudio.data.draft import Draft, list_drafts
from ftstudio.ui.dataset import desk
from ftstudio.ui.dataset.data_place import DataPlace
from ftstudio.ui.dataset.wizard import PAGES
from ftstudio.ui.widgets.focus_order import as_seen
from ftstudio.ui.widgets.text import ElidedLabel
from tests.gui.dataset.conftest import go_on_with_few


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: not wizard.desk.busy and wizard.desk._task is None, timeout=20_000)


def test_every_page_says_what_it_is(place, settled, german_csv):
    place.open(german_csv)
    wizard = settled()
    assert [page.key for page in wizard.pages] == [
        "file", "columns", "clean", "preview", "summary",
    ]  # fmt: skip
    assert len(PAGES) == 5
    titles = [page.title() for page in wizard.pages]
    assert len(set(titles)) == 5
    assert all(titles)


def test_pages_passed_over_can_be_gone_back_to(place, settled, german_csv):
    place.open(german_csv)
    wizard = settled()
    for key in ("columns", "file", "clean", "summary"):
        wizard.go_to(key)
        assert wizard.page.key == key
    wizard.frame.stepper.go_to(1)
    assert wizard.page.key == "columns"
    wizard.frame.primary_button.click()
    assert wizard.page.key == "clean"
    wizard.frame.back_button.click()
    assert wizard.page.key == "columns"


def test_an_error_does_not_follow_to_another_page(place, settled, german_csv):
    place.read(german_csv)
    settled()
    wizard = place.wizard
    wizard.go_to("columns")
    here = wizard.page
    error = StudioError("It broke.", "It was old.", "Try again.", code="test")
    wizard.desk.failed.emit(error)
    wizard._show(wizard.pages.index(here))  # the same page, shown anew
    assert "It broke." in wizard.notice.message()
    wizard.go_to("clean")
    assert wizard.page is not here
    assert wizard.notice.message() == ""


def test_a_file_that_is_unclear_stops_at_its_columns(qtbot, place, settled, unclear_csv):
    place.open(unclear_csv)
    wizard = settled()
    assert wizard.page.key == "columns"
    assert "guess" in wizard.frame.hint.full_text()
    wizard.frame.primary_button.click()  # going on confirms what is seen
    idle(qtbot, wizard)
    assert wizard.page.key == "clean"
    assert not wizard.pages[1].needs_decision()


def test_undo_takes_back_an_edit_and_redo_makes_it_again(qtbot, place, settled, xlsx):
    place.open(xlsx)
    wizard = settled()
    assert not wizard.undo.isEnabled()
    before = wizard.desk.facts.total
    wizard.desk.take_back(2)  # exact duplicates come back
    idle(qtbot, wizard)
    assert wizard.desk.facts.total == before + 1
    QTest.keyClick(wizard, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, wizard)
    assert wizard.desk.facts.total == before
    assert [step.key for step in wizard.desk.facts.draft.steps][-1] == "drop_exact_duplicates"
    for keys, total in (("Ctrl+Y", before + 1), ("Ctrl+Z", before), ("Ctrl+Shift+Z", before + 1)):
        QTest.keySequence(wizard, QKeySequence(keys))
        idle(qtbot, wizard)
        assert wizard.desk.facts.total == total


def test_undo_covers_roles_and_split(qtbot, place, settled, xlsx):
    place.open(xlsx)
    wizard = settled()
    first = dict(wizard.desk.facts.draft.mapping)
    wizard.desk.set_role("Ticket", "question")
    idle(qtbot, wizard)
    assert wizard.desk.facts.draft.mapping == {"Ticket": "question", "Answer": "answer"}
    choice = wizard.desk.facts.draft.split.model_copy(update={"validation": 0.3})
    wizard.desk.set_split(choice)
    idle(qtbot, wizard)
    assert wizard.desk.facts.counts["validation"] > 5
    for _ in range(2):
        wizard.undo.click()
        idle(qtbot, wizard)
    assert wizard.desk.facts.draft.mapping == first
    assert wizard.desk.facts.draft.split.validation == 0.1


def test_a_draft_survives_a_crash(qtbot, place, settled, xlsx, studio):
    place.open(xlsx)
    wizard = settled()
    wizard.desk.take_back(1)
    idle(qtbot, wizard)
    wizard.go_to("clean")
    idle(qtbot, wizard)
    # What a killed window leaves is what lies on the disk at this moment.
    (draft,) = list_drafts(studio.workspace)
    again = DataPlace(studio)
    qtbot.addWidget(again)
    again.show()
    again.open_draft(draft)
    qtbot.waitUntil(lambda: again.wizard.desk.facts is not None, timeout=20_000)
    idle(qtbot, again.wizard)
    assert again.wizard.page.key == "clean"
    assert [s.key for s in again.wizard.desk.facts.draft.steps] == ["trim", "drop_exact_duplicates"]
    assert again.wizard.desk.facts.total == wizard.desk.facts.total
    again.hide()


BAD = {
    "empty.csv": b"",
    "renamed.xlsx": b"%PDF-1.4 not a spreadsheet",
    "torn.xlsx": b"PK\x03\x04" + os.urandom(400),
    "binary.csv": bytes(range(256)) * 8,
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_sentences_and_another_can_be_chosen(
    qtbot, place, settled, tmp_path, german_csv, name
):
    bad = tmp_path / name
    bad.write_bytes(BAD[name])
    place.open(bad)
    wizard = place.wizard
    qtbot.waitUntil(lambda: wizard.file_page.notice.message() != "", timeout=30_000)
    assert wizard.page is wizard.file_page
    said = wizard.file_page.notice.message()
    assert name in said
    assert said.count(".") >= 2  # what, why, and what to do
    assert wizard.file_page.drop.isVisible()
    assert not wizard.desk.busy
    wizard.file_page.read(german_csv)
    assert settled().page.key == "summary"
    assert wizard.file_page.notice.message() == ""


def test_a_bad_file_does_not_cost_the_one_before(qtbot, place, settled, tmp_path, german_csv):
    place.open(german_csv)
    wizard = settled()
    bad = tmp_path / "empty.csv"
    bad.write_bytes(b"")
    wizard.read(bad)
    qtbot.waitUntil(lambda: wizard.file_page.notice.message() != "", timeout=30_000)
    assert wizard.desk.facts.table.path == german_csv
    wizard.go_to("summary")
    go_on_with_few(qtbot, wizard)
    assert wizard.frame.primary_button.text() == "Freeze and continue"


def test_a_missing_file_says_so(qtbot, place, tmp_path):
    place.open(tmp_path / "gone.csv")
    notice = place.wizard.file_page.notice
    qtbot.waitUntil(lambda: notice.message() != "", timeout=30_000)
    assert "gone.csv" in notice.message()


def test_broken_lines_are_counted_and_can_stop_the_reading(qtbot, place, settled, broken_jsonl):
    place.open(broken_jsonl)
    wizard = settled()
    facts = wizard.desk.facts
    assert (facts.table.rows_in_file, facts.table.row_count) == (30, 29)
    wizard.go_to("file")
    wizard.file_page.reading.broken.button("stop").click()
    qtbot.waitUntil(lambda: wizard.file_page.notice.message() != "", timeout=30_000)
    assert "12" in wizard.file_page.notice.message()
    assert wizard.desk.facts.table.row_count == 29  # what was read before is kept


def test_the_encoding_can_be_overruled(qtbot, place, settled, german_csv):
    place.open(german_csv)
    wizard = settled()
    wizard.go_to("file")
    box = wizard.file_page.reading.encoding
    assert box.currentText().endswith(", guessed")  # no UTF-8, and no mark that tells
    box.setCurrentIndex(box.findData("cp1251"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: wizard.desk.facts.draft.options.encoding == "cp1251", timeout=20_000)
    idle(qtbot, wizard)
    assert "Größe" not in str(wizard.desk.facts.rows[0])


def test_reading_can_be_cancelled(qtbot, place, tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("question,answer\n" + "Why is that?,Because it is so.\n" * 400_000)
    place.open(path)
    wizard = place.wizard
    qtbot.waitUntil(lambda: bool(wizard.desk.busy), timeout=5_000)
    assert wizard.file_page.stop.isVisible()
    wizard.file_page.stop.click()
    assert not wizard.desk.busy
    assert wizard.file_page.drop.isVisible()
    assert wizard.desk.facts is None


def test_a_cancelled_reading_leaves_no_draft(qtbot, place, studio, german_csv, monkeypatch):
    saved, go_on = threading.Event(), threading.Event()

    def slow(session):
        saved.set()
        go_on.wait(60)

    monkeypatch.setattr(desk, "apply_safe_steps", slow)
    place.open(german_csv)
    qtbot.waitUntil(saved.is_set, timeout=30_000)
    assert list_drafts(studio.workspace)
    place.wizard.file_page.stop.click()
    go_on.set()
    qtbot.waitUntil(lambda: not list_drafts(studio.workspace), timeout=30_000)


def test_the_same_file_brought_again_leaves_one_draft(qtbot, place, settled, studio, german_csv):
    for _ in range(2):
        place.open(german_csv)
        wizard = settled()
        qtbot.waitUntil(lambda wizard=wizard: wizard.desk.resting, timeout=30_000)
        wizard.leave.click()
    assert len(list_drafts(studio.workspace)) == 1


def test_recent_files_are_offered(qtbot, place, settled, german_csv, studio):
    place.open(german_csv)
    settled()
    assert studio.settings.recent_files == str(german_csv)
    assert studio.settings.last_folder == str(german_csv.parent)
    place.wizard.leave.click()
    place.open_draft(Draft())
    links = [b for b in place.wizard.findChildren(QPushButton) if b.text() == "fragen.csv"]
    assert links
    links[0].click()
    assert settled().page.key == "summary"


@pytest.mark.parametrize("key", ["file", "columns", "clean", "preview", "summary"])
def test_no_words_are_cut_without_a_tooltip(qtbot, place, settled, xlsx, key):
    place.open(xlsx)
    wizard = settled()
    wizard.go_to(key)
    idle(qtbot, wizard)
    qtbot.wait(50)
    for label in wizard.page.findChildren(QLabel):
        if not label.isVisible() or isinstance(label, ElidedLabel) or not label.text():
            continue
        assert label.width() >= label.minimumSizeHint().width() - 1, label.text()
        if not label.wordWrap():
            need = label.fontMetrics().horizontalAdvance(label.text())
            assert label.contentsRect().width() >= need - 1, label.text()
        else:
            assert label.height() >= label.heightForWidth(label.width()) - 2, label.text()
    for button in wizard.findChildren(QPushButton):
        if button.isVisible() and button.text():
            need = button.fontMetrics().horizontalAdvance(button.text())
            assert button.width() >= need, button.text()
    for label in wizard.page.findChildren(ElidedLabel):
        if label.isVisible() and label.text() != label.full_text():
            assert label.toolTip() == label.full_text()


def test_everything_that_can_be_pressed_has_a_name(qtbot, place, settled, xlsx):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

    place.open(xlsx)
    wizard = settled()
    for key in ("file", "columns", "clean", "preview", "summary"):
        wizard.go_to(key)
        idle(qtbot, wizard)
        for kind in (QAbstractButton, QComboBox, QLineEdit):
            for widget in wizard.page.findChildren(kind):
                if not widget.isVisible() or widget.objectName().startswith("qt_"):
                    continue
                named = widget.accessibleName() or getattr(widget, "text", str)()
                assert named, f"{key}: {widget}"
    wizard.pages[3].left()


def test_the_main_button_asks_for_the_file(place, settled, choose, german_csv):
    place.open("new")
    wizard = place.wizard
    assert wizard.page.key == "file"
    assert wizard.frame.primary_button.text() == "Choose a file"
    choose(german_csv)
    wizard.frame.primary_button.click()
    assert settled().desk.facts.table.row_count


def test_a_wrong_encoding_is_said_and_costs_nothing(qtbot, place, settled, tmp_path):
    path = tmp_path / "faq.csv"
    rows = "".join(f"Wo ist Straße {n}?,Übel {n}.\n" for n in range(60))
    path.write_text("question,answer\n" + rows, "utf-8")
    place.open(path)
    wizard = settled()
    wizard.go_to("file")
    page = wizard.file_page
    page.reading.encoding.setCurrentIndex(page.reading.encoding.findData("utf-16"))
    page.reading.encoding.activated.emit(page.reading.encoding.currentIndex())
    qtbot.waitUntil(lambda: "not written in UTF-16" in page.notice.message(), timeout=30_000)
    qtbot.waitUntil(lambda: not wizard.desk.busy, timeout=30_000)
    assert wizard.desk.facts.table.row_count == 60
    assert wizard.desk.facts.draft.options.encoding is None
    assert page.reading.isVisibleTo(wizard)
    assert "UTF-8" in page.reading.encoding.currentText()


def test_a_file_in_an_archive_is_no_sheet(qtbot, place, settled, tmp_path):
    rows = "".join(f"Where is lamp {n}?,At door {n}.\n" for n in range(60))
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "question,answer\n" + rows)
        archive.writestr("b.csv", "question,answer\n" + rows.replace("lamp", "bulb"))
    place.open(path)
    wizard = settled()
    wizard.go_to("file")
    said = [label.text() for label in wizard.findChildren(QLabel)]
    said += [label.full_text() for label in wizard.findChildren(ElidedLabel)]
    assert not any("sheet" in words.lower() for words in said if "spread" not in words.lower())
    assert any("files: a.csv / b.csv" in words for words in said)
    assert wizard.file_page.reading.sheet.accessibleName() == "File in it"


def test_tab_goes_through_the_page_as_the_eye_does(qtbot, place, settled, xlsx):
    place.open(xlsx)
    wizard = settled()
    for key in ("clean", "summary"):
        wizard.go_to(key)
        idle(qtbot, wizard)
        qtbot.wait(50)
        seen = list(as_seen(wizard.frame))
        chain, widget = [], seen[0]
        for _ in range(2000):
            chain += [widget] if widget in seen else []
            widget = widget.nextInFocusChain()
            if widget is seen[0]:
                break
        assert chain == seen
        assert seen[-1] is wizard.frame.primary_button
        assert [one for one in seen if one in wizard.page.done.findChildren(QPushButton)]
