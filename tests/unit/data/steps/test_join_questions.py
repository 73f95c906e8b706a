"""Questions in a row become one, in their order, whoever speaks between them."""

from ftstudio.core.example import Example, Message
from ftstudio.core.params import Params
from ftstudio.data.step import Row
from ftstudio.data.steps.join_questions import STEP


def user(text, name=None):
    return Message(role="user", content=text, name=name)


ANSWER, SYSTEM = Message(role="assistant", content="A."), Message(role="system", content="Brief.")


def talks(*turns):
    return [Row(Example(messages=list(one), source_row=n)) for n, one in enumerate(turns, 1)]


def test_they_are_joined_in_their_order():
    rows = talks(
        (user("One"), ANSWER), (user("One"), user("Two"), user("Three"), ANSWER, user("Four")),
        (user("One"), SYSTEM, user("Two"), ANSWER),
    )  # fmt: skip
    assert STEP.find(rows, Params()).rows == [2, 3]
    outcome = STEP.apply(rows, Params())
    assert (outcome.changed, outcome.rows[0]) == ([2, 3], rows[0])
    assert [row.example.messages for row in outcome.rows[1:]] == [
        [user("One\n\nTwo\n\nThree"), ANSWER, user("Four")],
        [SYSTEM, user("One\n\nTwo"), ANSWER],
    ]
    assert STEP.find(outcome.rows, Params()).severity == "fine"


def test_a_name_stays_where_one_person_asks_both():
    same, two = talks((user("A", "jo"), user("B", "jo")), (user("A", "jo"), user("", "ann")))
    first, second = (row.example.messages[0] for row in STEP.apply([same, two], Params()).rows)
    assert (first.content, first.name) == ("A\n\nB", "jo")
    assert (second.content, second.name) == ("A", None)
