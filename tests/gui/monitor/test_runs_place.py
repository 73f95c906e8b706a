"""Runs: the list, one run live and past, and what can be done with it."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ftstudio.jobs import launch
from ftstudio.jobs.commands import Pause, Stop, parse_command
from ftstudio.jobs.events import Failed, Finished, Paused, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.monitor import memory_meter, runs_place
from ftstudio.ui.monitor.runs_place import RunsPlace
from ftstudio.ui.studio import Studio
from tests.gui import canned_job
from tests.gui.patient import lay_out


def open_run(place: RunsPlace, folder: JobFolder, qtbot: QtBot, step: int) -> None:
    place.open(folder.id)
    qtbot.waitUntil(lambda: place.panel.feed.record.status.step == step)
    place.panel._renew()


def shown_view(place: RunsPlace) -> tuple[object, ...]:
    """All that a person reads on the run's page."""
    panel = place.panel
    tiles = [(tile.value(), tile.word()) for tile in panel.tiles.tiles()[:3]]
    series = panel.feed.record.series
    return (
        panel.header.title(), panel.header.facts(), panel.header.state_word(),
        panel.progress.title(), panel.progress.sentence(), tiles, series.losses.tolist(),
        series.validation, panel.settings.rows(), panel.feed.record.samples,
    )  # fmt: skip


# -- the list ---------------------------------------------------------------


def test_an_empty_place_offers_the_one_action_that_fills_it(place: RunsPlace, qtbot: QtBot) -> None:
    place.open()
    qtbot.waitUntil(lambda: place.list._stack.currentIndex() == 1)
    with qtbot.waitSignal(place.go) as asked:
        place.list._empty.button.click()
    assert asked.args == ["train", None]


def fill(studio: Studio) -> None:
    canned_job.finished(studio.workspace, "Support-tone v2")
    canned_job.paused(studio.workspace, "Claims triage v1")
    canned_job.failed(studio.workspace, "Legal English v1")
    canned_job.stopped(studio.workspace, "Legal English v2", kept=False)
    canned_job.damaged(studio.workspace)


