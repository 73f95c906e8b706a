"""A dataset from Hugging Face: asked for, fetched in another process, and read when it is there."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel

from ftstudio.data.draft import Draft
from ftstudio.data.ingest import from_hub
from ftstudio.jobs.events import Finished, Started
from ftstudio.jobs.lock import Holder, write_holder
from ftstudio.ui import hub_panel
from ftstudio.ui.dataset.file.reading_card import ReadingCard
from ftstudio.ui.dataset.wizard import DataWizard


@pytest.fixture
def wizard(qtbot, studio, monkeypatch):
    """Downloads are written by the test; this process stands for the worker."""
    started = []

    def at_work(folder, module):
        started.append((folder.spec().payload, module))
        write_holder(folder, Holder.of(os.getpid(), 0))

    monkeypatch.setattr(hub_panel.launch, "start", at_work)
    made = DataWizard(studio, Draft())
    made.started = started
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close_draft()


def say(page, *events):
    with page.hub._folder.events.open("a") as file:
        file.writelines(event.model_dump_json() + "\n" for event in events)


def test_a_name_becomes_rows(qtbot, wizard, studio):
    page = wizard.pages[0]
    assert page.hub.isHidden()
    assert wizard.started == []
    page.from_hub.click()
    assert not page.hub.isHidden()
    assert "dataset" in page.hub.name.accessibleName()
    page.hub.name.setText("https://huggingface.co/datasets/org/hills")
    assert wizard.started == []  # nothing happens before the click
    page.hub.get.click()
    assert wizard.started == [({"name": "org/hills", "of": "dataset"}, "ftstudio.worker.download")]
    say(page, Started(pid=1, device="network"))
    folder = from_hub.downloads(studio.workspace) / "org" / "hills"
    folder.mkdir(parents=True)
    rows = "".join(f"How high is hill {n}?,{n} metres.\n" for n in range(30))
    (folder / "train.csv").write_text("question,answer\n" + rows)
    (folder / "README.md").write_text("---\nlicense: mit\n---")
    say(page, Finished(output=str(folder)))
    qtbot.waitUntil(lambda: wizard.desk.facts is not None and not wizard.desk.busy, timeout=30_000)
    assert wizard.desk.facts.table.row_count == 30
    assert wizard.desk.facts.draft.licence == "mit"
    assert page.hub.isHidden()


def test_what_is_no_name_is_told(wizard):
    page = wizard.pages[0]
    page.from_hub.click()
    page.hub.name.setText("hills")
    page.hub.get.click()
    assert "not the name of a dataset" in page.hub.notice.message()
    assert wizard.started == []


def test_a_download_under_way_is_found_again(qtbot, wizard, studio):
    page = wizard.pages[0]
    page.from_hub.click()
    page.hub.name.setText("org/hills")
    page.hub.get.click()
    say(page, Started(pid=1, device="network"))
    wizard.close_draft()
    again = DataWizard(studio, Draft())
    qtbot.addWidget(again)
    again.show()
    again.pages[0].from_hub.click()
    assert again.pages[0].hub.is_busy()
    assert again.pages[0].hub.name.text() == "org/hills"
    again.close_draft()


def drop(widget, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    widget.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))


def table(path, count=30):
    lines = [f"{n},What is lamp {n} for?,For room {n}." for n in range(count)]
    path.write_text("\n".join(["id,question,answer", *lines]), "utf-8")
    return path


def test_files_dropped_together_are_one_table(qtbot, place, settled, tmp_path, studio):
    paths = [table(tmp_path / f"{name}.csv") for name in "ab"]
    table(tmp_path / "c.csv")
    drop(place, *paths)
    wizard = settled()
    assert wizard.desk.facts.table.row_count == 60
    assert not wizard.notice.message()
    assert str(tmp_path) not in studio.settings.recent_files
    wizard.go_to("file")
    sheet = wizard.file_page.reading.sheet
    assert [sheet.itemText(at) for at in range(sheet.count())] == [
        "as recognised", "2 files together", "a.csv", "b.csv"
    ]  # fmt: skip
    assert sheet.currentText() == "2 files together"
    sheet.setCurrentIndex(3)
    sheet.activated.emit(3)
    qtbot.waitUntil(lambda: wizard.desk.facts.table.path == paths[1], timeout=30_000)


def test_two_files_of_other_columns_can_be_joined(qtbot, place, settled, tmp_path):
    asked = table(tmp_path / "asked.csv")
    prices = tmp_path / "prices.csv"
    prices.write_text("id,price\n" + "".join(f"{n},{n}0\n" for n in range(30)), "utf-8")
    drop(place, prices, asked)
    qtbot.waitUntil(lambda: bool(place.wizard.notice.message()), timeout=30_000)
    desk = settled().desk
    assert desk.facts.table.path == asked
    assert "Only asked.csv was read: prices.csv has other columns" in place.wizard.notice.message()
    place.wizard.notice._action.click()
    qtbot.waitUntil(lambda: "price" in desk.facts.table.column_names, timeout=30_000)
    assert desk.facts.table.row_count == 30


def test_files_that_do_not_fit_the_others_are_named(place, settled, tmp_path):
    paths = [table(tmp_path / f"{name}.csv") for name in "ab"]
    (other := tmp_path / "prices.csv").write_text("id,price\n1,2\n", "utf-8")
    place.open_draft(Draft())
    drop(place.wizard.file_page.drop, *paths, other)
    wizard = settled()
    assert wizard.desk.facts.table.row_count == 60
    assert "Not read: prices.csv" in wizard.notice.message()


def test_remarks_of_a_reading_stand_on_the_page(place, settled, tmp_path):
    (folder := tmp_path / "in").mkdir()
    table(folder / "a.csv")
    (folder / "notes.md").write_text("Lamps.", "utf-8")
    (folder / "out.csv").symlink_to(table(tmp_path / "out.csv"))
    (folder / "x.csv").write_text("id,question,answer\n", "utf-8")
    place.open(folder)
    wizard = settled()
    wizard.go_to("file")
    box = wizard.file_page.reading.remarks
    told = [remark.reason for remark in wizard.desk.facts.table.remarks]
    assert len(told) == 3
    assert [label.text() for label in box.first] == told[:2]
    assert box.first[0].isVisible()
    assert box.more.text() == "All 3 remarks"
    box.more.click()
    shown = {label.text() for label in box._all.widget().findChildren(QLabel)}
    assert shown == set(told)
    assert not box.first[0].isVisible()


def test_a_file_without_remarks_says_nothing(place, settled, tmp_path):
    place.open(table(tmp_path / "a.csv"))
    wizard = settled()
    wizard.go_to("file")
    assert not wizard.file_page.reading.remarks.isVisible()


CARD = """---
configs:
- config_name: en
  data_files: en.csv
