import pytest

from ftstudio.core.plan import DatasetRef, SafeguardChoice
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.ladder import lighter, rungs
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.proposal import Situation, propose
from ftstudio.techniques import methods, safeguards
from tests.shapes import QWEN_8B

LENGTHS = Lengths(4_000, 200, 300, 900, 1_400)
CARD = Machine("cuda", "RTX 4090", 24 * 10**9, 21_400_000_000, 8, "Ada")


def situation(tmp_path):
    return Situation(QWEN_8B, Lengths(4_000, 200, 300, 900, 1_400), CARD, tmp_path)


def test_what_was_set_too_large_is_brought_down_again(tmp_path):
    given = situation(tmp_path)
    wish = {"batch_size": 16, "accumulation": 1, "activation_checkpointing": False}
    proposal = propose(given, methods()["lora"], training=wish)
    assert proposal.fit == "does not fit"
    found = rungs(given, proposal)
    assert [rung.key for rung in found][:4] == ["selective", "twice", "smaller", "offload"]
    assert all(rung.total < proposal.memory.shown for rung in found)
    assert [rung.same_curve for rung in found if rung.key == "shorter"] == [False]


@pytest.mark.parametrize(("batch", "passes"), [(5, 1), (6, 1), (6, 3), (7, 2), (16, 1), (64, 16)])
def test_the_examples_per_step_stay_the_same(tmp_path, batch, passes):
    """Of five, two at a time would be six: another curve."""
    given = situation(tmp_path)
    wish = {"batch_size": batch, "accumulation": passes, "activation_checkpointing": "off"}
    proposal = propose(given, methods()["lora"], training=wish)
    smaller = next(rung for rung in rungs(given, proposal) if rung.key == "smaller")
    together = smaller.changes["batch_size"] * smaller.changes["accumulation"]
    assert together == batch * passes
    assert smaller.changes["batch_size"] < batch
    assert smaller.same_curve
    TrainingSettings.model_validate(smaller.changes)  # within the bounds of each


def test_smaller_batches_of_a_round_are_another_result(tmp_path):
    """PPO takes a step of its own for each of them."""
    given = situation(tmp_path)
    wish = {"batch_size": 16, "accumulation": 2, "activation_checkpointing": "off"}
    proposal = propose(given, methods()["lora"], "ppo", training=wish)
    found = {rung.key: rung.same_curve for rung in rungs(given, proposal)}
    assert found["smaller"] is False
    assert found["twice"] is True


def test_another_method_comes_last(tmp_path):
    given = situation(tmp_path)
    full, lora = (propose(given, methods()[key]) for key in ("full", "lora"))
    assert full.fit == "does not fit"
    last = rungs(given, full, [lora])[-1]
    assert (last.method, last.fit) == ("lora", "fits")


def test_only_what_is_lighter_is_worth_a_rung() -> None:
    assert lighter("lora") == ["qlora"]
    assert lighter("full") == ["lora", "qlora"]
    assert "qlora" not in lighter("qlora")


def test_texts_are_not_shortened_where_no_question_would_fit_then(tmp_path):
    lengths = Lengths(4_000, 200, 300, 900, 1_400, 800, 1_000)
    given = Situation(QWEN_8B, lengths, CARD, tmp_path)
    wish = {"batch_size": 16, "accumulation": 1, "activation_checkpointing": False}
    for tokens, limit in ((512, 1_312), (16, 816)):
        proposal = propose(
            given, methods()["lora"], "grpo", training={**wish, "max_length": 1_500},
            objective_params={"answer_tokens": tokens},
        )  # fmt: skip
        (shorter,) = [rung for rung in rungs(given, proposal) if rung.key == "shorter"]
        assert shorter.changes["max_length"] == limit


def test_where_one_change_is_not_enough_several_go_together(tmp_path):
    """16.4 GB of weights, and about 3 GB free beside them."""
    narrow = Machine("cuda", "RTX 4090", 24 * 10**9, 19_500_000_000, 8, "Ada")
    given = Situation(QWEN_8B, LENGTHS, narrow, tmp_path)
    wish = {"batch_size": 8, "accumulation": 1, "activation_checkpointing": False,
            "optimizer": "adamw_torch_fused"}  # fmt: skip
    found = rungs(given, propose(given, methods()["lora"], training=wish))
    assert all(rung.fit == "does not fit" for rung in found if rung.key != "together")
    (last,) = [rung for rung in found if rung.key == "together"]
    assert last.fit != "does not fit"
    assert len(last.steps) >= 2
    assert last.same_curve == ("shorter" not in last.steps)
    again = propose(given, methods()["lora"], training={**wish, **last.changes})
    assert again.memory.shown == last.total


