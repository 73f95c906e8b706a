"""From a file to a frozen version, step by step, with undo, and taken up again in between."""

import csv
import gc
import json
import os
import shutil
import time
import weakref
from pathlib import Path

import pytest

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.data import meant, row_outline
from ftstudio.data.draft import Draft, list_drafts
from ftstudio.data.drafting.known_rows import is_of, row_key
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.held import Held
from ftstudio.data.sides.split import SplitChoice

MESSY = "\n".join(
    ["question,answer,team",
     *(f"Is lamp {i} lit?,Lamp {i} is lit.,A" for i in range(20)),
     " Is lamp 3 lit? ,lamp 3 is lit.,A",
     "Is it dark?,,B",
     "too,many,cells,here",
     ",No question.,B"]
)  # fmt: skip


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "lamp_desk.csv"
    path.write_text(MESSY, "utf-8")
    return path


@pytest.fixture
def session(workspace, messy) -> DraftSession:
    session = DraftSession.open(workspace, Draft())
    session.choose_file(messy)
    return session


def test_a_file_is_guessed_and_named(session):
    assert session.draft.layout == "question_answer"
    assert session.draft.mapping == {"question": "question", "answer": "answer"}
    assert session.draft.name == "lamp desk"
    assert session.unsure() == []
    assert session.draft.problems("columns") == []


def test_the_report_counts_every_row(session):
    report = session.report()
    found = {finding.key: finding for finding in report.findings}
    assert report.rows_in == 24
    assert report.rows_left == 23
    assert found["unread"].count == 1
    assert found["drop_empty"].severity == "blocks"
    assert found["drop_empty"].count == 2
    assert found["drop_exact_duplicates"].count == 1
    assert "drop_long" not in found
    assert session.problems("clean") == [found["drop_empty"].sentence]
    assert session.problems("columns") == []


def test_steps_apply_and_undo_in_any_order(session):
    session.apply("trim")
    session.apply("drop_exact_duplicates")
    session.apply("drop_empty")
    assert [(s.rows_in, s.rows_out, s.changed) for s in session.draft.steps] == [
        (23, 23, 1), (23, 22, 0), (22, 20, 0)
    ]  # fmt: skip
    assert session.report().blocking == []
    session.undo(1)
    assert [s.key for s in session.draft.steps] == ["trim", "drop_empty"]
    assert len(session.examples()) == 21
    session.undo(0)
    session.undo(0)
    assert len(session.examples()) == 23


def test_after_a_crash_all_is_there_again(session, workspace, messy):
    session.apply("drop_empty")
    session.set_role("team", "system")
    messy.unlink()
    (draft,) = list_drafts(workspace)
    again = DraftSession.open(workspace, draft)
    assert again.draft == session.draft
    assert again.examples() == session.examples()
    assert again.draft.mapping["team"] == "system"
    assert again.examples()[0].messages[0].content == "A"


def test_a_lost_table_is_read_again_or_said(session, workspace, messy):
    table = Path(session.draft.table) / "rows.parquet"
    table.unlink()
    assert DraftSession.open(workspace, session.draft).table.row_count == 23
    table.unlink()
    messy.unlink()
    with pytest.raises(StudioError) as caught:
        DraftSession.open(workspace, session.draft)
    assert caught.value.code == "file_missing"


def test_the_same_file_is_read_once_and_a_changed_one_again(session, messy):
    before = session.draft.table
    session.choose_file(messy)
    assert session.draft.table == before
    messy.write_text(MESSY + "\nMore?,Yes.,A", "utf-8")
    session.choose_file(messy)
    assert session.draft.table != before
    assert session.table.row_count == 24
    assert session.draft.layout == "question_answer"


def test_roles_move_between_columns(session):
    session.set_role("team", "answer")
    assert session.draft.mapping == {"question": "question", "team": "answer"}
    assert session.examples()[0].answer == "A"
    session.set_role("team", None)
    assert session.draft.problems("columns") == ["Choose the column for Answer."]
    assert session.examples() == []
    session.set_layout("instruction")
    assert session.draft.mapping == session.guess().mapping


def test_lengths_bring_the_check_for_long_ones(session):
    session.set_lengths({row: 900 if row == 5 else 20 for row in range(2, 26)}, limit=512)
    finding = next(f for f in session.report().findings if f.key == "drop_long")
    assert finding.rows == [5]
    session.apply("drop_long")
    assert session.draft.steps[-1].params == {"limit": 512}
    assert 5 not in [e.source_row for e in session.examples()]


def test_what_blocks_can_not_be_frozen(session):
    with pytest.raises(StudioError) as caught:
        session.freeze()
    assert caught.value.code == "draft_blocked"


