"""Last month's recipe on this month's file: first what it would do, then doing it."""

import json

import pytest
from openpyxl import Workbook

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.replay import dry_run
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.format import ReadOptions
from ftstudio.data.recipe import AppliedStep, Recipe
from ftstudio.data.sides.split import SplitChoice
from tests.unit.data.stopping import stops_wherever

MAY = "Frage,Antwort,Team\n" + "".join(f"Ist Lampe {i} an?,Ja {i}.,A\n" for i in range(30))
MAY += " Ist Lampe 3 an? ,Ja 3.,A\nIst es hell?,,B\n"
JUNE = "antwort ,FRAGE,Datum\n"
JUNE += "".join(f"Nein {i}.,Ist Lampe {i} aus?,1.6.\n" for i in range(40))
JUNE += "".join(f"nein 1., ist Lampe {i % 2} aus?,1.6.\n" for i in range(4))
JUNE += ",Ist es kalt?,2.6.\n"


def opened(workspace, tmp_path, name, text) -> DraftSession:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    session = DraftSession.open(workspace, Draft())
    session.choose_file(path)
    return session


@pytest.fixture
def recipe(workspace, tmp_path) -> Recipe:
    session = opened(workspace, tmp_path, "may.csv", MAY)
    for key in ("trim", "drop_exact_duplicates", "drop_empty"):
        session.apply(key)
    session.set_split(SplitChoice(validation=0.2, seed=5))
    return session.recipe()


@pytest.fixture
def june(workspace, tmp_path) -> DraftSession:
    return opened(workspace, tmp_path, "june.csv", JUNE)


def test_a_dry_run_compares_with_then_and_changes_nothing(recipe, june):
    before = june.draft.model_copy(deep=True)
    run = june.dry_run(recipe)
    assert (run.problems, run.missing, run.new) == ([], [], ["Datum"])
    assert run.renamed == {"Frage": "FRAGE", "Antwort": "antwort"}
    assert [(d.then.changed, d.now.changed) for d in run.steps] == [(1, 4), (0, 0), (0, 0)]
    assert [(d.then.removed, d.now.removed) for d in run.steps] == [(0, 0), (1, 3), (1, 1)]
    assert (run.examples_then, run.examples_now) == (32, 45)
    assert (run.left_then, run.left_now) == (30, 41)
    assert not run.identical
    assert june.draft == before


def test_the_same_file_gives_the_very_same_rows(recipe, workspace, tmp_path):
    assert opened(workspace, tmp_path, "again.csv", MAY).dry_run(recipe).identical


def test_replayed_it_is_the_drafts_own(recipe, june):
    june.replay(recipe)
    assert june.draft.mapping == {"FRAGE": "question", "antwort": "answer"}
    assert [s.key for s in june.draft.steps] == ["trim", "drop_exact_duplicates", "drop_empty"]
    assert june.draft.steps[1].removed == 3
    assert june.draft.split == SplitChoice(validation=0.2, seed=5)
    june.go_on_with_few()
    assert june.freeze().total == 41


def test_missing_columns_are_named(recipe, workspace, tmp_path):
    other = opened(workspace, tmp_path, "o.csv", "Frage,Reply\n" + "Was ist das?,Eins\n" * 12)
    run = other.dry_run(recipe)
    assert run.missing == ["Antwort"]
    assert run.new == ["Reply"]
    assert run.steps == []
    assert "Antwort" in run.problems[0]
    with pytest.raises(StudioError) as caught:
        other.replay(recipe)
    assert caught.value.code == "recipe_does_not_fit"


def test_steps_that_can_not_be_done_here_are_said_and_passed_over(recipe, june):
    recipe.steps.insert(1, AppliedStep(key="make_poetry"))
    recipe.steps.append(AppliedStep(key="drop_long", params={"limit": "many"}))
    recipe.steps[0].version = 0
    run = june.dry_run(recipe)
    assert [bool(d.now) for d in run.steps] == [True, False, True, True, False]
    assert "changed since" in run.steps[0].remark
    assert "not known" in run.steps[1].remark
    assert "limit" in run.steps[4].remark
    june.replay(recipe)
    assert [s.key for s in june.draft.steps] == ["trim", "drop_exact_duplicates", "drop_empty"]


