"""From a spreadsheet to a frozen dataset, as a person clicks it."""

from __future__ import annotations

import shlex
import threading

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

from ftstudio.core.errors import StudioError
from ftstudio.data.draft import Draft, list_drafts
from ftstudio.data.sides.split import SplitChoice
from ftstudio.data.versions.erase import erase_person
from ftstudio.data.versions.library import DatasetVersion, list_versions, load_version
from ftstudio.ui.bridge import background
from ftstudio.ui.dataset import data_place
from ftstudio.ui.widgets.example_link import ExampleLink
from tests.gui.dataset.conftest import go_on_with_few


class Clicks:
    """Presses buttons as a mouse does, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, button) -> None:
        assert button.isVisible()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.count += 1


@pytest.fixture
def clicks():
    return Clicks()


def test_an_own_spreadsheet_takes_two_clicks_and_no_typing(
    qtbot, place, settled, choose, clicks, enough_csv, studio
):
    choose(enough_csv)
    clicks(place.library.empty.button)
    wizard = settled()
    assert wizard.page.key == "summary"  # the pages between had nothing to ask
    with qtbot.waitSignal(place.go, timeout=15_000) as gone:
        clicks(wizard.frame.primary_button)
    assert clicks.count == 2
    where, dataset = gone.args
    (version,) = list_versions(studio.workspace)
    assert (where, dataset) == ("train", version.id)
    assert version.name == "parcels"
    assert version.total == 120
    assert place.wizard is None


def test_files_chosen_at_once_are_one_table(qtbot, place, choose, enough_csv):
    again = enough_csv.with_name("more parcels.csv")
    again.write_text(enough_csv.read_text().replace("parcel", "letter"))

    def rows(count):
        wizard = place.wizard
        return wizard and wizard.desk.resting and wizard.desk.facts.table.row_count == count

    choose(enough_csv, again)
    place.library.empty.button.click()
    qtbot.waitUntil(lambda: rows(240), timeout=30_000)
    place.wizard.go_to("file")
    for files, count in (([enough_csv], 120), ([enough_csv, again], 240)):
        choose(*files)
        place.wizard.file_page.other.click()
        qtbot.waitUntil(lambda count=count: rows(count), timeout=30_000)


def test_a_small_spreadsheet_takes_one_click_more(
    qtbot, place, settled, choose, clicks, xlsx, studio
):
    choose(xlsx)
    clicks(place.library.empty.button)
    wizard = settled()
    page = wizard.page
    assert page.key == "summary"  # the pages between had nothing to ask
    assert page.few.said().startswith("Only 4 rows are held back to check with (validation).")
    assert not page.foot().enabled
    (way,) = page.few.buttons  # of 31 rows twenty are not to be had
    assert way.text() == "Go on with 4 validation rows – a rough result"
    qtbot.waitUntil(way.isVisible)
    clicks(way)
    qtbot.waitUntil(lambda: page.foot().enabled, timeout=20_000)
    assert "the dataset says so" in page.few.said()
    assert page.few.buttons == []
    wizard.desk.undo.undo()
    qtbot.waitUntil(lambda: not page.foot().enabled and not wizard.desk.busy, timeout=20_000)
    wizard.desk.undo.redo()
    qtbot.waitUntil(lambda: page.foot().enabled and not wizard.desk.busy, timeout=20_000)
    with qtbot.waitSignal(place.go, timeout=15_000):
        clicks(wizard.frame.primary_button)
    assert clicks.count == 3
    (version,) = list_versions(studio.workspace)
    assert version.total == 31
    assert version.manifest["few_to_check"] == {"validation": 4, "classes": []}


def test_the_same_rows_again_under_another_name_are_told(qtbot, place, settled, enough_csv, studio):
    for name in ("May", "June"):
        place.open(enough_csv)
        wizard = settled()
        wizard.page.name.setText(name)
        wizard.page.name.editingFinished.emit()
        wizard.frame.secondary_button.click()
        qtbot.waitUntil(lambda: place.wizard is None, timeout=20_000)
    assert "frozen before as “May”" in place.library.notice.message()
    assert "“June” is now another name of it" in place.library.notice.message()
    (version,) = list_versions(studio.workspace)
    assert (version.name, version.also) == ("May", ("June",))
    panel = place.library.version_panel
    qtbot.waitUntil(lambda: panel.version is not None, timeout=20_000)
    assert "also called “June”" in panel._facts_of(version)


def test_a_larger_share_is_one_click(qtbot, place, settled, german_csv, studio):
    place.open(german_csv)
    wizard = settled()
    page = wizard.page
    share, rough = page.few.buttons
    assert share.text() == "Check with 20 rows"
    assert rough.text().startswith("Go on with 4 validation rows")
    share.click()
    qtbot.waitUntil(lambda: page.foot().enabled and not wizard.desk.busy, timeout=20_000)
    assert page.few.said() == ""
    assert wizard.desk.facts.counts["validation"] == 20
    assert "few_to_check" not in {one.key for one in wizard.desk.facts.report.findings}


def test_the_report_card_says_that_few_can_be_checked(place, settled, xlsx):
    place.open(xlsx)
    wizard = settled()
    wizard.go_to("clean")
    row = next(one for one in wizard.page.rows if one.finding.key == "few_to_check")
    assert row.finding.severity == "look"
    assert wizard.page.foot().enabled  # it is settled on the summary


def test_a_german_excel_csv_takes_two_clicks(
    qtbot, place, settled, choose, clicks, german_csv, studio
):
    choose(german_csv)
    clicks(place.library.empty.button)
    wizard = settled()
    assert wizard.page.key == "summary"
    go_on_with_few(qtbot, wizard)
    with qtbot.waitSignal(place.go, timeout=15_000):
        clicks(wizard.frame.primary_button)
    assert clicks.count == 2  # and one for so few rows
    (version,) = list_versions(studio.workspace)
    assert next(version.examples("train")).answer.startswith("Für Größe")
    assert version.counts["validation"] >= 1


def test_new_asks_for_a_file_at_once(place, settled, choose, clicks, xlsx):
    place.open("new")
    page = place.wizard.file_page
    assert place.wizard.page is page
    choose(xlsx)
    clicks(page.drop)
    assert settled().page.key == "summary"
    place.open(None)  # coming back finds what was left
    assert place.wizard.page.key == "summary"


def test_the_example_is_one_click_from_its_summary(place, settled, clicks):
    clicks(place.library.try_button)
    wizard = settled()
    assert wizard.page.key == "summary"
    assert wizard.desk.facts.total >= 300
    assert [step.key for step in wizard.desk.facts.draft.steps] == [
        "trim", "drop_empty", "drop_exact_duplicates",
    ]  # fmt: skip


def test_only_keeping_the_data_stays_here(qtbot, place, settled, german_csv, studio):
    place.open(german_csv)
    go_on_with_few(qtbot, settled())
    asked = []
    place.go.connect(lambda *args: asked.append(args))
    place.wizard.frame.secondary_button.click()
    qtbot.waitUntil(lambda: "fragen" in place.library.notice.message(), timeout=15_000)
    assert asked == []
    qtbot.waitUntil(lambda: len(place.library.list.rows()) == 1)
    assert place.library.version_panel.version.name == "fragen"


def test_a_dropped_file_is_read(place, settled, german_csv):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(german_csv))])
    place.dropEvent(
        QDropEvent(
            QPointF(9, 9),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert settled().desk.facts.table.path == german_csv


def test_a_name_that_was_typed_is_kept_and_no_draft_stays(
    qtbot, place, settled, german_csv, studio
):
    place.open(german_csv)
    wizard = settled()
    go_on_with_few(qtbot, wizard)
    name = wizard.summary_page.name
    name.setFocus()
    name.setText("Lieferfragen")
    QTest.keyClick(name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: place.wizard is None, timeout=20_000)
    qtbot.wait(100)
    assert [version.name for version in list_versions(studio.workspace)] == ["Lieferfragen"]
    assert list_drafts(studio.workspace) == []


def test_the_command_makes_the_same_dataset(
    qtbot, place, settled, german_csv, studio, tmp_path, monkeypatch
):
    from ftstudio.cli.entry import main

    place.open(german_csv)
    wizard = settled()
    go_on_with_few(qtbot, wizard)
    page = wizard.summary_page
    page.show_command.click()
    words = shlex.split(page.command.words())
    assert words[:3] == ["ftstudio", "data", "prepare"]
    wizard.frame.secondary_button.click()
    qtbot.waitUntil(lambda: place.wizard is None, timeout=20_000)
    (version,) = list_versions(studio.workspace)
    assert main([*words[1:], "--out", str(tmp_path / "same")]) == 0
    same = load_version(tmp_path / "same")
    assert same.counts == version.counts
    assert list(same.examples("train")) == list(version.examples("train"))


def frozen(qtbot, place, settled, path):
    place.open(path)
    go_on_with_few(qtbot, settled())
    place.wizard.frame.secondary_button.click()
    qtbot.waitUntil(lambda: place.wizard is None, timeout=15_000)
    qtbot.waitUntil(lambda: any(row.chip != "Draft" for row in place.library.list.rows()))


def test_deleting_can_be_undone(qtbot, place, settled, german_csv, studio):
    frozen(qtbot, place, settled, german_csv)
    place.library.version_panel.trash.click()
    qtbot.waitUntil(lambda: "deleted" in place.library.notice.message(), timeout=5_000)
    assert list_versions(studio.workspace) == []
    place.library.notice._action.click()
    qtbot.waitUntil(lambda: len(list_versions(studio.workspace)) == 1, timeout=5_000)
    qtbot.waitUntil(lambda: len(place.library.list.rows()) == 1)


def test_the_examples_can_be_searched(qtbot, place, settled, german_csv):
    frozen(qtbot, place, settled, german_csv)
    panel = place.library.version_panel
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() == 40, timeout=5_000)
    panel.search.setText("Lieferung 17")
    assert panel.table.rows.rowCount() == 1
    panel.search.clear()
    panel.side.setCurrentIndex(panel.side.findData("validation"))
    panel.side.activated.emit(0)
    assert 1 <= panel.table.rows.rowCount() < 40


def test_names_are_searched_and_the_newest_is_first(qtbot, place, settled, german_csv, xlsx):
    frozen(qtbot, place, settled, german_csv)
    frozen(qtbot, place, settled, xlsx)
    qtbot.waitUntil(lambda: len(place.library.list.rows()) == 2)
    assert [row.title for row in place.library.list.rows()] == ["support tickets", "fragen"]
    place.library.search.setText("frag")
    assert [row.title for row in place.library.list.rows()] == ["fragen"]


def test_use_for_training_goes_on(qtbot, place, settled, german_csv, studio):
    frozen(qtbot, place, settled, german_csv)
    (version,) = list_versions(studio.workspace)
    with qtbot.waitSignal(place.go) as gone:
        place.library.version_panel.train.click()
    assert gone.args == ["train", version.id]


def test_a_draft_that_was_left_is_listed_and_goes_on(qtbot, place, settled, german_csv):
    place.open(german_csv)
    settled()
    place.wizard.leave.click()
    qtbot.waitUntil(lambda: len(place.library.list.rows()) == 1)
    assert place.library.list.rows()[0].chip == "Draft"
    place.library.draft_panel.go_on.emit(place.library.draft_panel.draft)
    settled()
    qtbot.waitUntil(lambda: place.wizard.page.key == "summary", timeout=30_000)


def test_what_is_still_being_saved_when_one_leaves_is_not_lost(
    qtbot, place, settled, german_csv, monkeypatch
):
    place.open(german_csv)
    settled()
    real, slow = Draft.save, threading.Event()

    def save(self, workspace):
        slow.wait(0.3)
        real(self, workspace)

    monkeypatch.setattr(Draft, "save", save)
    desk = place.wizard.desk
    for number in range(4):  # more than one can be under way
        desk.note(name=f"Name {number}")
    place.wizard.leave.click()
    assert not desk.resting
    qtbot.waitUntil(
        lambda: [draft.name for draft in list_drafts(place._studio.workspace)] == ["Name 3"]
    )
    qtbot.waitUntil(lambda: place.library.draft_panel.draft is not None)
    assert place.library.draft_panel.draft.name == "Name 3"


def test_a_deleted_draft_can_be_brought_back(qtbot, place, settled, german_csv):
    place.open(german_csv)
    settled()
    place.wizard.leave.click()
    qtbot.waitUntil(lambda: len(place.library.list.rows()) == 1)
    place.library.draft_panel.delete.emit(place.library.draft_panel.draft)
    qtbot.waitUntil(lambda: place.library.list.rows() == [])
    place.library.notice._action.click()
    qtbot.waitUntil(lambda: len(place.library.list.rows()) == 1)


def test_a_person_erased_meanwhile_does_not_come_back_with_a_draft(
    qtbot, place, settled, studio, german_csv
):
    place.open(german_csv)
    settled()
    place.wizard.leave.click()
    qtbot.waitUntil(lambda: len(list_drafts(studio.workspace)) == 1)
    (draft,) = list_drafts(studio.workspace)
    draft.name = "For Anna Kowalska"
    draft.save(studio.workspace)
    place._look()
    panel = place.library.draft_panel
    qtbot.waitUntil(lambda: panel.draft is not None and panel.draft.name == draft.name)
    panel.delete.emit(panel.draft)
    erase_person(studio.workspace, "Anna Kowalska")
    place.library.notice._action.click()
    qtbot.waitUntil(lambda: len(list_drafts(studio.workspace)) == 1)
    assert list_drafts(studio.workspace)[0].name == "For [erased]"
    place._open_kept("gone")
    assert "can't be opened" in place.library.notice.message()


@pytest.fixture
def slow_opening(monkeypatch):
    """The panel's thread waits before each part of a version, until it is let go."""
    go_on, at_work = threading.Event(), threading.Event()
    real = DatasetVersion.examples

    def examples(self, split="train"):
        at_work.set()
        assert go_on.wait(120)
        return real(self, split)

    monkeypatch.setattr(DatasetVersion, "examples", examples)
    yield at_work, go_on
    go_on.set()


