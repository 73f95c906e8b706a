"""The shelf: what is told of each adapter, and what can be done with it."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from ftstudio.adapters import shelf
from ftstudio.jobs import launch
from ftstudio.jobs.events import Failed, Finished, Phase, Started
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.adapters import adapters_place, shelf_reading
from ftstudio.ui.adapters.adapters_place import AdaptersPlace
from ftstudio.ui.bridge import background
from ftstudio.ui.studio import Studio
from tests.gui import canned_job


@pytest.fixture
def place(qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Iterator[AdaptersPlace]:
    monkeypatch.setattr(shelf_reading, "_base_is_here", lambda w, card: "lack" not in card.id)
    place = AdaptersPlace(studio)
    qtbot.addWidget(place)
    place.resize(1072, 820)
    place.show()
    qtbot.waitExposed(place)
    yield place
    place.shut_down()


def show(place: AdaptersPlace, adapter_id: str, qtbot: QtBot) -> None:
    place.open(adapter_id)
    qtbot.waitUntil(lambda: place.cards.current_key() == adapter_id)


def test_an_empty_shelf_offers_to_fill_it(place: AdaptersPlace, qtbot: QtBot) -> None:
    place.open()
    qtbot.waitUntil(lambda: place._stack.currentIndex() == 1)
    assert place.add.isVisible()


def test_cards_tell_name_score_base_data_size_and_age(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    canned_job.add_adapter(studio.workspace, "a-1", scores={"validation_before": 2.93,
                                                            "validation_after": 0.91})  # fmt: skip
    canned_job.add_adapter(studio.workspace, "lack-2", name="From a colleague", scores={},
                           dataset=None, created=1.0)  # fmt: skip
    show(place, "a-1", qtbot)
    first, second = place.cards.rows()
    assert (first.title, first.chip, first.tone) == ("Support-tone v3", "69 % less loss", "ok")
    assert first.lines == ("Studio Starter · LoRA", "Support tickets v3 · 1.1 MB")
    assert second.chip == "Not tested"
    assert second.lines[0].startswith("needs Studio Starter, not here")
    assert second.note == "1 Jan 1970"


def test_the_panel_tells_where_it_came_from(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    run = canned_job.finished(studio.workspace)
    scores = {"validation_before": 2.93, "validation_after": 0.91}
    canned_job.add_adapter(studio.workspace, "a-1", run_id=run.id, scores=scores)
    show(place, "a-1", qtbot)
    panel = place.panel
    assert panel.loss.shown() == "0.91 was 2.93"
    assert panel.better.shown() == "69 %"
    assert panel.lineage.data.accessibleName() == "Support tickets v3, ds-0123456789ab"
    assert panel.lineage.base.accessibleName() == "Studio Starter, ffffffffffff"
    assert any("Capacity 16" in words for words in panel.facts())
    with qtbot.waitSignal(place.go) as asked:
        qtbot.mouseClick(panel.lineage.run, Qt.MouseButton.LeftButton)
    assert asked.args == ["runs", run.id]
    with qtbot.waitSignal(place.go) as asked:
        panel.try_it.click()
    assert asked.args == ["play", "a-1"]


def test_what_sorts_tells_how_often_it_is_right(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    scores = {"validation_after": 0.41, "accuracy_before": 0.06, "accuracy_after": 0.9}
    canned_job.add_adapter(studio.workspace, "sorts-1", scores=scores, head="one_label")
    canned_job.add_adapter(studio.workspace, "writes-2", name="Writes",
                           scores={"validation_before": 2.0, "validation_after": 1.0})  # fmt: skip
    show(place, "sorts-1", qtbot)
    assert place.panel.better.accessibleName() == "Right on unseen: 90 % was 6 %"
    show(place, "writes-2", qtbot)
    assert place.panel.better.accessibleName().startswith("Less wrong by: 50 %")


def test_a_lacking_base_blocks_and_says_the_way_out(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    canned_job.add_adapter(studio.workspace, "lack-1")
    show(place, "lack-1", qtbot)
    assert not place.panel.try_it.isEnabled()
    assert not place.panel.merge.isEnabled()
    assert place.panel.export.isEnabled()
    assert "Add that model" in place.panel._problem_words.text()


def test_rename_in_place_and_keep_the_place_in_the_list(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    canned_job.add_adapter(studio.workspace, "a-1")
    show(place, "a-1", qtbot)
    place.panel.pencil.click()
    field = place.panel.name_field()
    field.clear()
    qtbot.keyClicks(field, "Warm tone")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: place.panel.title() == "Warm tone")
    assert shelf.card(studio.workspace, "a-1").name == "Warm tone"
    assert place.cards.rows()[0].title == "Warm tone"


def test_a_note_saves_itself(place: AdaptersPlace, studio: Studio, qtbot: QtBot) -> None:
    canned_job.add_adapter(studio.workspace, "a-1")
    show(place, "a-1", qtbot)
    place.panel.note.setPlainText("Good for refunds")
    qtbot.waitUntil(
        lambda: shelf.card(studio.workspace, "a-1").note == "Good for refunds", timeout=4000
    )
    assert place.panel.note.toPlainText() == "Good for refunds"


def test_letters_typed_while_a_note_is_saved_are_not_lost(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    canned_job.add_adapter(studio.workspace, "a-1")
    show(place, "a-1", qtbot)
    note = place.panel.note
    note.setPlainText("Good for ")
    note.save()
    note.setPlainText("Good for refunds")
    qtbot.waitUntil(lambda: shelf.card(studio.workspace, "a-1").note == "Good for")
    qtbot.wait(200)  # the shelf is read again meanwhile
    assert note.toPlainText() == "Good for refunds"
    qtbot.waitUntil(lambda: shelf.card(studio.workspace, "a-1").note == "Good for refunds")


def test_a_note_is_not_saved_to_the_next_adapter(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    canned_job.add_adapter(studio.workspace, "a-1", created=2.0)
    canned_job.add_adapter(studio.workspace, "a-2", created=1.0)
    show(place, "a-1", qtbot)
    place.panel.note.setPlainText("Belongs to one")
    place.cards.select("a-2")
    qtbot.waitUntil(lambda: shelf.card(studio.workspace, "a-1").note == "Belongs to one")
    qtbot.waitUntil(lambda: place.panel.card_id == "a-2")
    assert not place.panel.note._timer.isActive()  # nothing waits to be saved
    assert place.panel.note.toPlainText() == ""
    assert background.wait_all(60)
    assert shelf.card(studio.workspace, "a-2").note == ""


def test_delete_and_undo(place: AdaptersPlace, studio: Studio, qtbot: QtBot) -> None:
    folder = canned_job.add_adapter(studio.workspace, "a-1")
    show(place, "a-1", qtbot)
    place.panel._delete.trigger()
    qtbot.waitUntil(lambda: "was deleted" in place.notice.message())
    qtbot.waitUntil(lambda: place._stack.currentIndex() == 1)
    assert not folder.exists()
    place.notice._action.click()
    qtbot.waitUntil(lambda: [row.key for row in place.cards.rows()] == ["a-1"])
    assert folder.exists()


def test_export_tells_where_it_lies(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    canned_job.add_adapter(studio.workspace, "a-1")
    show(place, "a-1", qtbot)
    card = place.current()
    assert card is not None
    place.export_to(card, tmp_path / "out")
    qtbot.waitUntil(lambda: "Exported to" in place.notice.message())
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file()
    place.export_to(card, tmp_path / "out")
    qtbot.waitUntil(lambda: "is there already" in place.notice.message())


# -- merging ----------------------------------------------------------------


def merge(place: AdaptersPlace, studio: Studio, qtbot: QtBot,
          monkeypatch: pytest.MonkeyPatch) -> JobFolder:  # fmt: skip
    """Press Merge; a worker is pretended to be in the job's folder."""
    started: list[JobFolder] = []

    def start(folder: JobFolder) -> int:
        canned_job.live(folder)
        folding = Phase(name="merging", text="Folding the adapter in", done=2, total=6)
        canned_job.write(folder, Started(pid=1, device="cpu"), folding)
        started.append(folder)
        return 1

    monkeypatch.setattr(launch, "start", start)
    canned_job.add_adapter(studio.workspace, "a-1")
    show(place, "a-1", qtbot)
    place.panel.merge.click()
    qtbot.waitUntil(lambda: "Folding the adapter in" in place.panel.merge_card.words())
    return started[0]


