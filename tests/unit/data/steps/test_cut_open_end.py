"""What nobody answers is cut off, with its pictures; who only asks is left out."""

from ftstudio.core.example import Example, Message
from ftstudio.core.params import Params
from ftstudio.data.step import Row
from ftstudio.data.steps.cut_open_end import STEP

USER, ANSWER = Message(role="user", content="Q?"), Message(role="assistant", content="A.")
SYSTEM = Message(role="system", content="Be brief.")


def talks(*turns, **more):
    made = (Example(messages=list(one), source_row=n, **more) for n, one in enumerate(turns, 1))
    return [Row(example) for example in made]


def test_an_open_end_is_cut_off():
    rows = talks((USER, ANSWER), (SYSTEM, USER, ANSWER, USER), (USER, ANSWER, SYSTEM, USER, USER))
    found = STEP.find(rows, Params())
    assert (found.rows, found.severity) == ([2, 3], "look")
    assert found.sentence.startswith("2 rows end with a question that nobody answers.")
    outcome = STEP.apply(rows, Params())
    assert (outcome.removed, outcome.changed) == ([], [2, 3])
    assert [row.example.messages for row in outcome.rows] == [
        [USER, ANSWER], [SYSTEM, USER, ANSWER], [USER, ANSWER]
    ]  # fmt: skip
    assert STEP.find(outcome.rows, Params()).severity == "fine"


def test_where_nobody_answers_at_all_the_row_goes():
    outcome = STEP.apply(talks((SYSTEM, USER, USER), (USER, ANSWER)), Params())
    assert outcome.reasons == {1: "Nobody answers in it."}
    assert [row.number for row in outcome.rows] == [2]


def test_a_picture_that_only_the_end_shows_goes_too():
    shown = USER.model_copy(update={"content": "<image> What?"})
    rows = talks((shown, ANSWER, shown), images=["/a/1.png", "/a/2.png"],
                 meta={"images": ["x.png", "y.png"]})  # fmt: skip
    (row,) = STEP.apply(rows, Params()).rows
    assert row.example.images == ["/a/1.png"]
    assert row.example.pictures == ["x.png"]