def test_deleting_while_it_is_being_opened(qtbot, place, settled, german_csv, studio, slow_opening):
    at_work, go_on = slow_opening
    frozen(qtbot, place, settled, german_csv)
    panel = place.library.version_panel
    qtbot.waitUntil(at_work.is_set, timeout=5_000)
    panel.trash.click()
    panel.trash.click()  # twice is once
    panel.train.click()  # what is going can't be used
    qtbot.waitUntil(lambda: "deleted" in place.library.notice.message(), timeout=5_000)
    go_on.set()
    assert background.wait_all(60)
    qtbot.wait(20)
    place.library.notice._action.click()
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() == 40, timeout=5_000)
    assert panel.notice.message() == ""


def test_a_version_that_can_not_be_deleted_stays_open(
    qtbot, place, settled, german_csv, monkeypatch
):
    frozen(qtbot, place, settled, german_csv)

    def refuse(*_):
        raise StudioError("It is held.", "Another program has it.", "Close it.", code="disk")

    monkeypatch.setattr(data_place, "delete_version", refuse)
    panel = place.library.version_panel
    panel.trash.click()
    qtbot.waitUntil(lambda: "held" in place.library.notice.message(), timeout=5_000)
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() == 40, timeout=5_000)


def test_an_earlier_look_is_not_shown_over_a_later_one(
    qtbot, place, settled, german_csv, monkeypatch
):
    frozen(qtbot, place, settled, german_csv)
    go_on = threading.Event()

    def late(workspace):
        assert go_on.wait(120)
        return []

    real = data_place.list_versions
    monkeypatch.setattr(data_place, "list_versions", late)
    place.open(None)
    monkeypatch.setattr(data_place, "list_versions", real)
    place.open(None)
    qtbot.wait(50)
    go_on.set()
    assert background.wait_all(60)
    qtbot.wait(20)
    assert len(place.library.list.rows()) == 1