def test_freezing_tells_the_whole_story(session, workspace):
    for key in ("trim", "drop_empty", "drop_exact_duplicates"):
        session.apply(key)
    session.draft.steps[0].version = 1  # as an app of earlier rules would have noted it
    session.set_split(SplitChoice(validation=0.2, seed=3))
    counts = session.counts()
    shares: list[float] = []
    session.go_on_with_few()
    version = session.freeze(shares.append, name="Lamps")
    assert shares[-1] == 1.0
    assert version.counts == counts == {"train": 16, "validation": 4, "test": 0}
    manifest = version.manifest
    assert manifest["name"] == "Lamps"
    assert manifest["sources"][0]["name"] == "lamp_desk.csv"
    assert len(manifest["sources"][0]["sha256"]) == 64
    assert manifest["rows"] == {
        "in_file": 24, "not_read": 1, "no_example": 0, "examples": 20
    }  # fmt: skip
    assert [s["key"] for s in manifest["steps"]] == ["trim", "drop_empty", "drop_exact_duplicates"]
    assert [s["version"] for s in manifest["steps"]] == [2, 1, 2]  # the rules that made its rows
    assert manifest["seed"] == 3
    assert list_drafts(workspace) == []


def test_few_rows_are_said_honestly(workspace, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("question,answer\nLit?,Yes.\nOut?,No.\n", "utf-8")
    session = DraftSession.open(workspace, Draft())
    session.choose_file(path)
    finding = session.report().findings[-1]
    assert finding.key == "few_rows"
    assert finding.sentence.startswith("Only 2 examples are left.")
    assert session.counts() == {"train": 2, "validation": 0, "test": 0}


def test_unusable_rows_are_counted(workspace, tmp_path):
    path = tmp_path / "talk.jsonl"
    good = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}'
    path.write_text(
        f"{good}\n" * 12 + '{"messages": [{"role": "bing", "content": "a"}]}\n', "utf-8"
    )
    session = DraftSession.open(workspace, Draft())
    session.choose_file(path)
    finding = session.report().findings[0]
    assert (finding.key, finding.count, finding.rows) == ("unusable", 1, [13])
    assert "1 row was left out" in finding.sentence
    assert "bing" in finding.sentence


def test_rows_that_no_draft_needs_are_swept_after_days(session, workspace):
    old = time.time() - 10 * 24 * 3600
    unused, broken = workspace.sources / "read-unused", workspace.sources / ".reading-broken"
    for folder in (unused, broken, Path(session.draft.table)):
        folder.mkdir(exist_ok=True)
        os.utime(folder, (old, old))
    fresh = workspace.sources / "read-fresh"
    fresh.mkdir()
    DraftSession.open(workspace, Draft())
    left = {path.name for path in workspace.sources.iterdir()}
    assert left == {"read-fresh", Path(session.draft.table).name}


def test_a_split_without_training_rows_is_not_frozen(session):
    session.apply("drop_empty")
    session.apply("drop_exact_duplicates")
    session.set_split(SplitChoice(validation=0.5, test=0.5))
    assert session.counts()["train"] == 0
    (sentence,) = session.problems("summary")
    assert "learn from" in sentence
    assert session.problems("clean") == []  # nothing can be done about it there
    with pytest.raises(StudioError) as caught:
        session.freeze()
    assert caught.value.code == "draft_blocked"
    session.set_split(SplitChoice(validation=0.2, test=0.2))
    (sentence,) = session.problems("summary")
    assert sentence.startswith("Only 4 rows are held back")


def test_half_a_character_in_a_cell_is_a_problem_row(workspace, tmp_path):
    talk = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]
    cut = [{"role": "user", "content": "hi \ud83d"}, talk[1]]
    rows = [{"id": i, "messages": json.dumps(cut if i == 3 else talk)} for i in range(12)]
    path = tmp_path / "talks.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "messages"])
        writer.writeheader()
        writer.writerows(rows)
    session = DraftSession.open(workspace, Draft())
    session.choose_file(path)
    assert session.draft.layout == "messages"
    (problem,) = session.unreadable()
    assert problem.row == 5
    assert "half a character" in problem.reason
    session.go_on_with_few()
    assert session.freeze().total == 11


def test_reading_again_on_opening_can_be_cancelled(session, workspace):
    shutil.rmtree(session.draft.table)
    draft = Draft.load(workspace, session.draft.id)
    with pytest.raises(Cancelled):
        DraftSession.open(workspace, draft, lambda: True)


def test_a_step_is_switched_off_moved_and_changed_in_its_place(session):
    for key in ("trim", "drop_exact_duplicates", "drop_empty"):
        session.apply(key)
    session.switch(1, on=False)
    assert (session.draft.steps[1].off, len(session.examples())) == (True, 21)
    session.switch(1, on=True)
    assert len(session.examples()) == 20
    session.move(2, 0)
    assert [s.key for s in session.draft.steps] == ["drop_empty", "trim", "drop_exact_duplicates"]
    assert session.draft.steps[0].removed == 2
    session.set_lengths({row: 900 if row == 5 else 20 for row in range(2, 26)}, limit=512)
    session.apply("drop_long")
    session.change(3, {"limit": 1000})
    assert session.draft.steps[3].params == {"limit": 1000}
    assert 5 in [e.source_row for e in session.examples()]


