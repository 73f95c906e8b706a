"""A run that is a stage of a path shows the whole path; what the worker noticed is shown too."""

from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from ftstudio.core.paths import Workspace
from ftstudio.jobs import queue
from ftstudio.jobs.events import Finished, Notice, Validation
from ftstudio.jobs.folder import RESULT_OF, JobFolder, Staged, create_job
from ftstudio.jobs.reward_watch import _HELD_OUT, _LENGTH
from ftstudio.ui.monitor.runs_place import RunsPlace
from ftstudio.ui.studio import Studio
from tests.gui import canned_job

_LONG = 20_000  # ms; the machine may have much to do


def make_stages(workspace: Workspace) -> list[JobFolder]:
    """Answers are learned, the merge is done, the judge is at work, practice waits."""
    folders: list[JobFolder] = []
    for number, (kind, objective) in enumerate(
        (("train", "instruct"), ("merge", ""), ("train", "reward"), ("train", "ppo")), 1
    ):
        payload = canned_job.plan(f"Helpful: {objective}").model_dump(mode="json")
        payload = {**payload, "objective": objective} if objective else {
            "adapter_path": RESULT_OF + folders[0].id}  # fmt: skip
        folders.append(create_job(
            workspace.jobs, kind, f"Helpful: {objective}", payload, workspace.root,  # type: ignore[arg-type]
            after=[folders[-1].id] if folders else [],
            path=Staged(id="path-1", stage=number, stages=4, title="Helpful replies"),
        ))  # fmt: skip
    answers, merge, judge, practice = folders
    done = Finished(t=time.time() - 600, step=300, best_step=300, seconds=250)
    canned_job.write(answers, *canned_job.opening(), *canned_job.curve(1, 300), done)
    canned_job.write(merge, canned_job.opening()[0], Finished(seconds=3))
    canned_job.live(judge)
    look = Validation(step=50, loss=0.5, metrics={"accuracy": 0.87}, best=True)
    canned_job.write(judge, *canned_job.opening(), *canned_job.curve(1, 120), look)
    queue.enqueue(workspace, practice)
    return folders


def cards(place: RunsPlace) -> list[str]:
    return [card.words() for card in place.panel.path.cards]