- config_name: de
  data_files: de.csv
---
"""


def test_another_dataset_of_a_folder_is_offered(qtbot, place, settled, tmp_path):
    (folder := tmp_path / "lamps").mkdir()
    (folder / "README.md").write_text(CARD, "utf-8")
    for name, count in (("en", 30), ("de", 40)):
        table(folder / f"{name}.csv", count)
    place.open(folder)
    wizard = settled()
    assert wizard.desk.facts.table.row_count == 30
    wizard.go_to("file")
    sheet = wizard.file_page.reading.sheet
    assert sheet.isVisible()
    assert sheet.accessibleName() == "Dataset in it · configuration"
    sheet.setCurrentIndex(sheet.findData("de"))
    sheet.activated.emit(sheet.currentIndex())
    qtbot.waitUntil(lambda: wizard.desk.facts.table.row_count == 40, timeout=30_000)


def test_all_that_can_be_set_for_a_folder_fits_the_window(qtbot, place, settled, tmp_path):
    folder = tmp_path / "a folder of tables with a long name"
    folder.mkdir()
    for name in ("questions of october", "questions of november"):
        lines = ["Question,Answer", *(f"Is lamp {i} of {name} lit?,Yes {i}." for i in range(30))]
        (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    place.resize(1064, 790)  # what the rail leaves of 1280
    place.open(folder)
    wizard = settled()
    wizard.go_to("file")
    card = wizard.file_page.findChild(ReadingCard)
    assert card.sheet.isVisible()
    assert card.header_row.isVisible()
    assert card.minimumSizeHint().width() <= 1000
    assert card.mapTo(place, card.rect().topRight()).x() <= place.width() - 32