def test_an_unknown_layout_is_said(recipe, june):
    assert "not known" in june.dry_run(recipe.model_copy(update={"layout": "poem"})).problems[0]


def test_trying_it_ends_when_it_is_told_to(workspace, tmp_path, recipe):
    session = opened(workspace, tmp_path, "june.csv", JUNE)
    stops_wherever(lambda tell: dry_run(session.table, recipe, None, tell), fewest=5)


def test_changes_by_hand_are_never_written_over_rows_of_another_file(workspace, tmp_path, june):
    session = opened(workspace, tmp_path, "may.csv", MAY)
    number = session.chain().rows[2].number
    session.apply("trim")
    session.apply("edit_rows", {"edits": json.dumps({str(number): {"answer": "By hand."}})})
    made = session.recipe()

    again = opened(workspace, tmp_path, "may.csv", MAY)
    assert again.dry_run(made).identical
    again.replay(made)
    assert [e.answer for e in again.examples()].count("By hand.") == 1

    run = june.dry_run(made)
    assert [one.now is None for one in run.steps] == [False, True]
    assert "other rows" in run.steps[1].remark
    june.replay(made)
    assert [step.key for step in june.draft.steps] == ["trim"]
    assert "By hand." not in [e.answer for e in june.examples()]


def edited(workspace, tmp_path, rows: str, **edits) -> Recipe:
    session = opened(workspace, tmp_path, "then.csv", "Frage,Antwort\n" + rows)
    below = {str(1 + int(name[1:])): edit for name, edit in edits.items()}  # the names are line 1
    session.apply("edit_rows", {"edits": json.dumps(below)})
    return session.recipe()


def test_next_months_file_gets_the_changes_by_hand_of_its_own_rows_and_no_others(
    workspace, tmp_path
):
    then = "Wer?,Anna\nWo?,Ulm\nWann?,Heute\nTwice?,Yes\nTwice?,Yes\nOnce?,Yes\n"
    made = edited(
        workspace, tmp_path, then,
        n1={"answer": "Jemand"}, n2={"remove": "Not ours."}, n3={"answer": "Morgen"},
        n4={"answer": "No"}, n6={"answer": "Never"},
    )  # fmt: skip
    text = "Frage,Antwort\nNeu?,Neu\nWer?,Anna\nWo?,Ulm\nWann?,Gestern\nTwice?,Yes\n"
    text += "Once?,Yes\nOnce?,Yes\n"
    now = opened(workspace, tmp_path, "now.csv", text)
    run = now.dry_run(made)
    assert (run.steps[0].now.changed, run.steps[0].now.removed) == (1, 1)
    assert "Changes by hand: 2 of 5 done here, 3 not" in run.steps[0].remark
    assert "1: no row here" in run.steps[0].remark
    assert "2: several rows" in run.steps[0].remark
    now.replay(made)
    answers = ["Neu", "Jemand", "Gestern", "Yes", "Yes", "Yes"]
    assert [example.answer for example in now.examples()] == answers

    july = opened(workspace, tmp_path, "july.csv", "Frage,Antwort\nWann?,Heute\nWer?,Anna\n")
    july.replay(now.recipe())
    assert [example.answer for example in july.examples()] == ["Morgen", "Jemand"]


def test_a_row_that_differs_in_a_name_alone_is_another_one(workspace, tmp_path):
    made = edited(workspace, tmp_path, "Wer?,Anna\n", n1={"remove": "She asked for it."})
    now = opened(workspace, tmp_path, "now.csv", "Frage,Antwort\nNeu?,Neu\nWer?,Emma\n")
    run = now.dry_run(made)
    assert run.steps[0].now is None
    assert "Changes by hand: 0 of 1 done here, 1 not" in run.steps[0].remark


def test_changes_of_another_workspace_are_told_as_such(workspace, tmp_path):
    made = edited(workspace, tmp_path, "Wer?,Anna\n", n1={"answer": "Jemand"})
    elsewhere = Workspace(tmp_path / "elsewhere").create()
    now = opened(elsewhere, tmp_path, "now.csv", "Frage,Antwort\nNeu?,Neu\nWer?,Anna\n")
    assert "1: made in another workspace" in now.dry_run(made).steps[0].remark
    now.replay(made)
    assert [example.answer for example in now.examples()] == ["Neu", "Anna"]


