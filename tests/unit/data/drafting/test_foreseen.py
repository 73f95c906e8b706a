"""What a step would do, and did, in lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.data.drafting import chain as chains
from ftstudio.data.drafting.chain import Chain
from ftstudio.data.drafting.foreseen import between, done_lines, foresee, foresee_found
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import Outcome, fresh_numbers, steps
from tests.unit.data.conftest import rows_of

ROWS = rows_of(
    ("  Is it lit? ", "Yes, it is."), ("Is it dark?", ""), ("Who?", "Write to ann@example.org."),
    ("And who?", "Write to ann@example.org, too."),
)  # fmt: skip


def test_what_would_be_left_out_and_changed():
    effect = foresee(ROWS, "drop_empty")
    assert (effect.removed, effect.changed, effect.rows_in) == (1, 0, 4)
    assert (effect.lines[0].what, effect.lines[0].text) == ("left out", "Is it dark?")
    assert effect.lines[0].reason
    effect = foresee(ROWS, "trim")
    assert effect.lines[0].text == "  Is it lit?  → Is it lit?"
    assert [part.kind for part in effect.lines[0].parts] == ["gone", "same", "gone"]


def test_a_row_that_makes_several_examples_counts_as_several():
    cases = [
        replace(row, example=row.example.model_copy(update={"source_row": 1, "meta": {"case": n}}))
        for n, row in enumerate(rows_of(("Lit? ", "Yes."), ("Dark? ", ""), ("Old? ", "")), start=1)
    ]
    assert [foresee(cases, key).removed for key in ("drop_empty", "trim")] == [2, 0]
    assert foresee(cases, "trim").changed == 3
    chain, recipe = Chain(cases), [AppliedStep(key="trim"), AppliedStep(key="drop_empty")]
    chain.run(recipe)
    assert [(one.changed, one.removed) for one in recipe] == [(3, 0), (0, 2)]


def test_what_would_be_added():
    effect = foresee(ROWS, "add_hard_copies", {"share": 1.0, "padding": False}, count=9)
    assert effect.added == len([line for line in effect.lines if line.what == "added"]) > 0


def test_every_kind_of_effect_is_shown_in_turn(monkeypatch):
    rows = rows_of(*((f"Is lamp {i} lit?", "Yes.") for i in range(8)))

    def busy(rows, params):
        (number,) = fresh_numbers(rows, 1)
        copy = replace(rows[0], example=rows[0].example.model_copy(update={"source_row": number}))
        changed = [replace(row, flags=frozenset({"x"})) for row in rows[3:]]
        return Outcome([*rows[:1], *changed, copy], [2, 3], [4, 5, 6, 7, 8], {2: "because"}, [-1])

    monkeypatch.setattr(chains, "steps", lambda: {"busy": replace(steps()["trim"], apply=busy)})
    effect = foresee(rows, "busy", count=4)
    assert [line.number for line in effect.lines] == [4, 2, -1, 5]
    assert [line.what for line in effect.lines] == ["marked", "left out", "added", "marked"]
    assert effect.lines[1].reason == "because"
    assert (effect.removed, effect.changed, effect.added) == (2, 5, 1)


def test_nothing_to_do_is_said():
    assert foresee(ROWS[2:3], "trim").nothing


def test_a_slow_step_is_tried_on_what_it_found():
    effect = foresee_found(ROWS, "hide_personal", [3, 4])
    assert (effect.changed, effect.tried) == (2, 0)
    assert "[EMAIL_1]" in effect.lines[0].text


def test_trying_can_be_stopped_and_refused():
    def stop(share):
        raise Cancelled

    with pytest.raises(Cancelled):
        foresee(ROWS, "trim", tell=stop)
    with pytest.raises(StudioError):
        foresee(ROWS, "replace_text", {"pattern": "(", "as_pattern": True})


def test_what_a_step_did_is_told_row_by_row():
    chain = Chain(ROWS)
    chain.run([AppliedStep(key="trim"), AppliedStep(key="drop_empty")])
    assert [(line.number, line.what) for line in done_lines(chain, 0)] == [(1, "changed")]
    (gone,) = done_lines(chain, 1)
    assert (gone.number, gone.what, bool(gone.reason)) == (2, "left out", True)


def test_one_state_alone_is_its_text():
    assert "".join(part.text for part in between(None, None)) == ""
    assert between(ROWS[0].example, None)[0].text == "Is it lit?"
