"""Kinds have titles, classes are counted, and what the rows lack as a whole is said."""

from ftstudio.core.example import KINDS, Example, Message
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
    assert only.remedy_title == ""  # a name that no pair can hold
    (all_but_one,) = kind_findings(sorted_rows(a=6, b=2))
    assert all_but_one.remedy_title == ""  # one class alone is nothing to tell apart


def test_marks_that_all_say_the_same():
    assert kind_findings(judged(True, False)) == []
    assert kind_findings(judged(True, True))[0].title == "Only good answers"
    assert kind_findings(judged(False))[0].title == "Only bad answers"


def test_chats_need_nothing_of_the_sort():
    assert kind_findings(rows_of(("A?", "a"))) == []
    assert kind_findings([]) == []


def test_turns_that_teach_nothing_are_told():
    user, answer = Message(role="user", content="Q?"), Message(role="assistant", content="A.")
    system = Message(role="system", content="Be brief.")
    talks = [[user, answer], [system, user, answer, user], [user, user, answer], [user, user], []]
    rows = [Row(Example(messages=talk, source_row=n)) for n, talk in enumerate(talks, start=1)]
    ends, twice = kind_findings(rows)
    assert (ends.key, ends.rows, ends.severity) == ("open_end", [2, 4], "look")
    assert ends.sentence.startswith("2 rows end with a question that nobody answers.")
    assert (twice.key, twice.rows) == ("two_questions", [3, 4])
    assert kind_findings(rows[:1]) == []
