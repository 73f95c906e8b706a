"""From judgements to a recipe's step, a new draft, or a new version; and next month's file."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.annotation.finishing import finish, what_follows
from ftstudio.data.annotation.items import check_items, items_of, rows_of
from ftstudio.data.annotation.log import JudgementLog
from ftstudio.data.annotation.sitting import Sitting
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.draft import Draft, list_drafts
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.judged import as_json, key_of
from ftstudio.data.sides.split import SIDES
from ftstudio.data.versions.library import list_versions
from ftstudio.data.versions.lineage import lineage


@pytest.fixture
def session(workspace, tmp_path):
    path = tmp_path / "tickets.csv"
    lines = ["question,answer", *(f"Where is parcel {i}?,It comes on day {i}." for i in range(40))]
    path.write_text("\n".join(lines), "utf-8")
    made = DraftSession(workspace, Draft(name="Tickets"))
    made.choose_file(path)
    made.draft.save(workspace)
    return made


def begin(workspace, source, source_id, judging, **more):
    task = JudgingTask(
        source=source, source_id=source_id, judging=judging, order="shortest", **more
    )
    task.save(workspace)
    return task


def judge(workspace, task, count, say, answers=None, who="Anna"):
    rows = rows_of(workspace, task)
    items = items_of(rows, task.judging, answers)
    log = JudgementLog(task.log_path(workspace))
    sitting = Sitting(task, items, log, who)
    for place in range(count):
        say(sitting, place)
    return log


def test_mended_answers_become_a_step_of_the_same_draft(workspace, session):
    task = begin(workspace, "draft", session.draft.id, "mend")
    log = judge(workspace, task, 2, lambda s, i: s.judge(answer=f"Mended {i}."))
    made = finish(workspace, task, log, few=True)
    assert made.draft.id == session.draft.id
    again = DraftSession.open(workspace, Draft.load(workspace, session.draft.id))
    assert [s.key for s in again.draft.steps] == ["judge_rows"]
    numbers = [one.row for one in log.taken]
    answers = {e.source_row: e.answer for e in again.examples()}
    assert [answers[n] for n in numbers] == ["Mended 0.", "Mended 1."]
    assert len(answers) == 40
    event = again.history(numbers[0]).events[-1]
    assert (event.what, event.before.answer[:8]) == ("changed", "It comes")
    assert event.sentence.startswith("Anna wrote the answer (")
    log = judge(workspace, task, 1, lambda s, i: s.judge(answer="Third."))  # resumed
    finish(workspace, task, log, few=True)
    again = DraftSession.open(workspace, Draft.load(workspace, session.draft.id))
    assert len(again.draft.steps) == 1
    assert again.draft.steps[0].changed == 3
    again.undo(0)
    assert all(e.answer.startswith("It comes") for e in again.examples())


def test_good_and_bad_make_a_new_draft_and_leave_this_one(workspace, session):
    task = begin(workspace, "draft", session.draft.id, "mark")
    log = judge(workspace, task, 30, lambda s, i: s.judge(good=i % 2 == 0))
    made = finish(workspace, task, log, few=True)
    assert made.draft.id != session.draft.id
    assert made.draft.name == "Tickets – good and bad"
    assert "30 rows of the kind “Answers judged good or bad”" in made.sentence
    assert "10 rows without a judgement" in made.sentence
    assert Draft.load(workspace, session.draft.id).steps == []
    fresh = DraftSession.open(workspace, made.draft)
    assert {e.kind for e in fresh.examples()} == {"feedback"}
    assert {reason for _, stage, reason, _, _ in fresh.left_out()} == {"Nobody has judged it yet."}
    assert not fresh.report().blocking
    fresh.go_on_with_few()
    version = fresh.freeze()
    assert version.facts.kind == "feedback"
    assert version.manifest["steps"][0]["params"]["made_from"] == session.draft.id


def test_doing_it_again_brings_the_same_draft_up_to_date(workspace, session):
    task = begin(workspace, "draft", session.draft.id, "label", classes=["a", "b"])
    log = judge(workspace, task, 5, lambda s, i: s.judge(labels=["ab"[i % 2]]))
    first = finish(workspace, task, log, few=True)
    log = judge(workspace, task, 5, lambda s, i: s.judge(labels=["c"]))
    second = finish(workspace, task, log, few=True)
    assert second.draft.id == first.draft.id
    assert len(list_drafts(workspace)) == 2
    session = DraftSession.open(workspace, second.draft)
    assert len(session.examples()) == 10


def test_a_version_gives_a_new_version_with_its_parts_and_its_parent(workspace, session):
    session.go_on_with_few()
    parent = session.freeze()
    task = begin(workspace, "version", parent.id, "score")
    log = judge(workspace, task, 40, lambda s, i: s.judge(number=float(1 + i % 5)))
    with pytest.raises(StudioError) as caught:
        finish(workspace, task, log, few=False)
    assert caught.value.code == "few_to_check"
    assert len(list_versions(workspace)) == 1
    made = finish(workspace, task, log, few=True)
    assert made.version.manifest["few_to_check"]["validation"] < 20
    assert made.version.facts.kind == "number"
    assert made.version.counts == parent.counts
    for side in SIDES:
        assert [e.source_row for e in made.version.examples(side)] == [
            e.source_row for e in parent.examples(side)]  # fmt: skip
    assert lineage(workspace).ancestors(made.version.id) == [parent.id]
    assert made.version.manifest["steps"][0]["key"] == "judge_rows"
    assert len(list_versions(workspace)) == 2


def test_pairs_of_own_and_model_written_answers(workspace, session):
    task = begin(workspace, "draft", session.draft.id, "pair")
    rows = rows_of(workspace, task)
    answers = {key_of(row.example): f"Model {row.number}." for row in rows[:10]}
    with pytest.raises(StudioError) as caught:
        check_items(items_of(rows, "pair"), "pair", "chat")
    assert caught.value.code == "nothing_to_judge"
    log = judge(workspace, task, 10, lambda s, i: s.prefer("tie" if i == 0 else "first"), answers)
    made = finish(workspace, task, log, few=True)
    examples = DraftSession.open(workspace, made.draft).examples()
    assert len(examples) == 9
    assert {e.kind for e in examples} == {"preference"}
    assert all({e.answer[:5], e.rejected[0].content[:5]} == {"Model", "It co"} for e in examples)


def test_judgements_hold_for_next_months_file(workspace, session, tmp_path):
    task = begin(workspace, "draft", session.draft.id, "label")
    log = judge(workspace, task, 40, lambda s, i: s.judge(labels=[f"c{i % 2}"]))
    recipe = DraftSession.open(workspace, finish(workspace, task, log, few=True).draft).recipe()
    later = tmp_path / "next month.csv"
    lines = ["question,answer", "A new one?,Yes.",
             *(f"Where is parcel {i}?,It comes on day {i}." for i in range(20, 45))]  # fmt: skip
    later.write_text("\n".join(lines), "utf-8")
    fresh = DraftSession(workspace, Draft())
    fresh.choose_file(later)
    fresh.replay(recipe)
    assert len(fresh.examples()) == 20
    assert {e.kind for e in fresh.examples()} == {"label"}


def test_no_hash_of_what_a_row_said_leaves_the_workspace(workspace, session):
    task = begin(workspace, "draft", session.draft.id, "mark")
    log = judge(workspace, task, 40, lambda s, i: s.judge(good=i % 2 == 0))
    digests = [one.hash for one in log.taken]
    opened = DraftSession.open(workspace, finish(workspace, task, log, few=True).draft)
    old = opened.draft.model_copy(deep=True)  # as an older version of the app left it
    plain = json.dumps(as_json([one.verdict() for one in log.taken]))
    old.steps[-1].params["verdicts"] = plain
    old.save(workspace)
    taken_up = DraftSession.open(workspace, old)
    assert [one.good for one in taken_up.examples()] == [one.good for one in opened.examples()]
    assert len(taken_up.examples()) == 40
    taken_up.go_on_with_few()
    told = [taken_up.recipe().model_dump_json(), opened.recipe().model_dump_json()]
    made = taken_up.freeze()
    told += [path.read_text("utf-8") for path in made.path.iterdir() if path.suffix != ".parquet"]
    second = begin(workspace, "version", made.id, "mark")
    log = judge(workspace, second, 40, lambda s, i: s.judge(good=True))
    digests += [one.hash for one in log.taken]
    child = finish(workspace, second, log, few=True).version
    told.append((child.path / "version.json").read_text("utf-8"))
    assert not [one for one in digests if any(one in text for text in told)]


def test_without_a_judgement_nothing_is_made(workspace, session):
    task = begin(workspace, "draft", session.draft.id, "mark")
    with pytest.raises(StudioError) as caught:
        finish(workspace, task, JudgementLog(task.log_path(workspace)), few=True)
    assert caught.value.code == "nothing_judged"


def test_beforehand_it_is_said_what_follows():
    assert "another kind" in what_follows("draft", "mark", "chat")
    assert "new version" in what_follows("version", "label", "label")
    assert "one step of this draft" in what_follows("draft", "mend", "chat")
    assert "can't be judged" in what_follows("draft", "mark", "label")