@pytest.mark.parametrize("how", ["leave", "shut_down"])
def test_leaving_ends_the_reading(qtbot, place, tmp_path, monkeypatch, studio, how):
    path = tmp_path / "large.csv"
    path.write_text("question,answer\n" + "Why is that?,Because it is so.\n" * 400_000)
    place.open(path)
    desk = place.wizard.desk
    qtbot.waitUntil(lambda: "Reading" in desk.busy, timeout=5_000)
    task = desk._task
    if how == "leave":
        place.wizard.leave.click()
    else:
        place.shut_down()
    assert task.asked()
    assert background.wait_all(60)
    assert list_drafts(studio.workspace) == []  # what came late brought nothing back
    assert list(studio.workspace.sources.iterdir()) == []


def test_leaving_lets_a_change_finish(qtbot, place, settled, german_csv, studio):
    place.open(german_csv)
    wizard = settled()
    qtbot.waitUntil(lambda: wizard.desk._task is None, timeout=5_000)  # the page is noted
    wizard.desk.set_split(SplitChoice(validation=0.3))
    task = wizard.desk._task
    wizard.leave.click()
    assert not task.asked()
    assert background.wait_all(60)
    assert list_drafts(studio.workspace)[0].split.validation == 0.3


def test_a_split_without_training_rows_is_stopped_at_the_summary(qtbot, place, settled, german_csv):
    place.open(german_csv)
    wizard = settled()
    wizard.desk.set_split(SplitChoice(validation=0.5, test=0.5))
    qtbot.waitUntil(lambda: wizard.desk.facts.counts["train"] == 0, timeout=5_000)
    settled()
    assert "learn from" in wizard.page.foot().missing
    wizard.frame.primary_button.click()
    assert not wizard.desk.busy  # nothing is frozen
    wizard.go_to("preview")  # where it is mended
    assert wizard.page.key == "preview"


