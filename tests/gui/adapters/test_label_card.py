"""What labels or scores is asked for labels on the shelf, never for a talk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ftstudio.jobs import launch
from ftstudio.jobs.commands import Stop, parse_command
from ftstudio.jobs.events import Failed, Finished, Notice, Phase, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.adapters import label_card, shelf_reading
from ftstudio.ui.adapters.adapters_place import AdaptersPlace
from ftstudio.ui.bridge import background
from ftstudio.ui.studio import Studio
from tests.gui import canned_job

_LONG = 20_000  # ms; the machine may have much to do


@pytest.fixture
def place(qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Iterator[AdaptersPlace]:
    monkeypatch.setattr(shelf_reading, "_base_is_here", lambda w, card: True)
    place = AdaptersPlace(studio)
    qtbot.addWidget(place)
    place.resize(1072, 820)
    place.show()
    qtbot.waitExposed(place)
    yield place
    place.shut_down()
    background.wait_all()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[JobFolder]:
    folders: list[JobFolder] = []

    def start(folder: JobFolder, module: str = "") -> int:
        canned_job.live(folder)
        canned_job.write(folder, Started(pid=1, device="cpu", device_name="", dtype="float32",
                                         device_reason=""))  # fmt: skip
        folders.append(folder)
        return 1

    monkeypatch.setattr(launch, "start", start)
    return folders


def show(place: AdaptersPlace, adapter_id: str, qtbot: QtBot) -> None:
    place.open(adapter_id)
    qtbot.waitUntil(lambda: place.panel.card_id == adapter_id, timeout=_LONG)


def sorter(studio: Studio, **values: object) -> None:
    given: dict[str, object] = {"name": "Triage", "objective": "classify", "head": "one_label",
                                "labels": ["billing", "repair"], **values}  # fmt: skip
    canned_job.add_adapter(studio.workspace, "a-1", **given)


def table(tmp_path: Path, more: str = "") -> Path:
    lines = [f"ticket,text{',note' if more else ''}"]
    lines += [f"{i},Where is my order number {i} please{more}" for i in range(12)]
    path = tmp_path / "in box.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_what_sorts_is_asked_for_labels_and_not_for_a_talk(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    sorter(studio)
    canned_job.add_adapter(studio.workspace, "b-2", name="Tone")
    show(place, "a-1", qtbot)
    panel = place.panel
    assert panel.try_it.isHidden()
    assert not panel.label.isHidden()
    assert panel.silent_words() == "It sorts texts into classes and writes nothing."
    show(place, "b-2", qtbot)
    assert panel.label.isHidden()
    assert not panel.try_it.isHidden()
    assert panel.silent_words() == ""


def test_a_judge_neither_talks_nor_labels_and_says_what_it_is_for(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot
) -> None:
    sorter(studio, objective="reward", head="reward", labels=[])
    show(place, "a-1", qtbot)
    assert place.panel.label.isHidden()
    assert place.panel.try_it.isHidden()
    assert "Choose it as the judge" in place.panel.silent_words()


def asked(place: AdaptersPlace, studio: Studio, qtbot: QtBot, path: Path) -> label_card.LabelCard:
    sorter(studio)
    show(place, "a-1", qtbot)
    place.panel.label.click()
    card = place.panel.label_card
    assert not card.start.isEnabled()
    assert place.panel.label.isHidden()  # one main button
    card.choose_file(path)
    qtbot.waitUntil(card.start.isEnabled, timeout=_LONG)
    return card


def test_a_file_is_labelled_beside_itself(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, tmp_path: Path, started: list[JobFolder]
) -> None:
    path = table(tmp_path)
    card = asked(place, studio, qtbot, path)
    assert card.column.isHidden()  # there is but one with text
    card.start.click()
    qtbot.waitUntil(lambda: bool(started), timeout=_LONG)
    (folder,) = started
    spec = folder.spec()
    out = tmp_path / "in box labelled.csv"
    assert spec.kind == "label"
    assert spec.payload == {"adapter_id": "a-1", "source": str(path), "out": str(out),
                            "columns": ["text"]}  # fmt: skip
    canned_job.write(folder, Phase(name="evaluating", text="", done=4, total=12))
    qtbot.waitUntil(lambda: card.words() == "Labelling: row 4 of 12", timeout=_LONG)
    assert not card.cancel.isHidden()
    done = Finished(output=str(out), scores={"rows": 12})
    canned_job.write(folder, Notice(level="info", what="1 rows were left.", why="No text."), done)
    qtbot.waitUntil(lambda: not card.open_it.isHidden(), timeout=_LONG)
    assert card.words() == f"12 rows are labelled: {out} 1 rows were left. No text."
    card.close_it.click()
    assert card.isHidden()
    assert not place.panel.label.isHidden()


def test_with_several_texts_the_column_is_asked_for(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, tmp_path: Path, started: list[JobFolder]
) -> None:
    card = asked(place, studio, qtbot, table(tmp_path, ",this was said on the phone"))
    assert not card.column.isHidden()
    assert card.column.currentText() == "text"
    card.column.setCurrentText("note")
    card.save_as(tmp_path / "elsewhere")
    card.start.click()
    qtbot.waitUntil(lambda: bool(started), timeout=_LONG)
    payload = started[0].spec().payload
    assert payload["columns"] == ["note"]
    assert payload["out"] == str(tmp_path / "elsewhere.csv")


def test_it_can_be_cancelled(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, tmp_path: Path, started: list[JobFolder]
) -> None:
    card = asked(place, studio, qtbot, table(tmp_path))
    card.start.click()
    qtbot.waitUntil(lambda: not card.cancel.isHidden(), timeout=_LONG)
    card.cancel.click()
    commands = started[0].commands
    qtbot.waitUntil(
        lambda: commands.exists() and commands.read_bytes().endswith(b"\n"), timeout=_LONG
    )
    (line,) = commands.read_text().splitlines()
    assert parse_command(line) == Stop(t=parse_command(line).t, keep=False)
    canned_job.write(started[0], Stopped(step=0, kept=False))
    qtbot.waitUntil(lambda: card.words() == "Cancelled. Nothing was written.", timeout=_LONG)


def test_what_went_wrong_stands_in_the_notice_bar_and_can_be_mended(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, tmp_path: Path, started: list[JobFolder]
) -> None:
    card = asked(place, studio, qtbot, table(tmp_path))
    card.start.click()
    qtbot.waitUntil(lambda: bool(started) and card._job.folder is not None, timeout=_LONG)
    canned_job.write(started[0], Failed(what="It is there already.", why="So.", remedy="Rename."))
    qtbot.waitUntil(lambda: "It is there already." in place.notice.message(), timeout=_LONG)
    qtbot.waitUntil(card.start.isEnabled, timeout=_LONG)


def test_a_file_that_can_not_be_read_says_so(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    sorter(studio)
    show(place, "a-1", qtbot)
    place.panel.label.click()
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no spreadsheet")  # bare text would be read as text
    place.panel.label_card.choose_file(broken)
    qtbot.waitUntil(lambda: bool(place.notice.message()), timeout=_LONG)
    assert not place.panel.label_card.start.isEnabled()


def test_a_name_that_is_taken_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "in labelled.csv").write_text("x")
    assert label_card._free(tmp_path / "in.csv") == tmp_path / "in labelled 2.csv"
    assert label_card._free(tmp_path / "in.xlsx").name == "in labelled.xlsx"


def test_a_labelling_under_way_is_found_again(
    place: AdaptersPlace, studio: Studio, qtbot: QtBot, tmp_path: Path, started: list[JobFolder]
) -> None:
    card = asked(place, studio, qtbot, table(tmp_path))
    card.start.click()
    qtbot.waitUntil(lambda: not card.cancel.isHidden(), timeout=_LONG)
    (folder,) = started
    canned_job.write(folder, Phase(name="evaluating", text="", done=4, total=12))
    again = AdaptersPlace(studio)
    qtbot.addWidget(again)
    again.show()
    show(again, "a-1", qtbot)
    found = again.panel.label_card
    qtbot.waitUntil(lambda: found.words() == "Labelling: row 4 of 12", timeout=_LONG)
    assert not found.isHidden()
    assert again.panel.label.isHidden()
    canned_job.write(folder, Finished(output="out.csv", scores={"rows": 12}))
    qtbot.waitUntil(lambda: not found.close_it.isHidden(), timeout=_LONG)
    found.close_it.click()
    assert found.isHidden()
    again.shut_down()
