"""Why is this row gone, and what was changed in it?"""

from ftstudio.core.example import BETTER
from ftstudio.data.drafting.chain import Chain
from ftstudio.data.drafting.history import left_out, row_history
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import Row
from ftstudio.data.table import Problem
from tests.unit.data.conftest import example, rows_of
from tests.unit.data.stopping import stops_wherever

ROWS = rows_of(("Lit?", "Yes."), (" lit? ", "yes."), ("Dark?", ""))
LOST = [
    ("not read", Problem(9, "Too many cells.", "a,b,c")),
    ("no example", Problem(8, "No role.")),
]
RECIPE = [AppliedStep(key=key) for key in ("trim", "drop_exact_duplicates", "drop_empty")]


def chain() -> Chain:
    made = Chain(ROWS)
    made.run(RECIPE)
    return made


def told(number, side=None):
    return row_history(number, RECIPE, chain(), LOST, side)


def test_a_row_that_is_gone_tells_by_which_step_and_what_was_changed_before():
    story = told(2)
    assert [(e.what, e.place, e.key) for e in story.events] == [
        ("made", -1, ""), ("changed", 0, "trim"), ("left out", 1, "drop_exact_duplicates")
    ]  # fmt: skip
    assert story.events[1].before.question == " lit? "
    assert story.events[1].after.question == "lit?"
    assert story.events[2].before.question == "lit?"
    assert story.events[2].after is None
    assert story.events[2].sentence.endswith(".")
    assert not story.alive


def test_a_row_that_stays_has_its_side():
    story = told(1, "validation")
    assert [e.what for e in story.events] == ["made"]
    assert story.alive


def test_rows_that_never_became_examples_tell_why():
    assert told(9).events[0].sentence == "It could not be read. Too many cells."
    assert told(8).events[0].what == "no example"
    assert not told(77).known


def test_the_better_answer_of_pairs_is_told_where_it_stands():
    worse = [example("Lit?", "No.", row, meta={BETTER: 1}) for row in (2, 3)]
    made = Chain([Row(one) for one in worse])
    story = row_history(1, [], made, [], None)
    assert [e.what for e in story.events] == ["made"]
    assert story.events[0].sentence.endswith("2 pairs, the first of row 2.")
    assert left_out([], made, []) == [("1", "columns", story.events[0].sentence, None, "")]
    one = row_history(1, [], Chain([Row(worse[0])]), [], None)
    assert one.events[0].sentence.endswith("the pair of row 2.")


def test_all_that_is_left_out_is_listed():
    found = left_out(RECIPE, chain(), LOST)
    assert [(number, stage) for number, stage, *_ in found] == [
        ("9", "reading"), ("8", "columns"), ("2", "drop_exact_duplicates"), ("3", "drop_empty")
    ]  # fmt: skip
    assert found[0][4] == "a,b,c"
    assert found[3][3].question == "Dark?"


def test_of_a_row_s_several_examples_only_those_gone_are_told():
    def case(place: int, answer: str) -> Row:
        made = example("Lit?", answer, 7)
        return Row(made.model_copy(update={"meta": {"case": place}}))

    made = Chain([case(1, "Yes."), case(2, ""), case(3, "No.")])
    steps = [AppliedStep(key="drop_empty")]
    made.run(steps)
    assert [key for key, *_ in left_out(steps, made, [])] == ["7.2"]
    story = row_history(7, steps, made, [], "train")
    assert [event.what for event in story.events] == ["made", "left out"]
    assert story.events[1].sentence.startswith("Its example 2: ")
    assert story.alive


def test_gathering_them_ends_when_it_is_told_to():
    made = Chain(rows_of(*[("Lit?", "Yes.")] * 300))
    made.run(RECIPE)
    stops_wherever(lambda tell: left_out(RECIPE, made, LOST, tell), fewest=5)


def test_a_copy_names_the_row_it_was_made_of():
    made = Chain(rows_of(("Is the lamp by the harbour lit?", "Yes.")))
    recipe = [AppliedStep(key="add_hard_copies", params={"share": 1.0, "padding": False})]
    made.run(recipe)
    story = row_history(-1, recipe, made, [], "train")
    assert [e.sentence for e in story.events] == ["“Add harder copies” added it: a copy of row 1."]
