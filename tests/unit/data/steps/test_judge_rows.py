"""Judgements find their rows again, and say of every other row why it is left out."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.judged import Verdict, as_json, said_hash
from ftstudio.data.step import Row
from ftstudio.data.steps.judge_rows import STEP, JudgeParams
from tests.unit.data.conftest import example, rows_of

ROWS = rows_of(("A?", "a"), ("B?", "b"), ("C?", "c"), ("D?", "d"))


def verdict(row: Row, **said) -> Verdict:
    return Verdict(row=row.number, hash=said_hash(row.example), who="Anna", when=1.0, **said)


def params(judging: str, *verdicts: Verdict, unsettled: tuple[str, ...] = ()) -> JudgeParams:
    return JudgeParams(
        judging=judging, verdicts=json.dumps(as_json(verdicts)), unsettled=json.dumps(unsettled)
    )


def test_mended_answers_stand_beside_the_others():
    outcome = STEP.apply(ROWS, params("mend", verdict(ROWS[1], answer="better")))
    assert [row.example.answer for row in outcome.rows] == ["a", "better", "c", "d"]
    assert outcome.changed == [2]
    assert outcome.reasons[2].startswith("Anna wrote the answer")


def test_where_the_kind_changes_only_judged_rows_stay_and_the_rest_has_a_reason():
    digest = said_hash(ROWS[2].example)
    moved = Verdict(row=4, hash="of another text", good=True)
    chosen = params("mark", verdict(ROWS[0], good=True), moved, unsettled=(f"3:{digest}",))
    outcome = STEP.apply(ROWS, chosen)
    assert [(row.number, row.example.good) for row in outcome.rows] == [(1, True)]
    assert outcome.removed == [2, 3, 4]
    assert outcome.reasons[2] == "Nobody has judged it yet."
    assert "settled" in outcome.reasons[3]
    assert "changed since" in outcome.reasons[4]
    assert STEP.find(ROWS, chosen).count == 4


def test_ties_teach_no_preference():
    outcome = STEP.apply(ROWS, params(
        "pair", verdict(ROWS[0], choice="tie", other="x"), verdict(ROWS[1], choice="own", other="x")
    ))  # fmt: skip
    assert [row.number for row in outcome.rows] == [2]
    assert "equally good" in outcome.reasons[1]


def test_next_months_file_has_the_row_in_another_place():
    later = [Row(example("New?", "n", 1)), Row(example("A?", "a ", 40)), Row(example("B?", "b", 2))]
    outcome = STEP.apply(later, params("label", verdict(ROWS[0], labels=["x"])))
    assert [(row.number, row.example.labels) for row in outcome.rows] == [(40, ["x"])]


def test_of_two_rows_that_say_the_same_each_keeps_its_own():
    rows = rows_of(("A?", "a"), ("A?", "a"))
    outcome = STEP.apply(rows, params(
        "score", verdict(rows[0], number=1), verdict(rows[1], number=5)
    ))  # fmt: skip
    assert [row.example.number for row in outcome.rows] == [1, 5]


def test_rows_that_cannot_be_judged_so_are_left_alone():
    texts = STEP.apply(ROWS, params("score", verdict(ROWS[0], number=1))).rows
    outcome = STEP.apply(texts, params("mark", verdict(texts[0], good=True)))
    assert outcome.rows == texts


@pytest.mark.parametrize("text", ["{", "[1]", '[{"row": 1}]', '{"a": 1}'])
def test_what_cannot_be_read_is_told(text):
    with pytest.raises(StudioError) as caught:
        STEP.apply(ROWS, JudgeParams(judging="mark", verdicts=text))
    assert caught.value.code == "judgements_unreadable"


def test_what_is_not_used_is_counted_with_the_reason():
    twins = rows_of(("A?", "a"), ("A?", "a"), ("B?", "b"))
    said = [
        verdict(twins[0], answer="one"),
        verdict(twins[1], answer="two"),
        verdict(twins[2], answer="better"),
        Verdict(row=9, hash="of another file", answer="none"),
    ]
    own = STEP.apply(twins, params("mend", *said))
    assert [row.example.answer for row in own.rows] == ["one", "two", "better"]
    assert "Judgements: 3 of 4 used here, 1 not" in own.remark

    later = [Row(example("A?", "a", 40)), Row(example("B?", "b", 41))]
    outcome = STEP.apply(later, params("mend", *said))
    assert [row.example.answer for row in outcome.rows] == ["a", "better"]
    assert "Judgements: 1 of 4 used here, 3 not" in outcome.remark
    assert "2: rows that say the same were judged differently" in outcome.remark


KEY, OTHER = b"k" * 32, b"o" * 32


def test_nothing_that_is_handed_out_can_be_guessed_from():
    digests = [said_hash(row.example) for row in ROWS]
    chosen = params("mark", verdict(ROWS[0], good=True), unsettled=(f"3:{digests[2]}",))
    made = STEP.settings(chosen.model_dump(), KEY)
    told = json.dumps(made.model_dump())
    assert not [one for one in digests if one in told]
    assert str(KEY) not in told
    again = STEP.settings(made.model_dump(), KEY)
    assert again.model_dump() == made.model_dump()  # sealed once
    plain = STEP.apply(ROWS, chosen)
    outcome = STEP.apply(ROWS, again)
    assert (outcome.rows, outcome.reasons) == (plain.rows, plain.reasons)
    assert "settled" in outcome.reasons[3]


def test_another_workspace_can_not_know_the_rows_again_and_that_is_told():
    chosen = params("mend", verdict(ROWS[0], answer="better"), verdict(ROWS[1], answer="more"))
    made = STEP.settings(chosen.model_dump(), KEY)
    for key in (OTHER, b""):
        outcome = STEP.apply(ROWS, STEP.settings(made.model_dump(), key))
        assert outcome.rows == ROWS
        assert "0 of 2 used here, 2 not" in outcome.remark
        assert "2: judged in another workspace" in outcome.remark