def test_nothing_is_named_together_where_it_would_not_fit_either(tmp_path):
    full = Machine("cuda", "RTX 4090", 24 * 10**9, 4 * 10**9, 8, "Ada")
    given = Situation(QWEN_8B, LENGTHS, full, tmp_path)
    found = rungs(given, propose(given, methods()["lora"], training={"batch_size": 8}))
    assert not [rung for rung in found if rung.fit != "does not fit"]
    assert not [rung for rung in found if rung.key == "together"]


def test_the_price_in_time_and_the_rows_that_are_cut(tmp_path):
    lengths = Lengths(4_000, 0, 300, 900, 1_400, spread=(100, 400, 900, 1_400))
    given = Situation(QWEN_8B, lengths, CARD, tmp_path)
    wish = {"batch_size": 16, "accumulation": 1, "activation_checkpointing": False,
            "max_length": 1_408}  # fmt: skip
    found = {r.key: r for r in rungs(given, propose(given, methods()["lora"], training=wish))}
    assert found["twice"].price > 0.1
    assert found["twice"].rows_cut == found["smaller"].rows_cut == 0
    limit = found["shorter"].changes["max_length"]
    over = sum(length > limit for length in lengths.spread)
    assert found["shorter"].rows_cut == 1_000 * over > 0


def test_what_protects_is_counted_in_every_rung(tmp_path):
    given = situation(tmp_path)
    ref = DatasetRef(id="ds-1", path="/d", name="Earlier")
    kept = [SafeguardChoice(key="ewc", dataset=ref)]
    wish = {"batch_size": 16, "accumulation": 1, "activation_checkpointing": False}
    plain = rungs(given, propose(given, methods()["lora"], training=wish))
    held = rungs(given, propose(given, methods()["lora"], training=wish, protecting=kept))
    more = safeguards()["ewc"].extra_bytes(QWEN_8B, False, safeguards()["ewc"].params())
    assert held[0].total - plain[0].total == more > 0


def test_each_rung_keeps_less_and_costs_more_than_the_milder_one(tmp_path):
    given = situation(tmp_path)
    wish = {"batch_size": 16, "accumulation": 1, "activation_checkpointing": "off"}
    found = {r.key: r for r in rungs(given, propose(given, methods()["lora"], training=wish))}
    order = [found[key] for key in ("selective", "twice", "offload")]
    assert [rung.total for rung in order] == sorted((r.total for r in order), reverse=True)
    assert [rung.price for rung in order] == sorted(rung.price for rung in order)
    assert order[0].price > 0.1
    assert all(rung.same_curve for rung in order)
    assert found["offload"].changes == {
        "activation_checkpointing": "full", "activation_offload": True,
    }  # fmt: skip


def test_what_is_done_already_is_not_named_again(tmp_path):
    given = situation(tmp_path)

    def keys(**wish):
        wish = {"batch_size": 16, "accumulation": 1, **wish}
        return {r.key for r in rungs(given, propose(given, methods()["lora"], training=wish))}

    assert "selective" not in keys(activation_checkpointing="selective")
    full = keys(activation_checkpointing="full")
    assert not full & {"selective", "twice"}
    assert "offload" in full
    assert "offload" not in keys(activation_checkpointing="full", activation_offload=True)


def test_nothing_waits_elsewhere_on_a_processor_or_where_nothing_may_be_computed_twice(tmp_path):
    processor = Machine("cpu", "8 processor cores", 24 * 10**9, 10 * 10**9, 8)
    wish = {"batch_size": 16, "activation_checkpointing": "off"}
    for machine, key in ((processor, "lora"), (CARD, "prefix")):
        given = Situation(QWEN_8B, LENGTHS, machine, tmp_path)
        found = {r.key for r in rungs(given, propose(given, methods()[key], training=wish))}
        assert found
        assert "offload" not in found
    assert "twice" not in found