def test_another_file_of_the_same_columns_is_not_changed_by_hand(workspace, tmp_path):
    session = opened(workspace, tmp_path, "may.csv", MAY)
    number = session.chain().rows[2].number
    session.apply("trim")
    session.apply("edit_rows", {"edits": json.dumps({str(number): {"answer": "By hand."}})})
    session.choose_file(tmp_path / "may.csv")
    assert [step.off for step in session.draft.steps] == [False, False]
    other = tmp_path / "may2.csv"
    other.write_text("Frage,Antwort,Team\nNeu?,Nein.,A\n" + MAY.partition("\n")[2], "utf-8")
    session.choose_file(other)
    assert [step.off for step in session.draft.steps] == [False, True]
    assert "By hand." not in [e.answer for e in session.examples()]


def with_another_file(workspace, tmp_path) -> DraftSession:
    """A change by hand of the third lamp, and then a file in which it stands a line further down
    was chosen in the same draft."""
    session = opened(workspace, tmp_path, "may.csv", MAY)
    number = session.chain().rows[2].number
    session.apply("edit_rows", {"edits": json.dumps({str(number): {"answer": "By hand."}})})
    other = tmp_path / "may2.csv"
    other.write_text("Frage,Antwort,Team\nNeu?,Nein.,A\n" + MAY.partition("\n")[2], "utf-8")
    session.choose_file(other)
    return session


def changed_by_hand(session) -> list[str]:
    return [one.question for one in session.examples() if one.answer == "By hand."]


def test_switched_on_again_a_change_by_hand_finds_its_row_by_its_mark(workspace, tmp_path):
    session = with_another_file(workspace, tmp_path)
    again = opened(workspace, tmp_path, "may2.csv", (tmp_path / "may2.csv").read_text("utf-8"))
    again.replay(session.recipe())  # also on its way through a recipe
    for one in (session, again):
        one.switch(0, on=True)
        assert changed_by_hand(one) == ["Ist Lampe 2 an?"]
        one.switch(0, on=False)
        one.switch(0, on=True)
        assert changed_by_hand(one) == ["Ist Lampe 2 an?"]
    session.choose_file(tmp_path / "may.csv")  # back to the first one
    assert changed_by_hand(session) == []
    session.switch(0, on=True)
    assert changed_by_hand(session) == ["Ist Lampe 2 an?"]


def test_where_its_row_is_not_there_it_is_refused_with_words(workspace, tmp_path):
    session = with_another_file(workspace, tmp_path)
    third = tmp_path / "third.csv"
    third.write_text("Frage,Antwort,Team\n" + "".join(f"Wer {i}?,Ja.,A\n" for i in range(30)))
    session.choose_file(third)
    with pytest.raises(StudioError, match="no row here is the one") as caught:
        session.switch(0, on=True)
    assert caught.value.code == "rows_not_found"
    assert session.draft.steps[0].off
    assert changed_by_hand(session) == []
    session.switch(0, on=False)  # off it stays off
    assert changed_by_hand(session) == []


def test_another_sheet_of_the_same_file_has_other_rows(workspace, tmp_path):
    book = Workbook()
    for name, first in (("Mai", 0), ("Juni", 50)):
        sheet = book.active if name == "Mai" else book.create_sheet()
        sheet.title = name
        sheet.append(["Frage", "Antwort"])
        for i in range(first, first + 20):
            sheet.append([f"Ist Lampe {i} an?", f"Ja {i}."])
    path = tmp_path / "lamps.xlsx"
    book.save(path)
    session = DraftSession.open(workspace, Draft())
    session.choose_file(path, ReadOptions(sheet="Mai"))
    number = session.chain().rows[2].number
    session.apply("edit_rows", {"edits": json.dumps({str(number): {"answer": "By hand."}})})
    session.choose_file(path, ReadOptions(sheet="Juni"))
    assert changed_by_hand(session) == []
    session.choose_file(path, ReadOptions(sheet="Mai"))
    session.switch(0, on=True)
    assert changed_by_hand(session) == ["Ist Lampe 2 an?"]
