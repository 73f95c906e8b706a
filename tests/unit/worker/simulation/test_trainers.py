"""What our own trainers hold without content is what they hold on real tensors: to the byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.planning.limits import SIZES
from ftstudio.worker.device import Device
from ftstudio.worker.simulation import trainers

WANTED = trainers.Wanted(
    Plan(name="p", dataset=DatasetRef(id="", path="", name=""),
         model=ModelRef(path="", name="m", sha256="")),
    SIZES[0].shape, Device("cpu", "CPU", "float32", ""), 16,
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[4]
Case = dict[str, Any]


def case(objective: str, method: str, **more: Any) -> Case:
    return {"objective": objective, "method": method, **more}


SHORT = {"goal": {"answer_tokens": 4, "look_questions": 2}}
QUICK = [
    case("instruct", "lora", training={"accumulation": 2, "activation_checkpointing": True}),
    case("continue_pretraining", "lora"),
    case("instruct", "lora", training={"activation_checkpointing": "selective"}),
    case("instruct", "lora", training={"attention": "eager"}),
    case("classify", "adapter_layers"),
    case("dpo", "lora"),
    case("kto", "lora"),
    case("reward", "full"),
    case("instruct", "qlora"),
    case("ppo", "lora", goal={**SHORT["goal"], "passes": 1}),
    case("grpo", "lora", goal={**SHORT["goal"], "group": 4}),  # a round of two passes
    case("instruct", "lora", safeguards=["ewc"]),
]
_METHODS = (
    "full", "dora", "adapter_layers", "prefix", "p_tuning_v2", "p_tuning", "prompt", "ia3", "oft",
    "vera", "adalora", "last_layers", "lora_8bit",
)  # fmt: skip
LONG = [
    *(case("instruct", method) for method in _METHODS),
    *(case("instruct", method, base="experts") for method in ("lora", "full")),
    *(case(o, "full") for o in ("instruct", "dpo", "kto", "orpo", "simpo", "reward", "score")),
    *(case(o, "qlora") for o in ("dpo", "classify", "continue_pretraining")),
    case("rloo", "lora", **SHORT),
    case("ppo", "full", **SHORT),
    case("rloo", "full", **SHORT),
    case("grpo", "full", goal={**SHORT["goal"], "group": 4}),
    *(case("instruct", method, training={"batch_size": 1}) for method in ("prompt", "p_tuning")),
    case("dpo", "lora", training={"batch_size": 1}),
    case("instruct", "lora", params={"dropout": 0.1}),
    case("instruct", "lora", training={"optimizer": "adamw_torch"}),
    case("instruct", "lora", training={"optimizer": "adamw_8bit"}),
    case("instruct", "full", training={"activation_checkpointing": True, "accumulation": 4}),
    case("instruct", "lora", training={"sample_questions": 2}),
    case("instruct", "lora", training={"batch_size": 1}),
    case("continue_pretraining", "lora", goal={"pack": False}),
    case("dpo", "full", goal={"ask_first": True}),
    case("instruct", "full", safeguards=["ewc", "replay"]),
    case("dpo", "dora", safeguards=["ewc"]),
    *(case(o, "lora") for o in ("multi_task", "orpo", "simpo", "score")),
]


def take(cases: list[Case], folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.unit.worker.simulation.two_ways", folder],
        input="".join(json.dumps(one) + "\n" for one in cases), capture_output=True, text=True,
        cwd=ROOT, check=False, env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1",
             "TORCHDYNAMO_DISABLE": "1"},
    )  # fmt: skip
    found = [json.loads(x.removeprefix("RESULT ")) for x in done.stdout.splitlines()
             if x.startswith("RESULT ")]  # fmt: skip
    assert len(found) == len(cases), f"{cases[len(found)]}: {done.stderr[-2000:]}"
    return found


def demand_same(cases: list[Case], results: list[dict[str, Any]]) -> None:
    for one, result in zip(cases, results, strict=True):
        assert "why" not in result, f"{one}: {result['why']}"
        assert result["fake"] == result["real"], one
        assert result["fake"]["peak"] > 0
        if one["method"] not in COPIED:
            assert result["same_events"], one


# A frozen copy of the whole model is made by torch in another order of births than of fakes.
COPIED = ("full", "last_layers")


@pytest.mark.timeout(900)  # half a minute where nothing else runs
def test_what_is_held_is_the_same_to_the_byte(tmp_path: Path):
    demand_same(QUICK, take(QUICK, tmp_path))


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_the_same_over_methods_objectives_and_settings(tmp_path: Path):
    demand_same(LONG, take(LONG, tmp_path))


@pytest.mark.timeout(900)
def test_the_look_and_each_phase_are_told_apart(tmp_path: Path):
    (found,) = take([case("instruct", "lora", training={"sample_questions": 1})], tmp_path)
    assert set(found["fake"]["phases"]) >= {
        "load", "forward", "backward", "optimizer", "look", "answer",
    }  # fmt: skip
    assert set(found["fake"]["parts"]) >= {"model", "adapter", "optimizer"}


@pytest.mark.timeout(900)
def test_its_cost_hangs_on_layers_not_on_batch_and_length(tmp_path: Path):
    """Operations are counted, not seconds. Filled-up rows and single ones go through other
    kernels, so like is held against like. What a layer costs is the same to the operation; beside
    the layers, more tokens are more tiles of the output head, and more rows more to lay together,
    however many layers there are."""

    def of(layers: int, batch: int, length: int) -> Case:
        training = {"batch_size": batch, "max_length": length, "activation_checkpointing": "full"}
        return case("instruct", "lora", layers=layers, training=training)

    sizes = [(1, 512), (1, 4096), (2, 512), (8, 4096)]
    few = take([of(2, *size) for size in sizes], tmp_path)
    many = take([of(6, *size) for size in sizes], tmp_path)
    for what in ("operations", "events"):
        assert few[0][what] == few[1][what]
        assert many[0][what] == many[1][what]
        per_layer = [(b[what] - a[what]) / 4 for a, b in zip(few, many, strict=True)]
        assert per_layer[2] == per_layer[3] > 100
        beside = [a[what] - 2 * each for a, each in zip(few, per_layer, strict=True)]
        assert beside[3] - beside[2] < 16 * per_layer[2]  # of 8 x 4096 tokens in all
    assert many[3]["peak"] > 4 * many[2]["peak"]


@pytest.mark.timeout(900)
def test_what_protects_earlier_knowledge_is_held_while_it_learns(tmp_path: Path):
    """EWC keeps how much each weight matters, and of the base's own also where it began. To
    rehearse earlier examples keeps nothing; but every look asks for them."""
    cases = [case("instruct", method, safeguards=kept) for method in ("lora", "full")
             for kept in ([], ["replay"], ["ewc"])]  # fmt: skip
    found = [one["fake"] for one in take(cases, tmp_path)]
    for plain, replayed, weighed in (found[:3], found[3:]):
        kept = [one["parts"]["optimizer"] for one in (plain, replayed, weighed)]
        assert kept[0] == kept[1]
        assert weighed["peak"] > plain["peak"]
        assert replayed["phases"]["look"] >= plain["phases"]["look"]
    model = found[3]["parts"]["model"]
    more = found[5]["parts"]["optimizer"] - found[3]["parts"]["optimizer"]
    assert 0 <= 2 * model - more < 1_000  # tables of the model move nowhere
    least = found[2]["parts"]["optimizer"] - found[0]["parts"]["optimizer"]
    assert 0 < least < found[0]["parts"]["model"]


@pytest.mark.parametrize(
    "error",
    [
        NotImplementedError("aten::odd"),
        RuntimeError("Cannot access data pointer of Tensor (e.g. FakeTensor, FunctionalTensor)."),
    ],
)
def test_what_fakes_are_known_to_refuse_is_told(monkeypatch, error):
    def refuse(*_given):
        raise error

    monkeypatch.setattr(trainers, "_run", refuse)
    with pytest.raises(trainers.NotSimulated, match="needs real numbers"):
        trainers.rehearse(WANTED)


@pytest.mark.parametrize(
    "error", [NameError("no_such_name"), KeyError("a"), RuntimeError("sizes do not match")]
)
def test_a_fault_is_no_refusal(monkeypatch, error):
    def fail(*_given):
        raise error

    monkeypatch.setattr(trainers, "_run", fail)
    with pytest.raises(type(error)):
        trainers.rehearse(WANTED)
