"""What was found and is kept on purpose: a step that changes nothing, asks no more and is told."""

import pytest

from ftstudio.data.deciding import (
    DecisionParams,
    as_decided,
    decided,
    decisions_in_words,
    is_decision,
)
from ftstudio.data.drafting.chain import Chain
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import steps
from tests.unit.data.conftest import rows_of

ROWS = rows_of(("Whom may I write to?", "anna@example.org."), ("Lit?", "Yes."))
KEEP = AppliedStep(key="keep_personal", params={"rows": 1})


def found():
    step = steps()["hide_personal"]
    return step.find(ROWS, step.params())


def test_personal_data_asks_for_a_decision_until_it_is_kept():
    finding = found()
    assert (finding.severity, finding.count) == ("decide", 1)
    assert as_decided([finding], []) == [finding]
    (kept,) = as_decided([finding], [KEEP])
    assert (kept.severity, kept.remedy_title, kept.choices) == ("fine", "", ())
    assert "1 row holds personal data" in kept.sentence
    assert "You decided" in kept.sentence


def test_names_that_a_model_found_are_not_said_to_be_missing():
    finding = found()
    hidden = AppliedStep(key="hide_personal", params={"read": "…", "by": "NER-tiny"})
    (told,) = as_decided([finding], [hidden])
    assert "Names are dealt with as far as NER-tiny found them." in told.sentence
    assert "not found" not in told.sentence
    for other in (AppliedStep(key="hide_personal"), hidden.model_copy(update={"off": True})):
        assert as_decided([finding], [other]) == [finding]


def test_a_decision_that_is_switched_off_settles_nothing():
    assert decided([KEEP]) == {"hide_personal"}
    assert not decided([KEEP.model_copy(update={"off": True})])
    assert not decided([AppliedStep(key="trim")])


def test_every_choice_of_a_finding_can_be_applied():
    finding = found()
    assert [choice.step_key for choice in finding.choices] == ["hide_personal", "keep_personal"]
    left = []
    for choice in finding.choices:
        step = steps()[choice.step_key]
        left.append(len(step.apply(ROWS, step.params(**choice.params)).rows))
    assert left == [1, 2]  # removed, kept


def test_the_rows_stay_the_same_rows():
    chain = Chain(ROWS)
    before = chain.start_digest
    chain.run([KEEP])
    assert chain.rows == ROWS
    assert chain.done[-1].digest == before


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (KEEP, "Decided: personal data found in 1 row, kept as found."),
        (AppliedStep(key="keep_near_duplicates", params={"rows": 1200}), "1,200 rows"),
        (AppliedStep(key="keep_all_languages", params={"rows": 5}), "other languages"),
    ],
)
def test_a_version_tells_what_was_decided(step, words):
    (said,) = decisions_in_words([AppliedStep(key="trim").model_dump(), step.model_dump()])
    assert words in said
    assert decisions_in_words([step.model_copy(update={"off": True}).model_dump()]) == []


def test_every_decision_settles_a_step_that_exists():
    keys = [key for key in steps() if is_decision(key)]
    assert len(keys) >= 3
    for key in keys:
        assert steps()[key].settles in steps()
        assert not steps()[key].offered
        assert steps()[key].params is DecisionParams


def test_what_the_split_keeps_together_asks_for_nothing():
    step = steps()["mark_near_duplicates"]
    long = "Please tell me how I can change the delivery address of my latest order"
    alike = rows_of((f"{long}?", f"{long}, now"), (f"{long}??", f"{long}, now!"))
    finding = step.find(alike, step.params())
    assert as_decided([finding, found()], []) == [finding, found()]
    near, personal = as_decided([finding, found()], [], together=True)
    assert near.severity == "fine"
    assert "The split keeps them on one side." in near.sentence
    assert personal.severity == "decide"
