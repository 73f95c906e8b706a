"""A dataset from Hugging Face: asked for, fetched in another process, and read when it is there."""

from __future__ import annotations

import os

import pytest

from ftstudio.data.draft import Draft
from ftstudio.data.ingest import from_hub
from ftstudio.jobs.events import Finished, Started
from ftstudio.jobs.lock import Holder, write_holder
from ftstudio.ui import hub_panel
from ftstudio.ui.dataset.reading_card import ReadingCard
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