def test_rows_are_left_out_by_hand_with_their_reason_and_taken_back(session, workspace):
    session.leave_out([2, "4"], "it stands in a test")
    assert not {2, 4} & {one.source_row for one in session.examples()}
    told = {key: why for key, _, why, *_ in session.left_out()}
    assert (told["2"], told["4"]) == ("It stands in a test.",) * 2
    seen = json.loads(session.draft.steps[-1].params["seen"])
    assert all(is_of(seen[name], row_key(workspace)) for name in ("2", "4"))
    session.undo(len(session.draft.steps) - 1)
    assert {2, 4} <= {one.source_row for one in session.examples()}


def test_a_row_tells_its_history(session):
    for key in ("trim", "drop_exact_duplicates", "drop_empty"):
        session.apply(key)
    gone = session.history(22)
    assert [event.what for event in gone.events] == ["made", "changed", "left out"]
    assert not gone.alive
    assert session.history(24).events[0].what == "not read"
    assert session.history(3).side in ("train", "validation")


def test_a_preview_is_of_the_rows_as_they_are_now(session):
    session.apply("drop_empty")
    trying = session.preview("trim")
    assert (trying.changed, trying.rows_in) == (1, 21)
    assert len(session.draft.steps) == 1
    assert session.find("drop_exact_duplicates").count == 1


def test_a_files_shape_is_known_the_next_time(workspace, tmp_path, messy):
    first = DraftSession.open(workspace, Draft())
    first.choose_file(messy)
    assert first.recalled is None
    first.set_mapping({"answer": "question", "question": "answer"})
    first.set_group_column("team")
    first.apply("drop_empty")
    first.go_on_with_few()
    first.freeze()
    again = tmp_path / "june.csv"
    again.write_text("team,answer,question\n" + "A,Is it?,It is.\n" * 12, "utf-8")
    second = DraftSession.open(workspace, Draft())
    second.choose_file(again)
    assert second.recalled.file == "lamp_desk.csv"
    assert second.draft.mapping == {"answer": "question", "question": "answer"}
    assert second.draft.group_column == "team"
    assert second.unsure() == []
    assert second.examples()[0].question == "Is it?"
    assert second.examples()[0].group == "A"


def test_what_is_nearly_the_same_can_be_kept_on_one_side(workspace, tmp_path):
    words = [f"{chr(97 + i % 26) * 3}{i * 7919} road" for i in range(400)]
    asked = [" ".join(words[i * 9 : i * 9 + 12]) for i in range(40)]
    asked += [f"{text} too" for text in asked]
    lines = "".join(f"{text},Lit: {text}\n" for text in asked)
    path = tmp_path / "roads.csv"
    path.write_text(f"question,answer\n{lines}", "utf-8")
    session = DraftSession.open(workspace, Draft())
    session.choose_file(path)
    session.set_split(SplitChoice(validation=0.3))
    assert session.leaks().own.rows["near"] > 0
    session.set_split(SplitChoice(validation=0.3, near=True))
    assert session.leaks().own.count == 0
    assert session.counts()["validation"] >= 10
    assert "GSM8K (test)" in [one.against for one in session.leaks(near=False).benchmarks]


def test_an_older_draft_is_taken_up(session, workspace):
    session.apply("trim")
    path = workspace.drafts / f"{session.draft.id}.json"
    old = json.loads(path.read_text("utf-8"))
    old["schema_version"] = 1
    old.pop("group_column")
    old["steps"] = [{"key": "trim", "params": {}, "rows_in": 23, "rows_out": 23, "changed": 1}]
    path.write_text(json.dumps(old), "utf-8")
    (draft,) = list_drafts(workspace)
    again = DraftSession.open(workspace, draft)
    assert again.examples() == session.examples()
    assert draft.schema_version == 2


def test_a_second_file_is_joined_and_taken_up_again(workspace, tmp_path):
    first, second = tmp_path / "questions.csv", tmp_path / "answers.csv"
    lines = [f"{i},How tall is lamp {i}?" for i in range(30)]
    first.write_text("\n".join(["id,question", *lines]), "utf-8")
    lines = [f"{i},It is {i} feet tall." for i in range(29)]
    second.write_text("\n".join(["id,answer", *lines]), "utf-8")
    session = DraftSession.open(workspace, Draft())
    session.choose_file(first)
    session.join(second)
    assert session.draft.layout == "question_answer"
    assert session.draft.mapping == {"question": "question", "answer": "answer"}
    assert len(session.examples()) == 29
    assert [problem.row for problem in session.table.problems] == [31]
    session.join(second)  # once more: not beside itself
    assert session.table.column_names == ["id", "question", "answer"]
    shutil.rmtree(session.table.folder)
    again = DraftSession.open(workspace, session.draft)
    assert len(again.examples()) == 29
    again.choose_file(first)
    assert (again.draft.second, again.table.column_names) == ("", ["id", "question"])