def test_every_run_is_listed_with_its_state_in_a_word(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    fill(studio)
    place.open()
    qtbot.waitUntil(lambda: len(place.list.cards.rows()) == 5)
    chips = {row.title: row.chip for row in place.list.cards.rows()}
    assert chips["Support-tone v2"] == "Finished"
    assert chips["Claims triage v1"] == "Paused"
    assert chips["Legal English v1"] == "Failed"
    assert chips["Legal English v2"] == "Discarded"
    assert chips["20260101-000000-broken-0000"] == "Can't be read"
    finished = next(r for r in place.list.cards.rows() if r.title == "Support-tone v2")
    assert finished.lines[0] == "Studio Starter · LoRA · Support tickets v3"
    assert "69 % less than before" in finished.lines[1]


def test_words_and_filters_narrow_the_list(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    fill(studio)
    place.open()
    qtbot.waitUntil(lambda: len(place.list.cards.rows()) == 5)
    place.list.search.setText("legal full")
    assert [row.title for row in place.list.cards.rows()] == ["Legal English v2"]
    place.list.search.setText("no such thing")
    assert place.list._stack.currentIndex() == 2
    place.list.search.clear()
    place.list.groups.button("trouble").click()
    assert [row.title for row in place.list.cards.rows()] == ["Legal English v1"]


def test_enter_opens_the_run_and_escape_goes_back(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.finished(studio.workspace)
    place.open()
    qtbot.waitUntil(lambda: len(place.list.cards.rows()) == 1)
    place.list.cards.select(folder.id)
    place.list.cards.setFocus()
    qtbot.keyClick(place.list.cards, Qt.Key.Key_Return)
    assert not place.shows_list()
    assert place.panel.header.title() == "Support-tone v2"
    qtbot.keyClick(place.panel, Qt.Key.Key_Escape)
    assert place.shows_list()


def test_the_run_at_work_is_shown_first(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    canned_job.finished(studio.workspace, "Older")
    canned_job.running(studio.workspace, "At work")
    place.open()
    qtbot.waitUntil(lambda: not place.shows_list())
    assert place.panel.header.title() == "At work"


def test_a_run_that_is_not_there_is_said(place: RunsPlace) -> None:
    place.open("20990101-nothing")
    assert "is not there" in place.list.notice.message()


# -- one run ----------------------------------------------------------------


def test_a_live_run_grows_before_ones_eyes(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    folder = canned_job.running(studio.workspace, step=120)
    open_run(place, folder, qtbot, 120)
    panel = place.panel
    assert panel.header.state_word() == "Running"
    assert panel.progress.title() == "Step 120 of 300"
    assert "left · done about" in panel.progress.time_left()
    assert panel.tiles.loss.word() == "Falling"
    assert panel.tiles.unseen.value() == "1.26"
    assert "Nothing needs your attention" in panel.progress.sentence()
    assert panel.header.pause.isVisible()
    canned_job.write(folder, *canned_job.curve(121, 160))
    qtbot.waitUntil(lambda: panel.progress.title() == "Step 160 of 300")
    assert len(panel.feed.record.series) == 160


def test_closed_and_opened_again_shows_the_same(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.running(studio.workspace, step=80)
    open_run(place, folder, qtbot, 80)
    canned_job.write(folder, *canned_job.curve(81, 186))
    qtbot.waitUntil(lambda: place.panel.feed.record.status.step == 186)
    place.panel._renew()
    watched = shown_view(place)
    place.shut_down()
    other = RunsPlace(studio)
    qtbot.addWidget(other)
    other.show()
    open_run(other, folder, qtbot, 186)
    try:
        assert shown_view(other) == watched
    finally:
        other.shut_down()


def test_a_finished_run_tells_what_was_gained(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.finished(studio.workspace, shelf_id="support-1")
    open_run(place, folder, qtbot, 300)
    panel = place.panel
    qtbot.waitUntil(lambda: panel.header.state_word() == "Finished")
    assert "fell from 2.93 to 0.90, 69 % less" in panel.progress.sentence()
    assert not panel.header.pause.isVisible()
    with qtbot.waitSignal(place.go) as asked:
        panel.header.try_it.click()
    assert asked.args == ["play", "support-1"]
    with qtbot.waitSignal(place.go) as asked:
        panel.header.again.click()
    assert asked.args == ["train", {"from_run": folder.id}]


def commands(folder: JobFolder) -> list[object]:
    if not folder.commands.exists():
        return []
    return [parse_command(line) for line in folder.commands.read_bytes().splitlines()]


def test_pause_asks_the_worker_and_waits_for_its_word(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.running(studio.workspace)
    open_run(place, folder, qtbot, 186)
    place.panel.header.pause.click()
    qtbot.waitUntil(lambda: len(commands(folder)) == 1)
    assert isinstance(commands(folder)[0], Pause)
    assert place.panel.header.state_word() == "Pausing"
    canned_job.write(folder, Paused(step=186))
    qtbot.waitUntil(lambda: place.panel.header.state_word() == "Paused")
    assert place.panel.header.resume.isVisible()
    assert "memory is free" in place.panel.progress.sentence()


@pytest.mark.parametrize("keep", [True, False])
def test_stopping_offers_three_ways(
    place: RunsPlace, studio: Studio, qtbot: QtBot, keep: bool
) -> None:
    folder = canned_job.running(studio.workspace)
    open_run(place, folder, qtbot, 186)
    place.panel.header.stop.click()
    stop = place.panel.stop_card
    assert stop.isVisible()
    assert stop.keep.text() == "Stop and keep the best · step 150"
    stop.go_on.click()
    assert not stop.isVisible()
    assert commands(folder) == []
    place.panel.header.stop.click()
    (stop.keep if keep else stop.discard).click()
    qtbot.waitUntil(lambda: len(commands(folder)) == 1)
    asked = commands(folder)[0]
    assert isinstance(asked, Stop)
    assert asked.keep is keep


def test_a_failure_tells_what_why_and_remedy(
    place: RunsPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = canned_job.failed(studio.workspace)
    open_run(place, folder, qtbot, 112)
    card = place.panel.failure
    qtbot.waitUntil(card.isVisible)
    assert "ran out of memory" in card.accessibleName()
    assert "choose fewer examples" in card.accessibleName()
    assert card.resume.text() == "Resume from step 100"
    resumed = []
    monkeypatch.setattr(launch, "resume", lambda f: resumed.append(f.id) or 1)
    card.resume.click()
    qtbot.waitUntil(lambda: resumed == [folder.id])
    qtbot.waitUntil(lambda: "goes on from the last saved" in place.panel.notice.message())


def test_a_failure_without_a_save_offers_no_resume(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.failed(studio.workspace, resumable=False)
    open_run(place, folder, qtbot, 112)
    qtbot.waitUntil(place.panel.failure.isVisible)
    assert not place.panel.failure.resume.isVisible()


def test_diagnostics_are_copied_and_shown(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    folder = canned_job.failed(studio.workspace)
    open_run(place, folder, qtbot, 112)
    qtbot.waitUntil(place.panel.failure.isVisible)
    place.panel.failure.diagnostics.click()
    qtbot.waitUntil(lambda: "out_of_memory" in QGuiApplication.clipboard().text())
    assert place.panel.command.words() == QGuiApplication.clipboard().text()


def test_the_log_is_read_when_asked_for(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    folder = canned_job.failed(studio.workspace)
    open_run(place, folder, qtbot, 112)
    assert place.panel.log.words() == ""
    place.panel.log.toggle.click()
    qtbot.waitUntil(lambda: "RuntimeError: out of memory" in place.panel.log.words())


def test_the_command_does_the_same(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    folder = canned_job.finished(studio.workspace)
    open_run(place, folder, qtbot, 300)
    place.panel._on_show_command()
    assert place.panel.command.words() == f"ftstudio train {folder.path}"


def test_deleting_a_run_can_be_undone(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    folder = canned_job.finished(studio.workspace)
    open_run(place, folder, qtbot, 300)
    place.panel.header.delete_action.trigger()
    qtbot.waitUntil(lambda: "was deleted" in place.list.notice.message())
    assert not folder.path.exists()
    place.list.notice._action.click()
    qtbot.waitUntil(folder.path.exists)
    qtbot.waitUntil(lambda: len(place.list.cards.rows()) == 1)


def test_sample_answers_walk_through_the_steps(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.finished(studio.workspace)
    open_run(place, folder, qtbot, 300)
    samples = place.panel.samples
    assert samples._answer.text() == canned_job.ANSWERS[2]
    assert samples._first.text() == canned_job.ANSWERS[0]
    samples._slider.setValue(1)
    assert samples._answer_title.text() == "After step 50"
    assert samples._answer.text() == canned_job.ANSWERS[1]
    samples._next.click()
    assert samples._question.text() == "Where is parcel 7731?"


def test_settings_are_told_in_words_with_the_fields_term(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.finished(studio.workspace)
    open_run(place, folder, qtbot, 300)
    rows = {title: (term, value) for title, term, value in place.panel.settings.rows()}
    assert rows["Capacity"] == ("rank", "16")
    assert rows["Passes over the data"] == ("epochs", "3")
    assert rows["Precision"][1] == "float32: there is no card"
    assert rows["Weights that move"][1].startswith("262,144 of 6,200,000")


def test_a_damaged_run_is_shown_with_its_remedy(place: RunsPlace, studio: Studio) -> None:
    folder = canned_job.damaged(studio.workspace)
    place.open(folder.id)
    assert "Copy the folder again" in place.panel.notice.message()
    assert not place.panel.header.again.isVisible()


def test_a_resumed_run_replaces_its_curve_live(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.running(studio.workspace, step=186)
    open_run(place, folder, qtbot, 186)
    began = Started(t=time.time(), pid=2, device="cpu", resumed_at=150)
    canned_job.write(folder, began, *canned_job.curve(151, 160))
    qtbot.waitUntil(lambda: place.panel.feed.record.status.step == 160)
    assert place.panel.feed.record.series.steps.tolist() == list(range(1, 161))
    canned_job.write(folder, Finished(step=300))
    qtbot.waitUntil(lambda: place.panel.header.state_word() == "Finished")


def test_nothing_is_cut_in_a_narrow_window(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    folder = canned_job.running(studio.workspace)
    open_run(place, folder, qtbot, 186)
    place.resize(760, 640)
    qtbot.waitUntil(lambda: place.panel.tiles._columns == 2)
    lay_out(place)
    assert place.panel._scroll.horizontalScrollBar().maximum() == 0
    assert place.width() == 760


def test_resuming_waits_for_the_run_at_work(
    place: RunsPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    canned_job.running(studio.workspace, "At work")
    folder = canned_job.paused(studio.workspace)
    open_run(place, folder, qtbot, 120)
    resumed: list[str] = []
    monkeypatch.setattr(launch, "resume", lambda f: resumed.append(f.id))
    place.panel.header.resume.click()
    qtbot.waitUntil(lambda: "Another run is at work" in place.panel.notice.message())
    assert resumed == []
    assert place.panel.header.resume.isEnabled()


def test_a_run_resumed_from_elsewhere_comes_alive(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.paused(studio.workspace)
    open_run(place, folder, qtbot, 120)
    qtbot.waitUntil(lambda: place.panel.feed._look_again.isActive())
    began = Started(t=time.time(), pid=2, device="cpu", resumed_at=120)
    canned_job.live(folder)
    canned_job.write(folder, began, *canned_job.curve(121, 130))
    qtbot.waitUntil(lambda: place.panel.progress.title() == "Step 130 of 300")
    assert place.panel.header.state_word() == "Running"


def test_a_waiting_run_can_be_started_now(
    place: RunsPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = canned_job.make_job(studio.workspace, "Next one")
    place.open(folder.id)
    assert place.panel.header.state_word() == "Waiting"
    started: list[str] = []
    monkeypatch.setattr(launch, "resume", lambda f: started.append(f.id) or 1)
    place.panel.header.resume.click()
    qtbot.waitUntil(lambda: started == [folder.id])


def test_a_run_that_waits_for_none_other_is_told_as_starting(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.make_job(studio.workspace, "First one")
    place.open(folder.id)
    assert "as soon as the run before it" in place.panel.progress.sentence()
    place.show_list()
    canned_job.live(folder)
    place.open(folder.id)
    assert place.panel.progress.title() == place.panel.header.state_word() == "Starting"
    assert "the run before" not in place.panel.progress.sentence()
    assert not place.panel.header.resume.isVisible()


def test_a_run_that_never_began_shows_no_empty_figures(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.make_job(studio.workspace)
    why = Failed(what="The model is another one.", why="It changed.", remedy="Set up anew.")
    canned_job.write(folder, canned_job.opening()[0], why)
    place.open(folder.id)
    qtbot.waitUntil(place.panel.failure.isVisible)
    assert place.panel.progress.title() == "Ended before the first step"
    assert not place.panel.tiles.isVisible()
    assert not place.panel.loss.isVisible()


def test_a_run_whose_own_worker_is_still_leaving_can_be_resumed(
    place: RunsPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = canned_job.running(studio.workspace, step=186)
    canned_job.write(folder, Paused(step=186))  # said, and the process is not gone yet
    open_run(place, folder, qtbot, 186)
    qtbot.waitUntil(lambda: place.panel.header.state_word() == "Paused")
    resumed: list[str] = []
    monkeypatch.setattr(launch, "resume", lambda f: resumed.append(f.id) or 1)
    place.panel.header.resume.click()
    qtbot.waitUntil(lambda: resumed == [folder.id])


def test_the_list_renews_itself_after_any_error(
    place: RunsPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unplugged(*_args: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(runs_place, "list_runs", unplugged)
        place.open()
        qtbot.waitUntil(lambda: "can't be listed" in place.list.notice.message())
    canned_job.make_job(studio.workspace, "Back again")
    place._renew()
    qtbot.waitUntil(lambda: not place._asking)
    qtbot.waitUntil(lambda: len(place.list.cards.rows()) == 1)


def test_the_meter_asks_again_after_any_error(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_driver(_index: int) -> None:
        raise RuntimeError("the driver went away")

    monkeypatch.setattr(memory_meter, "usage", no_driver)
    owner = QObject()
    meter = memory_meter.MemoryMeter(owner)
    meter._timer.setInterval(20)
    for _ in range(2):
        with qtbot.waitSignal(meter.measured) as heard:
            meter.start()
        assert heard.args == [None]
    meter.stop()
    assert len(caplog.records) == 1


@pytest.mark.parametrize("keep", [True, False])
def test_a_paused_run_can_be_stopped(
    place: RunsPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    folder = canned_job.paused(studio.workspace)
    open_run(place, folder, qtbot, 120)
    woken: list[tuple[str, bool]] = []

    def wake(asked: JobFolder, kept: bool) -> None:
        woken.append((asked.id, kept))
        canned_job.write(asked, Started(t=time.time(), pid=2, device="cpu", resumed_at=120))
        canned_job.write(asked, Stopped(step=120, kept=kept))

    monkeypatch.setattr(launch, "wake_to_stop", wake)
    place.panel.header.stop.click()
    stop = place.panel.stop_card
    assert stop.go_on.text() == "Leave it as it is"
    (stop.keep if keep else stop.discard).click()
    qtbot.waitUntil(lambda: place.panel.header.state_word() == "Stopped")
    assert woken == [(folder.id, keep)]
    assert not place.panel.header.stop.isVisible()


def test_stopping_a_paused_run_waits_for_the_run_at_work(
    place: RunsPlace, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    canned_job.running(studio.workspace, "At work")
    folder = canned_job.paused(studio.workspace)
    open_run(place, folder, qtbot, 120)
    woken: list[str] = []
    monkeypatch.setattr(launch, "wake_to_stop", lambda f, keep: woken.append(f.id))
    place.panel.header.stop.click()
    place.panel.stop_card.keep.click()
    qtbot.waitUntil(lambda: "Another run is at work" in place.panel.notice.message())
    assert woken == []
    assert place.panel.header.stop.isEnabled()
    assert place.panel.header.state_word() == "Paused"


def test_out_of_memory_offers_a_new_run_with_fewer_at_a_time(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.failed(studio.workspace)
    open_run(place, folder, qtbot, 112)
    card = place.panel.failure
    qtbot.waitUntil(card.isVisible)
    assert "New run with 4 at a time" in card.again.text()
    with qtbot.waitSignal(place.panel.go) as asked:
        card.again.click()
    where, payload = asked.args
    assert where == "train"
    assert payload["from_run"] == folder.id
    assert payload["changes"] == {"training": {"batch_size": 4, "accumulation": 2}}