def pick_sample(link, title):
    action = next(one for one in link.menu.actions() if one.text() == title)
    link.menu.triggered.emit(action)


def test_trying_the_example_again_goes_on_with_it(qtbot, place, settled, studio):
    place.open("example")
    first = settled().desk.draft.id
    place.wizard.leave.click()
    qtbot.waitUntil(lambda: len(list_drafts(studio.workspace)) == 1, timeout=30_000)
    place.library.try_button.click()
    wizard = settled()
    assert wizard.desk.draft.id == first
    place.open("example")  # already open
    background.wait_all()
    qtbot.wait(1)
    assert place.wizard is wizard
    assert len(list_drafts(studio.workspace)) == 1


def test_an_example_that_is_a_dataset_already_is_shown(qtbot, place, settled, studio):
    pick_sample(place.library.samples, "Labels")
    wizard = settled()
    assert wizard.desk.draft.file.endswith("support-labels.csv")
    qtbot.waitUntil(wizard.frame.primary_button.isEnabled, timeout=30_000)
    while wizard.page.key != "summary":
        wizard.frame.primary_button.click()
    wizard.frame.secondary_button.click()
    qtbot.waitUntil(lambda: place.wizard is None, timeout=30_000)
    qtbot.waitUntil(lambda: len(place.library.list.rows()) == 1, timeout=30_000)
    place.open("new")
    pick_sample(place.wizard.file_page.findChild(ExampleLink), "Labels")
    said = "The example is prepared already"
    qtbot.waitUntil(lambda: said in place.library.notice.message(), timeout=30_000)
    assert place.wizard is None
    (version,) = list_versions(studio.workspace)
    qtbot.waitUntil(lambda: place.library.list.current_key() == version.id, timeout=30_000)
    assert list_drafts(studio.workspace) == []