def acts(session):
    return {
        "rows": session.chain,
        "step": lambda: session.apply("normalise"),
        "near": lambda: session.apply("mark_near_duplicates"),
        "find": lambda: session.find("hide_personal"),
        "report": session.report,
        "split": lambda: (session.set_split(SplitChoice(near=True)), session.sides()),
        "freeze": lambda: (session.go_on_with_few(), session.freeze(session.watch)),
    }


@pytest.mark.parametrize("name",
                         ["rows", "step", "near", "find", "report", "split", "freeze"])  # fmt: skip
def test_work_tells_that_it_goes_on_and_can_be_stopped(session, name):
    session.apply("drop_empty")
    session.draft.licence = "cc0-1.0"
    told = []
    session.watch = told.append
    if name == "rows":
        session._forget()
    acts(session)[name]()
    assert told

    def stop(share):
        raise Cancelled

    again = DraftSession.open(session.workspace, session.draft.model_copy(deep=True))
    again.watch = stop
    with pytest.raises(Cancelled):
        acts(again)[name]()
    assert not list(session.workspace.datasets.glob(".new-*"))


def test_watched_or_not_the_outcome_is_the_same(session, workspace, messy):
    plain = DraftSession.open(workspace, Draft())
    plain.choose_file(messy)
    plain.watch = lambda share: None
    for key in ("trim", "drop_empty", "drop_exact_duplicates", "mark_near_duplicates"):
        session.apply(key)
        plain.apply(key)
    assert [type(done.rows) for done in plain.chain().done] == [Held] * 4
    assert plain.chain().rows == session.chain().rows
    assert plain.sides() == session.sides()


def test_what_a_model_found_needs_no_model_again(workspace, tmp_path):
    path = tmp_path / "said.csv"
    lines = "".join(f"where is thing number {i}?,it is in box {i}.\n" for i in range(60))
    path.write_text(f"question,answer\n{lines}", "utf-8")
    session = DraftSession.open(workspace, Draft())
    session.choose_file(path)
    rows = session.chain().rows
    pairs = [meant.Group([one.key, other.key], [1.0, 0.95])
             for one, other in zip(rows[:30], rows[30:], strict=True)]  # fmt: skip
    read = row_outline.written({row.key: meant.outline_of(row.example) for row in rows})
    params = {"groups": meant.written(pairs), "read": read, "at": 0.9, "parts": "both"}
    session.apply("mark_same_meaning", params)
    for near in (False, True):  # with what looks alike as well
        session.set_split(SplitChoice(validation=0.4, near=near))
        sides = session.sides()
        assert sides[:30] == sides[30:]
    session.set_split(SplitChoice(validation=0.4))
    assert len(set(session.sides())) == 2
    recipe = session.recipe()
    path.write_text(f"question,answer\n{lines}who is new?,nobody.\n", "utf-8")
    session.choose_file(path)
    run = session.dry_run(recipe)
    assert run.steps[-1].remark.startswith("1 row is new or has changed since the model compared")
    assert session.freeze(name="Said").manifest["recipe"]["steps"][-1]["params"]["at"] == 0.9


def test_an_earlier_state_takes_the_rows_that_are_made_already(session, workspace):
    session.apply("trim")
    before = session.draft.model_copy(deep=True)
    start = session.chain().start
    session.apply("drop_empty")
    session.set_split(SplitChoice(seed=3))
    assert session.put_back(before.model_copy(deep=True))
    assert session.chain().start is start
    assert [step.key for step in session.draft.steps] == ["trim"]
    fresh = DraftSession.open(workspace, before.model_copy(deep=True))
    assert (session.examples(), session.sides()) == (fresh.examples(), fresh.sides())
    assert [one.id for one in list_drafts(workspace)] == [before.id]
    assert list_drafts(workspace)[0].split == before.split
    other = before.model_copy(update={"group_column": "team"}, deep=True)
    assert not session.put_back(other)
    assert session.draft.group_column == ""


def test_a_session_that_is_let_go_takes_its_rows_with_it(workspace, messy):
    session = DraftSession.open(workspace, Draft())
    session.choose_file(messy)
    session.watch = lambda share: None
    session.sides()
    session.report()
    gone = weakref.ref(session)
    gc.collect()
    gc.disable()  # as in the window: circles would stay
    try:
        del session
        assert gone() is None
    finally:
        gc.enable()