def test_a_stage_shows_where_the_others_stand_and_leads_to_them(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    answers, _, judge, practice = make_stages(studio.workspace)
    place.open(judge.id)
    qtbot.waitUntil(lambda: len(place.panel.path.cards) == 3, timeout=_LONG)
    first, second, third = cards(place)
    assert first.startswith("1  Answers · SFT · Done · 420 examples")
    assert "loss 2.93 → " in first
    assert second.startswith("2  Judge · reward model · At work · Step 120 of 300")
    assert third.startswith("3  Practice · PPO · Waits · Begins when ")
    chosen = [card.property("chosen") for card in place.panel.path.cards]
    assert chosen == [False, True, False]
    place.panel.path.cards[2].click()
    assert place.panel.folder == practice
    place.panel.path.cards[0].click()
    assert place.panel.folder == answers
    assert not place.panel.path.isHidden()


def test_the_decisive_figure_of_a_finished_judge(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    judge = make_stages(studio.workspace)[2]
    canned_job.write(judge, Finished(step=300, best_step=50, seconds=9))
    place.open(judge.id)
    qtbot.waitUntil(lambda: len(place.panel.path.cards) == 3, timeout=_LONG)
    assert "87 of 100 ranked right" in cards(place)[1]


def test_a_stage_that_is_warned_of_needs_a_look(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    practice = make_stages(studio.workspace)[3]
    canned_job.live(practice)
    canned_job.write(practice, *canned_job.opening(), *canned_job.curve(1, 20), _HELD_OUT)
    place.open(practice.id)
    qtbot.waitUntil(lambda: len(place.panel.path.cards) == 3, timeout=_LONG)
    assert "Needs a look · Step 20 of 300" in cards(place)[2]


def test_a_merge_that_went_wrong_stands_between_the_stages(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folders = make_stages(studio.workspace)
    (folders[1].path / "events.jsonl").unlink()
    canned_job.write(folders[1], canned_job.opening()[0])  # its worker died
    place.open(folders[0].id)
    qtbot.waitUntil(lambda: len(place.panel.path.cards) == 4, timeout=_LONG)
    assert "Needs a look" in cards(place)[1]
    assert cards(place)[2].startswith("2  Judge")


def test_a_run_by_itself_has_no_strip(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    judge = make_stages(studio.workspace)[2]
    place.open(judge.id)
    qtbot.waitUntil(lambda: len(place.panel.path.cards) == 3, timeout=_LONG)
    place.open(canned_job.finished(studio.workspace).id)
    assert place.panel.path.isHidden()


def test_the_list_names_the_path_and_the_stage(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    make_stages(studio.workspace)
    place.list.show_runs([])
    place.show_list()
    qtbot.waitUntil(lambda: len(place.list.cards.rows()) == 3, timeout=_LONG)
    lines = {row.lines[0] for row in place.list.cards.rows()}
    assert "Helpful replies · 2 of 3: Judge (reward model)" in lines


# -- what was noticed -------------------------------------------------------


def practising(workspace: Workspace, *notices: Notice) -> JobFolder:
    plan = canned_job.plan("Pleasing").model_copy(
        update={"objective": "ppo", "objective_params": {"kl_weight": 0.1}}
    )
    folder = create_job(
        workspace.jobs, "train", "Pleasing", plan.model_dump(mode="json"), workspace.root
    )
    canned_job.live(folder)
    canned_job.write(folder, *canned_job.opening(), *canned_job.curve(1, 20), *notices)
    return folder


def test_reward_hacking_is_shown_with_a_remedy(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    folder = practising(studio.workspace, _HELD_OUT)
    place.open(folder.id)
    notices = place.panel.notices
    qtbot.waitUntil(lambda: not notices.warning.isHidden(), timeout=_LONG)
    assert notices.words().startswith("The reward rises, but not on unseen questions.")
    assert notices.quiet.isHidden()
    assert place.panel.progress.sentence() == "The curve looks well, but heed the warning above."
    with qtbot.waitSignal(place.go) as asked:
        notices.closer.click()
    changes = {"objective_params": {"kl_weight": 0.2}}
    assert asked.args == ["train", {"from_run": folder.id, "changes": changes}]


def test_an_older_warning_stays_to_be_read(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    newer = _LENGTH
    folder = practising(studio.workspace, _HELD_OUT, newer)
    place.open(folder.id)
    notices = place.panel.notices
    qtbot.waitUntil(lambda: not notices.warning.isHidden(), timeout=_LONG)
    assert notices.words().startswith(newer.what)
    assert notices.quiet_words()[0].startswith(_HELD_OUT.what)


def test_let_run_puts_the_warning_away(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    folder = practising(studio.workspace, _HELD_OUT)
    place.open(folder.id)
    qtbot.waitUntil(lambda: not place.panel.notices.warning.isHidden(), timeout=_LONG)
    place.panel.notices.let_run.click()
    place.panel._renew()
    assert place.panel.notices.isHidden()


def test_other_notices_stand_in_a_quiet_list_the_newest_three(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    said = [Notice(level="warning", what=f"Thing {i}.", why="It was so.") for i in range(4)]
    folder = practising(studio.workspace, *said)
    place.open(folder.id)
    qtbot.waitUntil(lambda: len(place.panel.notices.quiet_words()) == 3, timeout=_LONG)
    assert place.panel.notices.quiet_words()[0] == "Thing 1. It was so."
    assert place.panel.notices.warning.isHidden()


def test_what_labels_leads_to_the_shelf_and_not_to_a_talk(
    place: RunsPlace, studio: Studio, qtbot: QtBot
) -> None:
    plan = canned_job.plan("Triage").model_copy(update={"objective": "classify"})
    folder = create_job(
        studio.workspace.jobs, "train", "Triage", plan.model_dump(mode="json"),
        studio.workspace.root,
    )  # fmt: skip
    done = Finished(step=20, best_step=20, seconds=250, shelf_id="triage-1")
    canned_job.write(folder, *canned_job.opening(), *canned_job.curve(1, 20), done)
    place.open(folder.id)
    qtbot.waitUntil(lambda: place.panel.header.state_word() == "Finished", timeout=_LONG)
    assert place.panel.header.try_it.text() == "See it on the shelf"
    with qtbot.waitSignal(place.go) as asked:
        place.panel.header.try_it.click()
    assert asked.args == ["adapters", "triage-1"]