def test_an_empty_draft_that_is_open_takes_the_example(qtbot, place, settled, studio):
    place.open("new")
    wizard = place.wizard
    pick_sample(wizard.file_page.findChild(ExampleLink), "Ratings")
    assert settled() is wizard
    assert wizard.desk.draft.file.endswith("support-ratings.csv")


def test_copies_come_last_and_have_no_number_of_the_file(qtbot, place, settled, tmp_path):
    path = tmp_path / "mails.csv"
    lines = [f"mail {n} about something,{'rare' if n % 15 == 0 else 'often'}" for n in range(60)]
    path.write_text("\n".join(["text,label", *lines]))
    place.open(path)
    wizard = settled()
    wizard.desk.apply("Balance", "balance_labels", {"least": 6})
    qtbot.waitUntil(lambda: wizard.desk.facts.total == 62 and not wizard.desk.busy, timeout=20_000)
    go_on_with_few(qtbot, wizard)
    wizard.go_to("summary")
    wizard.frame.secondary_button.click()
    rows = place.library.version_panel.table.rows
    qtbot.waitUntil(lambda: rows.rowCount() == 62, timeout=20_000)
    numbers = [rows.headerData(at, Qt.Orientation.Vertical) for at in range(62)]
    assert [str(one) for one in numbers[58:]] == ["60", "61", "copy", "copy"]


def test_what_was_recognised_is_shown_whole(place, settled, german_csv):
    place.open(german_csv)
    wizard = settled()
    wizard.go_to("file")
    reading = wizard.page.reading
    for box in (reading.encoding, reading.separator, reading.header_row):
        room = QStyleOptionComboBox()
        box.initStyleOption(room)
        field = box.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, room, QStyle.SubControl.SC_ComboBoxEditField, box
        )
        words = box.currentText()
        assert field.width() >= box.fontMetrics().horizontalAdvance(words), words
    assert reading.encoding.currentText() == "Windows-1252 (Western European), guessed"
