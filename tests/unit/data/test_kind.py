"""Kinds have titles, classes are counted, and what the rows lack as a whole is said."""

from ftstudio.core.example import KINDS
from ftstudio.data.kind import TITLES, class_counts, classes_in_words, kind_findings
from ftstudio.data.step import Row, steps
from tests.unit.data.conftest import example, labelled, rows_of


def judged(*marks):
    return [Row(example(f"{i}", "a", i).model_copy(update={"good": mark}))
            for i, mark in enumerate(marks)]  # fmt: skip


def sorted_rows(**counts):
    labels = [label for label, count in counts.items() for _ in range(count)]
    return [Row(labelled(f"text {i}", label, row=i)) for i, label in enumerate(labels)]


def test_every_kind_has_a_title():
    assert set(TITLES) == set(KINDS)
    assert len(set(TITLES.values())) == len(KINDS)


def test_classes_are_counted_the_most_frequent_first():
    examples = [labelled("1", "b"), labelled("2", "b", "a"), labelled("3", "c"), labelled("4")]
    counts = class_counts(examples)
    assert list(counts.items()) == [("b", 2), ("a", 1), ("c", 1)]
    assert classes_in_words(counts, 2) == "3 classes: b 2, a 1 and 1 more"
    assert classes_in_words({"only": 1200}) == "1 class: only 1,200"
    assert classes_in_words({}) == ""


def test_one_class_and_rare_classes_are_worth_a_look():
    assert kind_findings(sorted_rows(a=6, b=5)) == []
    (only,) = kind_findings(sorted_rows(a=6))
    assert (only.key, only.severity) == ("one_value", "look")
    assert [way.page for way in (only.remedy, *only.choices)] == ["columns", "more"]
    (rare,) = kind_findings(sorted_rows(a=6, b=2))
    assert rare.rows == [6, 7]
    assert "“b” is a class of fewer than 5 rows" in rare.sentence


def test_rare_classes_are_left_out_by_one_click():
    rows = sorted_rows(a=6, c=5, b=2, d=1)
    (rare,) = kind_findings(rows)
    assert rare.remedy_title == "Leave these classes out"
    step = steps()[rare.step_key]
    outcome = step.apply(rows, step.params(**rare.params))
    assert outcome.removed == rare.rows
    assert kind_findings(outcome.rows) == []
    (only,) = kind_findings(sorted_rows(**{"a": 6, "c": 5, "x = y": 1}))
    assert repeated(only, sorted_rows(**{"a": 6, "c": 5, "x = y": 1}))  # no pair can hold its name
    (all_but_one,) = kind_findings(sorted_rows(a=6, b=2))
    assert repeated(all_but_one, sorted_rows(a=6, b=2))  # one class alone is nothing to tell apart


def repeated(finding, rows):
    """By the remedy, so that no class is rare any more."""
    step = steps()[finding.step_key]
    outcome = step.apply(rows, step.params(**finding.params))
    return outcome.added and not outcome.removed and kind_findings(outcome.rows) == []


def test_marks_that_all_say_the_same():
    assert kind_findings(judged(True, False)) == []
    assert kind_findings(judged(True, True))[0].title == "Only good answers"
    assert kind_findings(judged(False))[0].title == "Only bad answers"


def test_chats_need_nothing_of_the_sort():
    assert kind_findings(rows_of(("A?", "a"))) == []
    assert kind_findings([]) == []