def test_a_merge_is_a_job_with_progress_in_its_place(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = merge(place, studio, qtbot, monkeypatch)
    spec = folder.spec()
    assert (spec.kind, spec.payload) == ("merge", {"adapter_id": "a-1"})
    assert place.panel.merge_card.isVisible()
    assert not place.panel.merge.isEnabled()
    canned_job.write(folder, Finished(scores={"same_next_token": 0.998}, shelf_id="full-1"))
    canned_job.add_adapter(studio.workspace, "full-1", is_full_model=True)
    qtbot.waitUntil(lambda: "The full model lies in" in place.notice.message())
    place.reload()
    qtbot.waitUntil(lambda: len(place.cards.rows()) == 2)
    assert "99.8 % the same next words" in place.panel.merge_card.words()
    assert place.panel.merge_card.isVisible()
    qtbot.waitUntil(place.panel.merge.isEnabled)


def test_a_merge_is_found_again_after_reopening(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = merge(place, studio, qtbot, monkeypatch)
    place.shut_down()
    other = AdaptersPlace(studio)
    qtbot.addWidget(other)
    other.show()
    try:
        show(other, "a-1", qtbot)
        qtbot.waitUntil(lambda: "Folding the adapter in" in other.panel.merge_card.words())
        canned_job.write(folder, Failed(what="The disk is full.", why="w", remedy="Free space."))
        qtbot.waitUntil(lambda: "The disk is full." in other.panel.merge_card.words())
        assert "Free space." in other.panel.merge_card.words()
    finally:
        other.shut_down()


def test_a_merge_can_be_cancelled(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = merge(place, studio, qtbot, monkeypatch)
    place.panel.merge_card.cancel.click()
    qtbot.waitUntil(lambda: folder.commands.exists() and b'"stop"' in folder.commands.read_bytes())


def test_a_full_model_needs_no_merge(place: AdaptersPlace, studio: Studio, qtbot: QtBot) -> None:
    canned_job.add_adapter(studio.workspace, "full-1", is_full_model=True, method="full")
    show(place, "full-1", qtbot)
    assert not place.panel.merge.isVisible()
    assert place.panel._kind.text() == "Full model, no merge needed"


# -- bringing one in --------------------------------------------------------


def peft_folder(folder: Path) -> Path:
    """A small adapter as peft writes it."""
    folder.mkdir()
    (folder / "adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "r": 8, "lora_alpha": 16, "task_type": "CAUSAL_LM",
                    "base_model_name_or_path": "some/base", "target_modules": ["q_proj"]}),
        "utf-8",
    )  # fmt: skip
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    data = struct.pack("<Q", len(header)) + header + b"\0\0\0\0"
    (folder / "adapter_model.safetensors").write_bytes(data)
    return folder


def drop(place: AdaptersPlace, path: Path) -> QDropEvent:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(QPoint(5, 5).toPointF(), Qt.DropAction.CopyAction, mime,
                       Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    event.setAccepted(False)
    place.dropEvent(event)
    return event


def test_an_adapter_made_elsewhere_can_be_dropped_in(
    place: AdaptersPlace, qtbot: QtBot, tmp_path: Path
) -> None:
    place.open()
    assert drop(place, peft_folder(tmp_path / "from-colleague")).isAccepted()
    qtbot.waitUntil(lambda: "is on the shelf now" in place.notice.message())
    qtbot.waitUntil(lambda: len(place.cards.rows()) == 1)
    assert place.panel.title() == "from-colleague"
    assert place.panel._kind.text() == "Made elsewhere"


def test_other_things_are_left_to_the_window(place: AdaptersPlace, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n", "utf-8")
    assert not drop(place, tmp_path / "rows.csv").isAccepted()


def test_a_folder_that_is_no_adapter_is_explained(
    place: AdaptersPlace, qtbot: QtBot, tmp_path: Path
) -> None:
    place.import_from(tmp_path)
    qtbot.waitUntil(lambda: "is not an adapter folder" in place.notice.message())


def test_search_and_order(place: AdaptersPlace, studio: Studio, qtbot: QtBot) -> None:
    canned_job.add_adapter(studio.workspace, "a-1", name="Beta", created=2.0)
    canned_job.add_adapter(studio.workspace, "a-2", name="alpha", created=1.0)
    show(place, "a-1", qtbot)
    place.order.setCurrentIndex(place.order.findData("name"))
    place.order.activated.emit(place.order.currentIndex())
    assert [row.title for row in place.cards.rows()] == ["alpha", "Beta"]
    place.search.setText("beta")
    assert [row.title for row in place.cards.rows()] == ["Beta"]
    assert place.panel.title() == "Beta"
    place.search.setText("nothing like that")
    assert not place.panel.isVisible()


def test_the_command_is_shown(place: AdaptersPlace, studio: Studio, qtbot: QtBot) -> None:
    canned_job.add_adapter(studio.workspace, "a-1")
    show(place, "a-1", qtbot)
    place.panel._command.trigger()
    assert place.panel.command.words() == "ftstudio adapters merge a-1"


def test_below_each_other_in_a_narrow_window(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    canned_job.add_adapter(studio.workspace, "a-1")
    show(place, "a-1", qtbot)
    place.resize(696, 700)
    qtbot.waitUntil(lambda: place.panel.y() > place._left.y())
    assert place.width() == 696
    assert adapters_place._NARROW > 696
