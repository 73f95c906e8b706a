"""A program: rehearses trainings without content and runs the same on real tensors, on the CPU.

Reads a list of cases from standard input, a line of JSON each, and prints what was held in each
of the two ways. Its own process, since libraries are patched.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
from transformers.utils import logging

from ftstudio.basemodels.inspect import BaseModelInfo, inspect_model
from ftstudio.core.plan import DatasetRef, Plan, SafeguardChoice
from ftstudio.planning.outline import outline
from ftstudio.techniques import methods, objectives
from ftstudio.worker.device import Device
from ftstudio.worker.simulation.tracker import NOTHING, Taken
from ftstudio.worker.simulation.trainers import NotSimulated, Wanted, rehearse
from tests.walk.bases import make_base

CPU = Device("cpu", "CPU", "float32", "")
LONGEST = 48
_SMALL = {"tokens": 4, "rank": 4, "alpha": 8}
_BRIEF = {"answer_tokens": 6}


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        print("RESULT " + json.dumps(both_ways(json.loads(line), folder)), flush=True)


def both_ways(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    info = inspect_model(make_base(case.get("base", "dense"), folder / case.get("base", "dense")))
    if "layers" in case:
        return operations(case, info, folder)
    told: dict[str, Any] = {}
    traces = []
    for name, content in (("fake", False), ("real", True)):
        try:
            done = rehearse(Wanted(plan_of(case, info), info.shape, CPU, LONGEST, content=content))
        except NotSimulated as error:
            return {"why": str(error)}
        traces.append(plain(done.trace))
        told[name] = {"peak": done.peak, "end": done.end, "phases": peaks(done.trace),
                      "parts": parts_at_end(done.trace)}  # fmt: skip
    told["same_events"] = traces[0] == traces[1]
    return told


def operations(case: dict[str, Any], info: BaseModelInfo, folder: Path) -> dict[str, Any]:
    """How many operations it takes without content, with `layers`, for rows of `longest`."""
    base = folder / f"layers-{case['layers']}"
    base.mkdir(exist_ok=True)
    config = json.loads(Path(info.ref.path, "config.json").read_text("utf-8"))
    config |= {"num_hidden_layers": case["layers"], "max_position_embeddings": 8192}
    (base / "config.json").write_text(json.dumps(config), "utf-8")
    longest = case["training"]["max_length"]
    plan = plan_of(case, info)
    plan = plan.model_copy(update={"model": info.ref.model_copy(update={"path": str(base)})})
    counted = 0

    def hidden(*given: Any) -> Taken:
        nonlocal counted
        counted += 1
        return NOTHING

    done = rehearse(Wanted(plan, outline(str(base)).shape, CPU, longest, hidden=hidden))
    return {"operations": counted, "events": len(done.trace), "peak": done.peak}


def plan_of(case: dict[str, Any], info: BaseModelInfo) -> Plan:
    objective, method = objectives()[case["objective"]], methods()[case["method"]]
    small = {name: _SMALL[name] for name in method.params.model_fields if name in _SMALL}
    brief = {name: _BRIEF[name] for name in objective.params.model_fields if name in _BRIEF}
    training = {"batch_size": 2, "accumulation": 1, "max_length": LONGEST, "sample_questions": 0}
    return Plan(
        name="twice",
        dataset=DatasetRef(id="none", path="none", name="none"),
        model=info.ref,
        objective=objective.key,
        objective_params={**brief, **case.get("goal", {})},
        method=method.key,
        method_params={**small, **case.get("params", {})},
        training={**training, **case.get("training", {})},
        safeguards=[
            SafeguardChoice(key=key, dataset=DatasetRef(id="none", path="none", name="none"))
            for key in case.get("safeguards", [])
        ],
    )


def plain(trace: Any) -> list[tuple[Any, ...]]:
    """Without storages of no bytes, numbered anew: how a copy is made shows in those alone."""
    numbers: dict[int, int] = {}
    return [
        (op, numbers.setdefault(number, len(numbers)), size, phase, part)
        for op, number, size, phase, part in trace
        if size or op == "phase"
    ]


def peaks(trace: Any) -> dict[str, int]:
    held, most = 0, dict.fromkeys((event[3] for event in trace), 0)
    for op, _, size, phase, _ in trace:
        held += {"alloc": size, "free": -size}.get(op, 0)
        most[phase] = max(most[phase], held)
    return most


def parts_at_end(trace: Any) -> dict[str, int]:
    held: dict[str, int] = {}
    for op, _, size, _, part in trace:
        if op in ("alloc", "free"):
            held[part] = held.get(part, 0) + (size if op == "alloc" else -size)
    return {part: size for part, size in held.items() if size}


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
