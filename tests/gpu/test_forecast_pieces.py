"""What the forecast on a card is made of, as far as it needs none: it runs everywhere."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning import exact
from ftstudio.planning.machine import Machine, this_processor
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not
from tests.gpu import bases, comparison, foretell, test_forecast, trials
from tests.gpu.comparison import MIB, Table, compared, complaints, foretold, measured, off
from tests.gpu.configurations import Configuration, configurations, part_of

TINY = {
    "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "intermediate_size": 128, "vocab_size": 512,
    "tie_word_embeddings": True, "max_position_embeddings": 256,
}  # fmt: skip
GIB = 1 << 30


# Which configurations


def test_there_are_enough_and_they_are_spread_over_the_catalogue() -> None:
    every = configurations()
    assert len({one.key for one in every}) == len(every) >= 50
    goals = {"instruct", "continue_pretraining", "classify", "score", "reward", "dpo", "kto",
             "orpo", "simpo", "ppo", "grpo", "rloo"}  # fmt: skip
    assert {one.objective for one in every} == goals
    assert {one.method for one in every} == set(methods()) - {"lora_gptq"}
    assert {one.model for one in every} == set(bases.BASES)
    used = [one.training for one in every]
    optimizers = {training.get("optimizer", "") for training in used}
    assert {"", "adamw_torch", "adamw_8bit", "paged_adamw_8bit"} <= optimizers
    twice = [training.get("activation_checkpointing", "off") for training in used]
    assert set(twice) == {"off", "selective", "full"}
    assert 10 < twice.count("full") < len(twice) - 10
    assert {training.get("attention", "") for training in used} == {"", "eager"}
    assert len({one.longest for one in every}) > 3
    assert len({one.batch for one in every}) > 3
    sizes = [bases.BASES[one.model].weights for one in every]
    assert min(sizes) < 0.6e9 < 30e9 < max(sizes)


@pytest.mark.parametrize("one", configurations(), ids=lambda one: one.key)
def test_each_can_be_planned(one: Configuration) -> None:
    objective, method = objectives()[one.objective], methods()[one.method]
    assert not why_not(objective, method, None, "cuda")
    assert set(one.way) <= set(method.params.model_fields)
    assert set(one.goal) <= set(objective.params.model_fields)
    TrainingSettings.model_validate(one.training)
    assert not set(one.training) & {"batch_size", "max_length"}
    if "activation_checkpointing" in one.training:
        assert "activation_checkpointing" not in method.forbids


def test_parts_share_all_among_them() -> None:
    every = configurations()
    parts = [part_of(every, f"{number}/3") for number in (1, 2, 3)]
    assert sorted(one.key for part in parts for one in part) == sorted(one.key for one in every)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert part_of(every, "") == every
    for wrong in ("0/3", "4/3", "three"):
        with pytest.raises(ValueError, match=r"part|int"):
            part_of(every, wrong)


# Bases


@pytest.mark.parametrize("name", bases.BASES)
def test_a_config_has_as_many_weights_as_its_makers_say(name: str) -> None:
    base = bases.BASES[name]
    assert sum(map(math.prod, bases.shapes_of(base.config).values())) == base.weights


def test_empty_weights_are_as_long_as_real_ones_and_take_no_room(tmp_path: Path) -> None:
    base = bases.write_base(bases.BASES["Llama-3.1-8B"].config, tmp_path / "base")
    file = (base / "model.safetensors").stat()
    assert file.st_size > 2 * bases.BASES["Llama-3.1-8B"].weights
    assert file.st_blocks * 512 < MIB
    config = json.loads((base / "config.json").read_text("utf-8"))
    assert (config["architectures"], config["dtype"]) == (["LlamaForCausalLM"], "bfloat16")


# The comparison


def row(key: str, allocated: float = 0, reserved: float = 0, shown: int = 300) -> dict[str, Any]:
    """`allocated` and `reserved` are per cent over what was measured, `shown` MiB over it."""
    took = {"allocated": 10 * GIB, "reserved": 11 * GIB, "context": GIB // 2, "shown": 12 * GIB}
    told = {**took, "shown": 12 * GIB + shown * MIB}
    told["allocated"] = int(took["allocated"] * (1 + allocated / 100))
    told["reserved"] = int(took["reserved"] * (1 + reserved / 100))
    return {"key": key, "how": "exact", "foretold": told, "measured": took}


def test_what_meets_all_demands_is_not_complained_of() -> None:
    rows = [row(f"row {n}", allocated=-0.9, reserved=2.9) for n in range(40)]
    rows[0] = row("row 0", allocated=7, reserved=-4.9, shown=0)  # one in twenty may be off
    rows[1] = row("row 1", shown=737)  # 6 % of 12 GiB
    assert complaints(rows, least=40) == []
    assert off(rows[0], "allocated") == pytest.approx(0.07)


@pytest.mark.parametrize(
    ("worse", "said"),
    [
        ([row("a", allocated=1.1), row("b", allocated=-1.1), row("c", allocated=2)], "allocated"),
        ([row("a", reserved=-5.1)], "worst 5.10%"),
        ([row(f"r{n}", reserved=4) for n in range(150)], "reserved: mean"),
        ([row("a", shown=-1)], "too low by 1 MiB: a"),
        ([row("a", shown=738)], "too high by 738 MiB: a"),
    ],
)
def test_what_does_not_is(worse: list[dict[str, Any]], said: str) -> None:
    found = complaints([*worse, *(row(f"row {n}") for n in range(37))])
    assert len(found) == 1, found
    assert said in found[0]


def test_rows_that_say_nothing_are_not_counted_and_too_few_are_too_few() -> None:
    rows = [row(f"row {n}") for n in range(39)]
    rows.append({**row("range"), "how": "instant"})
    rows.append({"key": "large", "left_out": "left out: it is too large"})
    assert len(compared(rows)) == 39
    assert complaints(rows) == []
    assert complaints(rows, least=40) == ["only 39 rows were counted and measured; 40 are needed"]
    assert complaints([])


def test_an_estimate_and_a_report_are_put_side_by_side() -> None:
    parts = {"model": 700, "activations": 200, "rounding": 50, "context": 30, "margin": 20}
    told = foretold(MemoryEstimate(parts, how="exact").dump())
    assert told == {"allocated": 900, "reserved": 950, "context": 30, "shown": 1000}
    taken = {"allocated": 890, "reserved": 940, "context": 35}
    assert measured(taken, 0)["shown"] == 975
    assert measured(taken, 990)["shown"] == 990  # what the driver saw counts where it is more


def test_a_table_is_gone_on_with_until_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "results" / "forecast-card.json"
    card = {"card": "A card", "driver": "1", "versions": {"torch": "2"}}
    first = Table(file, card)
    first.add({"key": "a", "how": "exact", "foretold": {"shown": 1}})
    assert not first.done("a")
    first.add({"key": "a", "failed": "it did not run"})
    second = Table(file, card)
    assert second.done("a")
    assert second.rows["a"]["foretold"] == {"shown": 1}
    second.add(row("b"))
    second.write(["a", "b"])
    written = json.loads(file.read_text("utf-8"))
    assert written["finished"]
    assert written["summary"]["rows"] == 1
    assert written["date"]
    assert Table(file, card).rows == {}  # whole: begun again
    second.write(["a", "b", "c"])
    assert set(Table(file, card).rows) == {"a", "b"}
    assert Table(file, {**card, "driver": "2"}).rows == {}
    file.write_text("{", "utf-8")
    assert Table(file, card).rows == {}


def test_each_row_can_be_told_in_a_line() -> None:
    assert "+1.00%" in comparison.line({**row("a", allocated=1), "seconds": 3})
    for odd in ({"left_out": "too large"}, {"failed": "broke"}, {"how": "instant", "why": "MoE"}):
        assert next(iter(reversed(odd.values()))) in comparison.line({"key": "a", **odd})
    assert "not run" in comparison.line({"key": "a", "how": "exact"})
    assert comparison.file_name("H100 80GB HBM3 (SXM)") == "h100-80gb-hbm3-sxm"


def test_what_does_not_fit_is_left_out_before_it_runs(tmp_path: Path) -> None:
    ones = [replace(configurations()[0], batch=number) for number in (1, 2, 3, 4)]
    table = Table(tmp_path / "t.json", {"card": "c"})
    for one, size in zip(ones, (5, 90, 5, 5), strict=True):
        table.add({"key": one.key, "foretold": {"shown": size * GIB}})
    table.add({"key": ones[3].key, "failed": "no estimate"})
    nothing: Any = None
    todo = [trials.Prepared(one, nothing, weights) for one, weights in
            zip(ones, (GIB, GIB, 60 * GIB, GIB), strict=True)]  # fmt: skip
    test_forecast.leave_out(todo, table, free=79 * GIB, memory=64 * GIB)
    assert not table.done(ones[0].key)
    assert "90.0 GiB are foretold" in table.rows[ones[1].key]["left_out"]
    assert "computer" in table.rows[ones[2].key]["left_out"]
    assert "left_out" not in table.rows[ones[3].key]


# The children, on the processor


def tiny(objective: str, method: str, **more: Any) -> Configuration:
    return Configuration("tiny", objective, method, more.pop("batch", 2), 64, **more)


def prepared(one: Configuration, home: Path) -> trials.Prepared:
    return trials.prepare(one, home, TINY, "float32")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "one",
    [
        tiny("instruct", "full", training={"accumulation": 2, "activation_checkpointing": "full"}),
        tiny("grpo", "lora", batch=4, goal={"answer_tokens": 16, "look_questions": 2}),
    ],
    ids=lambda one: one.key,
)
def test_the_child_trains_the_plan_on_rows_as_long_as_foretold(
    one: Configuration, tmp_path: Path
) -> None:
    looked: list[int] = []

    def in_use() -> int:
        looked.append(1)
        return 7 if len(looked) > 2 else 5

    made = trials.let_go(
        trials.start(prepared(one, tmp_path), tmp_path, FTSTUDIO_DEVICE="cpu"), in_use
    )
    assert not made.error, made.error
    assert made.scores["longest"] == one.longest
    assert made.taken["ram"] > 10**8
    assert made.said["code"] == 0
    assert made.seen == 2
    assert test_forecast.row_of(one, made)["failed"] == "did not run on the card"
    made.taken |= {"allocated": 5 * GIB, "reserved": 6 * GIB, "context": GIB}  # as if it had
    told = test_forecast.row_of(one, made)
    assert told["measured"]["shown"] == 7 * GIB
    made.scores["longest"] -= 1
    assert "63" in test_forecast.row_of(one, made)["failed"]


def each_pair_once() -> list[Configuration]:
    found = {(one.objective, one.method): one for one in configurations()}
    brief = {"answer_tokens": 16, "look_questions": 2}
    return [
        replace(
            one, model="tiny", batch=min(one.batch, 4), longest=64,
            goal=brief if "answer_tokens" in one.goal else one.goal,
        )
        for one in found.values()
    ]  # fmt: skip


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_each_pair_trains_on_rows_as_long_as_foretold(tmp_path: Path) -> None:
    """All 33 on the processor: about a quarter of a minute each."""
    for one in each_pair_once():
        trial = trials.start(prepared(one, tmp_path), tmp_path, FTSTUDIO_DEVICE="cpu")
        made = trials.let_go(trial, lambda: 0)
        assert not made.error, f"{one.key}: {made.error}"
        assert made.scores["longest"] == 64, one.key


@pytest.mark.timeout(600)
def test_trainings_follow_each_other_until_the_time_is_over(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("FTSTUDIO_DEVICE", "cpu")
    monkeypatch.setattr(test_forecast, "use_of", lambda index: lambda: 0)
    todo = [prepared(tiny("instruct", "lora", batch=batch), tmp_path) for batch in (1, 2, 3)]
    table = Table(tmp_path / "t.json", {"card": "c"})
    test_forecast.train(todo, table, 0, tmp_path, until=time.monotonic() + 2)
    assert list(table.rows) == [todo[0].one.key]  # one had begun, and is brought to its end
    test_forecast.train(todo[1:], table, 0, tmp_path, until=0)
    assert len(table.rows) == 1
    test_forecast.train([], table, 0, tmp_path, until=0)


@pytest.mark.timeout(600)
def test_a_child_that_fails_says_why_and_one_that_waits_can_be_given_up(tmp_path: Path) -> None:
    one = prepared(tiny("instruct", "lora"), tmp_path)
    waiting = trials.start(one, tmp_path)
    trials.give_up(waiting)
    assert waiting.process.returncode != 0
    (Path(one.plan.model.path) / "model.safetensors").write_bytes(b"\x10")
    made = trials.let_go(trials.start(one, tmp_path, FTSTUDIO_DEVICE="cpu"), lambda: 0)
    told = test_forecast.row_of(one.one, made)
    assert "did not run" in told["failed"]
    assert "model" in told["failed"]


@pytest.mark.timeout(600)
def test_estimates_are_made_by_the_job_that_makes_them_for_the_window(tmp_path: Path) -> None:
    one = prepared(tiny("classify", "lora"), tmp_path)
    table = Table(tmp_path / "t.json", {"card": "c"})
    test_forecast.foretell([one], this_processor(), table, tmp_path, {})
    told = table.rows[one.one.key]
    assert (told["how"], told["why"]) == ("exact", "")
    assert told["foretold"]["shown"] > told["foretold"]["reserved"] > 0
    # What is known already is not counted again, and what can't be counted says so.
    test_forecast.foretell([one], Machine("cuda", "Moon", 1, 1, 1), table, tmp_path, {})
    assert "failed" not in table.rows[one.one.key]
    other = Table(tmp_path / "other.json", {"card": "c"})
    test_forecast.foretell([one], Machine("cuda", "Moon", 1, 1, 1), other, tmp_path, {})
    assert "no card this app knows" in other.rows[one.one.key]["failed"]
    assert exact.versions()


def test_estimates_made_elsewhere_are_taken_for_the_same_kind_of_card(
    tmp_path: Path, monkeypatch: Any
) -> None:
    estimate = MemoryEstimate({"model": 700, "margin": 20}, how="exact").dump()
    asked: list[str] = []

    def estimate_all(wanted: Any, machine: Machine, home: Path, heard: Any) -> None:
        assert machine.name == "H100 80 GB"
        asked.extend(one.one.key for one in wanted)
        for one in wanted:
            heard(one.one.key, estimate if one.one.batch == 1 else "it failed")

    monkeypatch.setattr(foretell, "estimate_all", estimate_all)
    nothing: Any = None
    ones = [trials.Prepared(tiny("instruct", "lora", batch=b), nothing, 1) for b in (1, 2)]
    file = tmp_path / "told.json"
    for _ in range(2):
        foretell.write("h100-80gb", file, tmp_path, ones)
    first, second = (one.one.key for one in ones)
    assert asked == [first, second, second]  # what failed is tried again
    assert foretell.read(file, "t4") == foretell.read(None, "h100-80gb") == {}
    told = foretell.read(file, "h100-80gb")
    table = Table(tmp_path / "t.json", {"card": "c"})
    test_forecast.foretell(ones[:1], this_processor(), table, tmp_path, told)
    assert table.rows[first]["foretold"]["shown"] == 720
