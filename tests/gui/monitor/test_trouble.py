"""A run that ran out of memory: what can be done, what is safe, and the memory it held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ftstudio.core.example import Example, Message
from ftstudio.core.plan import DatasetRef, Plan
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.data.versions.library import freeze
from ftstudio.jobs import launch
from ftstudio.jobs.easing import eased
from ftstudio.jobs.events import Failed, Saved, Started, Step
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.status import RunStatus
from ftstudio.planning.machine import Machine
from ftstudio.ui.monitor import trouble
from ftstudio.ui.monitor.need_bar import NeedBar
from ftstudio.ui.monitor.rescue_card import SAME
from ftstudio.ui.monitor.runs_place import RunsPlace
from ftstudio.ui.monitor.safe_card import SafeCard
from ftstudio.ui.studio import Studio
from tests.gui import canned_job
from tests.shapes import LLAMA_3B
from tests.unit.planning.test_measured import a_plan

GB = 10**9
CARD = Machine(
    "cuda", "RTX 4090", 24 * GB, 21 * GB, 8, "Ada", (("firefox", 1_200_000_000),)
)  # fmt: skip
LOG = (
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.50 GiB. GPU 0 has a total "
    "capacity of 23.52 GiB of which 512.00 MiB is free. Including non-PyTorch memory, this "
    "process has 21.00 GiB memory in use."
)


@pytest.fixture
def make_failed(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Callable[..., JobFolder]:
    """A run of eight long rows at a time on a model of 3B, which broke off in step 113."""
    monkeypatch.setattr(trouble, "this_machine", lambda: CARD)
    monkeypatch.setattr(
        "ftstudio.planning.rescue.find_model", lambda path: SimpleNamespace(shape=LLAMA_3B)
    )
    return lambda **changes: failed_on_a_card(studio, **changes)


def failed_on_a_card(
    studio: Studio, saved: int = 100, log: str = LOG, **training: object
) -> JobFolder:
    workspace = studio.workspace
    rows = [
        Example(messages=[Message(role="user", content=f"Claim {i}?"),
                          Message(role="assistant", content="It was paid in full. " * 400)])
        for i in range(20)
    ]  # fmt: skip
    data = freeze(rows, ["train"] * 18 + ["validation"] * 2, {"name": "Claims", "sources": []},
                  datasets=workspace.datasets, few=True)  # fmt: skip
    plan = a_plan(workspace).model_copy(update={
        "name": "Claims triage v2",
        "dataset": DatasetRef(id=data.id, path=str(data.path), name=data.name),
        "training": TrainingSettings(**{"batch_size": 8, "max_length": 1_024, **training}),
    })  # fmt: skip
    folder = create_job(workspace.jobs, "train", plan.name, plan.model_dump(mode="json"))
    folder.log.write_text(log, "utf-8")
    began = canned_job.opening()
    start = next(event for event in began if isinstance(event, Started))
    card = start.model_copy(update={"device": "cuda", "device_name": "NVIDIA GeForce RTX 4090"})
    curve = [
        event.model_copy(update={"gpu_bytes": int((16 + min(4, event.step // 30)) * GB)})
        if isinstance(event, Step)
        else event
        for event in canned_job.curve(1, 112)
        if not isinstance(event, Saved) or event.step <= saved
    ]
    why = Failed(
        what="The graphics card ran out of memory.", why="Most of it goes to long texts.",
        remedy="Choose fewer examples at a time.", code="out_of_memory", resumable=bool(saved),
    )  # fmt: skip
    canned_job.write(folder, *(card if e is start else e for e in began), *curve, why)
    return folder


def open_run(place: RunsPlace, folder: JobFolder, qtbot: QtBot) -> trouble.TroublePanel:
    place.open(folder.id)
    panel = place.panel.trouble
    qtbot.waitUntil(panel.options.isVisible, timeout=15_000)
    return panel


def row(panel: trouble.TroublePanel, key: str) -> str:
    """The key of the row of this change."""
    return next(name for name, rung in panel.options.rungs().items() if rung.key == key)


def choose(panel: trouble.TroublePanel, key: str) -> None:
    panel.options.group.card(row(panel, key)).click()


def test_every_way_on_is_shown_with_its_memory_and_the_mildest_enough_is_chosen(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot
) -> None:
    panel = open_run(place, make_failed(), qtbot)
    rungs = panel.options.rungs()
    assert next(iter(rungs)) == SAME
    assert {"smaller", "twice", "shorter", "method"} <= {rung.key for rung in rungs.values()}
    enough = [key for key, rung in rungs.items() if key != SAME and rung.fit != "does not fit"]
    assert panel.options.group.current() == enough[0]
    bars = panel.options.findChildren(NeedBar)
    assert [bar.need for bar in bars] == [rung.high for rung in rungs.values()]
    assert {bar.free for bar in bars} == {CARD.free_bytes}
    assert "Firefox holds 1.2 GB" in panel.options.held.text()
    assert not place.panel.failure.resume.isVisible()
    assert not place.panel.failure.again.isVisible()


def test_what_ran_out_once_is_never_said_to_fit(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    empty = replace(CARD, total_bytes=80 * GB, free_bytes=80 * GB)
    monkeypatch.setattr(trouble, "this_machine", lambda: empty)
    panel = open_run(place, make_failed(), qtbot)
    assert panel.options.rungs()[SAME].fit == "tight"


def test_a_change_that_learns_the_same_goes_on_from_the_last_save(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = make_failed()
    panel = open_run(place, folder, qtbot)
    choose(panel, "smaller")
    changes = panel.options.rungs()[row(panel, "smaller")].changes
    assert "Continues from step 100" in panel.options.sentence.text()
    assert ("After the change", "same data, same order") in panel.safe.rows()
    resumed: list[str] = []
    monkeypatch.setattr(launch, "resume", lambda f: resumed.append(f.id) or 1)
    qtbot.mouseClick(panel.options.act, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: resumed == [folder.id])
    plan = eased(folder, Plan.model_validate(folder.spec().payload))
    assert plan.training.batch_size == changes["batch_size"] < 8
    assert plan.training.batch_size * plan.training.accumulation == 8


@pytest.mark.parametrize("key", ["shorter", "method"])
def test_a_change_that_learns_otherwise_opens_a_new_run(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot, key: str
) -> None:
    folder = make_failed()
    panel = open_run(place, folder, qtbot)
    choose(panel, key)
    assert ("After the change", "a new run; this one and its versions stay") in panel.safe.rows()
    with qtbot.waitSignal(place.panel.go) as asked:
        qtbot.mouseClick(panel.options.act, Qt.MouseButton.LeftButton)
    where, payload = asked.args
    assert (where, payload["from_run"]) == ("train", folder.id)
    rung = panel.options.rungs()[row(panel, key)]
    if key == "method":
        assert payload["changes"]["method"] == rung.method
    else:
        assert payload["changes"] == {"training": rung.changes}
    assert not (folder.path / "eased.json").exists()


def test_without_a_save_every_change_is_a_new_run(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot
) -> None:
    panel = open_run(place, make_failed(saved=0), qtbot)
    choose(panel, "smaller")
    assert not panel.options.goes_on
    assert panel.safe.rows()[0] == (
        "Last save", "nothing yet; your data and the model are as they were"
    )  # fmt: skip


def test_what_is_safe_and_what_was_held_are_told(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot
) -> None:
    panel = open_run(place, make_failed(activation_checkpointing="full"), qtbot)
    rows = dict(panel.safe.rows())
    assert rows["Last save"] == "step 100"  # its files are not there: it is not said to be whole
    assert rows["To repeat"].startswith("12 steps, about ")
    assert rows["Best so far"].startswith("step 100, loss ")
    assert "it held 22.5 GB and asked for 1.6 GB more" in panel.memory.words.text()
    steps, sizes = panel.memory.plot.curve.getData()
    assert steps[-1] == 113
    assert sizes[-1] == pytest.approx(22.5 * 2**30 / GB)
    assert panel.memory.plot.limit.value() == pytest.approx(21.5 * 2**30 / GB)
    assert "twice" not in {rung.key for rung in panel.options.rungs().values()}


def test_a_run_that_went_on_has_no_trouble_left(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot
) -> None:
    folder = make_failed()
    panel = open_run(place, folder, qtbot)
    began = canned_job.opening()
    canned_job.live(folder)
    canned_job.write(folder, *began[:1])
    place.open(folder.id)
    qtbot.waitUntil(lambda: place.panel.feed.record.status.state == "running")
    place.panel._renew()
    assert not panel.isVisible()


def test_arrows_move_between_the_changes(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot
) -> None:
    panel = open_run(place, make_failed(), qtbot)
    cards = panel.options.group.cards()
    cards[0].setFocus()
    qtbot.keyClick(cards[0], Qt.Key.Key_Down)
    qtbot.waitUntil(cards[1].hasFocus)
    qtbot.keyClick(cards[1], Qt.Key.Key_Space)
    assert panel.options.group.current() == cards[1].key


def test_a_run_whose_data_are_gone_offers_what_is_left(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = canned_job.failed(studio.workspace)
    place.open(folder.id)
    qtbot.waitUntil(lambda: place.panel.feed.record.status.step == 112)
    place.panel._renew()
    panel = place.panel.trouble
    qtbot.waitUntil(lambda: panel.memory.isVisible(), timeout=15_000)
    qtbot.waitUntil(place.panel.failure.resume.isVisible)
    assert not panel.options.isVisible()
    assert not panel.options.foot.isVisible()
    assert ("Best so far", "step 100, loss 1.26") in panel.safe.rows()


def test_what_is_done_again_in_no_time_names_none(qtbot: QtBot) -> None:
    card = SafeCard()
    qtbot.addWidget(card)
    status = RunStatus(step=39, saved=[38], active_seconds=4.0)
    card.show_status(status)
    assert dict(card.rows())["To repeat"] == "1 step"
    status.active_seconds = 400.0
    card.show_status(status)
    assert dict(card.rows())["To repeat"] == "1 step, about 10 s"


def test_a_new_failure_takes_the_word_of_going_on_away(
    place: RunsPlace, make_failed: Callable[..., JobFolder], qtbot: QtBot
) -> None:
    folder = make_failed()
    open_run(place, folder, qtbot)
    panel = place.panel
    panel._on_resumed(1)
    qtbot.waitUntil(lambda: panel.feed.record.status.error is not None)
    panel._renew()
    assert panel.notice.message() == "It goes on from the last saved version."
    panel.notice.show_info("Saved: curve.png")
    panel._on_resumed(1)
    again = Failed(what="Again.", why="It ran out.", remedy="Less.", code="out_of_memory")
    canned_job.write(folder, *canned_job.opening()[:1], again)
    panel._attach()
    qtbot.waitUntil(lambda: panel.notice.message() == "")
    panel.notice.show_info("Saved: curve.png")
    panel._renew()
    assert panel.notice.message() == "Saved: curve.png"
