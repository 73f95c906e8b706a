"""Copies are harder, have the same answer, and stay on their origin's side."""

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.sides.split import SplitChoice, assign
from ftstudio.data.step import Row
from ftstudio.data.steps.add_hard_copies import STEP, CopyParams
from tests.unit.data.conftest import example, labelled

ROWS = [Row(example(f"Is the shop number {n} open on Sundays?", f"Yes, until {n}.", n))
        for n in range(1, 41)]  # fmt: skip
ALL = CopyParams(share=0.25, injection=True, negation=True)


def test_each_chosen_row_has_one_copy_of_each_kind():
    outcome = STEP.apply(ROWS, ALL)
    copies = [row for row in outcome.rows if row.number < 0]
    assert len(copies) == len(outcome.added) == 40
    origins = {row.number: row for row in outcome.rows if row.number > 0}
    assert [row.number for row in outcome.rows[:40]] == [row.number for row in ROWS]
    for copy in copies:
        origin = origins[copy.example.meta["copy_of"]]
        assert copy.example.question != origin.example.question
        assert copy.example.answer == origin.example.answer
        assert copy.example.group == origin.example.group is not None
        assert "hard_copy" in copy.flags
    ways = [copy.example.meta["made_harder"] for copy in copies]
    assert {way: ways.count(way) for way in ways} == dict.fromkeys(
        ["typos", "padding", "injection", "negation"], 10)  # fmt: skip


def test_what_each_kind_does():
    by_way = {row.example.meta["made_harder"]: row for row in STEP.apply(ROWS, ALL).rows
              if row.number < 0}  # fmt: skip
    assert "Is not the shop" in by_way["negation"].example.question
    assert "check_answer" in by_way["negation"].flags
    assert "check_answer" not in by_way["typos"].flags
    assert len(by_way["padding"].example.question) > 100
    assert 0 <= abs(len(by_way["typos"].example.question) - 38) <= 4


def test_the_seed_decides():
    assert STEP.apply(ROWS, ALL) == STEP.apply(ROWS, ALL)
    other = STEP.apply(ROWS, ALL.model_copy(update={"seed": 8}))
    assert other.rows != STEP.apply(ROWS, ALL).rows


def test_copies_are_not_copied_again():
    once = STEP.apply(ROWS, CopyParams(share=1.0))
    twice = STEP.apply(once.rows, CopyParams(share=1.0))
    assert len(twice.added) == len(once.added) == 80
    assert len({row.number for row in twice.rows}) == 200
    assert "80 copies" in STEP.find(once.rows, ALL).sentence


@pytest.mark.parametrize("validation", [0.1, 0.3, 0.5])
def test_copies_never_cross_the_split(validation):
    examples = [row.example for row in STEP.apply(ROWS, ALL).rows]
    sides = assign(examples, SplitChoice(validation=validation))
    found = {}
    for one, side in zip(examples, sides, strict=True):
        found.setdefault(one.meta.get("copy_of", one.source_row), set()).add(side)
    assert len(found) == 40
    assert all(len(each) == 1 for each in found.values())


def test_texts_with_classes_too():
    rows = [Row(labelled("Where is my parcel?", "delivery", row=1))]
    copies = STEP.apply(rows, CopyParams()).rows[1:]
    assert [row.example.labels for row in copies] == [["delivery"]] * 2


@pytest.mark.parametrize(
    "exact",
    ["```python\nfor name in names:\n    print(name)\n```", "`git rebase`", "https://example.org/path",
     "ann@example.org", "{{name}}", "<b>", '"exactly this"', "get_name", "getName", "f(x)", "NASA",
     "$x + y$", "a/b", "v2beta", "\n    indented code here\n"],
)  # fmt: skip
def test_a_typo_never_changes_code_addresses_and_names(exact):
    rows = [Row(example(f"please explain what {exact} means to somebody new {n}", "x", n))
            for n in range(1, 30)]  # fmt: skip
    copies = STEP.apply(rows, CopyParams(share=1.0, padding=False)).rows[29:]
    assert len(copies) == 29
    assert all(exact in copy.example.question for copy in copies)


@pytest.mark.parametrize("text", ["中" * 30_000, "x" * 30_000, "a@" * 15_000, "{{" * 15_000,
                                  "<a" * 15_000, "aB" * 15_000, '"' * 30_000])  # fmt: skip
def test_long_words_come_to_an_end(text):
    rows = [Row(example(text, "x", 1))]
    assert len(STEP.apply(rows, CopyParams(padding=False)).rows) in (1, 2)


def test_of_a_row_s_several_examples_only_those_drawn_are_copied():
    """One of them may have no question at all."""
    rows = [Row(example(f"Open in street {n}?", "Yes.", n, meta={"case": 1})) for n in range(1, 11)]
    said = Example(messages=[Message(role="assistant", content="Hello.")], meta={"case": 2})
    rows += [Row(said.model_copy(update={"source_row": n})) for n in range(1, 11)]
    rows += [Row(example(f"Shut in lane {n}?", "No.", n, meta={"case": 3})) for n in range(1, 11)]
    outcome = STEP.apply(rows, CopyParams(share=0.2, padding=False))
    assert len(outcome.added) == 4
    assert sum(row.number > 0 and row.example.group is not None for row in outcome.rows) == 4
