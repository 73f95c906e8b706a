"""What is lacking to check with, what mends it, and what going on all the same covers."""

from __future__ import annotations

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.sides.few import Few, advice, few_finding, few_to_check, mendings, stop
from ftstudio.data.sides.split import ENOUGH, SplitChoice, assign
from tests.unit.data.conftest import example, labelled
from tests.unit.data.stopping import stops_wherever


def plain(count: int, **meta: str) -> list[Example]:
    part = meta.get("part", "train")
    return [example(f"{part} {i}?", "a", i, meta=dict(meta)) for i in range(count)]


def lacking(examples: list[Example], choice: SplitChoice | None = None) -> Few | None:
    return few_to_check(examples, assign(examples, choice or SplitChoice()))


@pytest.mark.parametrize(
    ("rows", "held"), [(5, 0), (10, 2), (30, 4), (99, 19), (100, None), (400, None)]
)
def test_below_twenty_is_few_whatever_the_size(rows: int, held: int | None) -> None:
    few = lacking(plain(rows))
    assert (few.validation if few else None) == held


def test_holding_back_nothing_is_few_too() -> None:
    few = lacking(plain(500), SplitChoice(validation=0))
    assert few is not None
    assert few.validation == 0
    assert few.what.startswith("No row")
    assert "nothing will be checked" in few.going_on


def test_large_groups_leave_few_of_many_rows() -> None:
    examples = [example(f"Question {i % 5}?", f"a{i}", i) for i in range(300)]
    few = few_to_check(examples, ["validation" if i < 7 else "train" for i in range(300)])
    assert few is not None
    assert few.going_on == "Go on with 7 validation rows – a rough result"


def test_no_rows_at_all_are_another_matter() -> None:
    assert few_to_check([], []) is None


def test_a_class_of_any_size_needs_a_row() -> None:
    examples = [labelled(f"text {i}", "a") for i in range(200)]
    examples += [labelled(f"odd {i}", "b") for i in range(3)]
    few = lacking(examples)
    assert few == Few(validation=20, classes=["b"])
    assert few.what == "The class “b” has no row to check with (validation)."
    (way,) = mendings(few, examples, SplitChoice())
    assert way.title == "Put one row of the class “b” across"
    assert lacking(examples, way.choice) is None


def test_a_class_in_one_group_can_only_be_gone_on_without() -> None:
    examples = [labelled(f"text {i}", "a") for i in range(260)]
    examples += [labelled(f"odd {i}", "b").model_copy(update={"group": "g"}) for i in range(12)]
    few = lacking(examples)
    assert few is not None
    assert few.classes == ["b"]
    assert mendings(few, examples, SplitChoice()) == []
    assert few.going_on == "Go on with 1 class not checked"


@pytest.mark.parametrize("rows", [40, 41, 57, 83, 99])
def test_a_larger_share_checks_with_twenty(rows: int) -> None:
    examples = plain(rows)
    few = lacking(examples)
    assert few is not None
    (way,) = mendings(few, examples, SplitChoice())
    held = assign(examples, way.choice).count("validation")
    assert way.title == f"Check with {held} rows"
    assert ENOUGH <= held <= ENOUGH + 1
    assert way.choice.validation == round(way.choice.validation, 2)  # whole per cents


def test_of_thirty_rows_twenty_are_not_to_be_had() -> None:
    examples = plain(30)
    few = lacking(examples)
    assert few is not None
    assert mendings(few, examples, SplitChoice()) == []


def test_one_click_mends_the_number_and_the_class() -> None:
    examples = [labelled(f"text {i}", "ab"[i % 2]) for i in range(70)]
    examples += [labelled(f"odd {i}", "c") for i in range(2)]
    few = lacking(examples)
    assert few is not None
    assert few.classes == ["c"]
    first = mendings(few, examples, SplitChoice())[0]
    assert lacking(examples, first.choice) is None


def test_rows_brought_with_their_own_split_count_the_same() -> None:
    examples = [*plain(200), *plain(7, part="validation")]
    few = lacking(examples)
    assert few == Few(validation=7)
    (way,) = mendings(few, examples, SplitChoice())
    assert way.choice.fill_up
    assert assign(examples, way.choice).count("validation") >= ENOUGH


def test_going_on_holds_until_there_is_less() -> None:
    said = Few(validation=7, classes=["b"])
    assert said.covers(Few(validation=7, classes=["b"]))
    assert said.covers(Few(validation=12))
    assert not said.covers(Few(validation=6))
    assert not said.covers(Few(validation=9, classes=["c"]))
    assert Few(validation=25, classes=["b"]).covers(Few(validation=22, classes=["b"]))


def test_the_stop_names_the_ways_on() -> None:
    examples = [*plain(80), *plain(7, part="validation")]
    few = lacking(examples)
    assert few is not None
    error = stop(few, mendings(few, examples, SplitChoice()))
    assert error.code == "few_to_check"
    assert error.what.startswith("Only 7 rows are held back")
    assert "Check with 20 rows (--validation 0.23 --fill-up)" in error.remedy
    assert "--few" in error.remedy


def test_the_report_card_offers_the_ways_of_the_summary() -> None:
    examples = plain(80)
    few = lacking(examples)
    assert few is not None
    ways = mendings(few, examples, SplitChoice())
    found = few_finding(few, False, ways)
    assert (found.severity, found.remedy.act, found.remedy_title) == (
        "look",
        "split",
        ways[0].title,
    )
    assert SplitChoice.model_validate(found.remedy.params) == ways[0].choice
    assert [choice.act for choice in found.choices] == ["go on"]
    none = few_finding(few, False)
    assert (none.remedy.page, none.sentence.endswith("More rows would help.")) == ("more", True)
    after = few_finding(few, True)
    assert (after.severity, after.count, after.remedy_title) == ("fine", 0, "")
    assert after.sentence.endswith("You go on all the same.")


def test_where_all_ask_the_same_more_rows_would_not_help() -> None:
    systems = [Message(role="system", content=f"Text {i}.") for i in range(60)]
    same = [example("Sum it up.", f"Sum {i}.", i) for i in range(60)]
    told = [one.model_copy(update={"messages": [system, *one.messages]})
            for one, system in zip(same, systems, strict=True)]  # fmt: skip
    few = lacking(told)
    assert few is not None
    assert mendings(few, told, SplitChoice()) == []
    assert advice(same).endswith("Rows that ask something else would help.")
    assert advice(told).endswith("put into the question, not the system text.")
    assert advice([*told, *plain(1)]) == advice([]) == "More rows would help."
    assert advice(told) in stop(few, advice=advice(told)).remedy
    assert "More rows would help" not in stop(few, advice=advice(told)).remedy
    stops_wherever(lambda tell: advice(told, tell), fewest=1)


def test_every_walk_hears_whoever_waits() -> None:
    examples = [labelled(f"text {i}", "ab"[i % 2], row=i) for i in range(640)]
    examples += [labelled("odd", "c"), labelled("odder", "c")]
    sides = assign(examples, SplitChoice())
    stops_wherever(lambda tell: few_to_check(examples, sides, tell), fewest=5)
    few = few_to_check(examples, sides)
    assert few is not None
    stops_wherever(lambda tell: mendings(few, examples, SplitChoice(), (), tell), fewest=20)
