"""The chain does what the recipe says, does no step twice, and hashes what came out."""

from dataclasses import replace

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.drafting import chain as chains
from ftstudio.data.drafting.chain import Chain, by_these_rules
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import steps
from tests.unit.data.conftest import rows_of

PAIRS = [(f"Is lamp {i} lit?", f"Lamp {i} is lit.") for i in range(6)]
ROWS = rows_of(*PAIRS, (" Is lamp 3 lit? ", "lamp 3 is lit."), ("Is it dark?", ""))
# Written down once: another system, another Python or another order of the fields must not give
# another hash.
START = "bc045f0b840a84ea1349e760a6737469d1bd81b741d2fda7ce3a56c50008a7b0"


def applied(*keys: str) -> list[AppliedStep]:
    return [AppliedStep(key=key) for key in keys]


def test_each_step_tells_what_it_did():
    chain, recipe = Chain(ROWS), applied("trim", "drop_exact_duplicates", "drop_empty")
    assert len(chain.run(recipe)) == 6
    assert [(s.rows_in, s.rows_out, s.changed, s.removed) for s in recipe] == [
        (8, 8, 1, 0), (8, 7, 0, 1), (7, 6, 0, 1)
    ]  # fmt: skip
    assert chain.done[1].removed.keys() == {7}
    assert chain.done[1].removed[7].endswith(".")
    assert chain.done[0].changed == {7}


def test_the_hashes_are_a_chain_and_the_same_everywhere():
    chain, recipe = Chain(ROWS), applied("trim", "drop_empty")
    chain.run(recipe)
    assert recipe[0].input_hash == chain.start_digest == START
    assert recipe[0].output_hash == recipe[1].input_hash != recipe[1].output_hash
    again = applied("trim", "drop_empty")
    Chain(rows_of(*PAIRS, (" Is lamp 3 lit? ", "lamp 3 is lit."), ("Is it dark?", ""))).run(again)
    assert [s.output_hash for s in again] == [s.output_hash for s in recipe]


@pytest.mark.parametrize(
    "other",
    [replace(ROWS[0], near="n1"), replace(ROWS[0], flags=frozenset({"rude"})),
     replace(ROWS[0], example=ROWS[0].example.model_copy(update={"group": "g"})),
     replace(ROWS[0], example=ROWS[0].example.model_copy(update={"source_row": 99}))],
)  # fmt: skip
def test_the_hash_counts_all_that_later_steps_may_heed(other):
    assert Chain([other, *ROWS[1:]]).start_digest != START


def test_what_came_before_a_change_is_not_done_again(monkeypatch):
    done = []

    def counting(step):
        def apply(rows, params):
            done.append(step.key)
            return step.apply(rows, params)

        return replace(step, apply=apply)

    counted = {key: counting(step) for key, step in steps().items()}
    monkeypatch.setattr(chains, "steps", lambda: counted)
    chain = Chain(ROWS)
    chain.run(applied("trim", "drop_exact_duplicates"))
    chain.run(applied("trim", "drop_exact_duplicates", "drop_empty"))
    assert done == ["trim", "drop_exact_duplicates", "drop_empty"]
    chain.run(applied("trim"))
    chain.run(applied("trim", "drop_empty"))
    assert done == ["trim", "drop_exact_duplicates", "drop_empty", "drop_empty"]


def test_a_step_that_is_off_does_nothing_in_its_place():
    chain, recipe = Chain(ROWS), applied("trim", "drop_empty")
    recipe[0] = recipe[0].model_copy(update={"off": True})
    chain.run(recipe)
    assert (recipe[0].rows_in, recipe[0].rows_out, recipe[0].changed) == (8, 8, 0)
    assert recipe[0].input_hash == recipe[0].output_hash
    assert recipe[1].rows_out == 7


def test_a_step_of_another_version_of_the_app_is_said():
    with pytest.raises(StudioError) as caught:
        Chain(ROWS).run(applied("make_poetry"))
    assert caught.value.code == "unknown_step"


def test_a_step_that_was_added_under_other_rules_says_so_in_the_draft():
    recipe = [AppliedStep(key="drop_refusals", version=1), AppliedStep(key="trim", version=2)]
    Chain(ROWS).run(recipe)
    assert recipe[0].remark == "Its rules have changed since it was added."
    assert recipe[1].remark == ""
    assert [by_these_rules(step).version for step in recipe] == [2, 2]
    assert recipe[0].version == 1


@pytest.mark.parametrize(
    "key", ["fix_mojibake", "drop_refusals", "drop_placeholders", "flag_quality"]
)
def test_steps_with_new_rules_have_a_new_version(key):
    assert steps()[key].version == 2


def test_rows_that_a_step_leaves_as_they_are_are_not_held_twice():
    made = Chain(ROWS)
    made.run([AppliedStep(key="drop_placeholders"), AppliedStep(key="trim", off=True)])
    assert made.done[0].rows is made.start
    assert made.done[1].rows is made.start
    assert {done.digest for done in made.done} == {made.start_digest}
