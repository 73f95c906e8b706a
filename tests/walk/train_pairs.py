"""A program: trains the pairs it is given, one after the other in one process, and says what
became of each. Reads a list of {"objective", "method", "base"} from standard input."""

from __future__ import annotations

import json
import math
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import torch

from ftstudio.basemodels.inspect import inspect_model
from ftstudio.core.errors import StudioError
from ftstudio.core.objective import Objective
from ftstudio.core.plan import DatasetRef, MoreData, Plan, RewardChoice
from ftstudio.data.versions.library import DatasetVersion, load_version
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.events import Step
from ftstudio.jobs.folder import create_job
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not
from ftstudio.worker import merge, outcome, train
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.wishes import Wishes
from tests.walk.bases import make_base
from tests.walk.datasets import tiny_dataset

PROBE = "Do you deliver the kettle number 7 to Oslo?"
_SMALL: dict[str, dict[str, Any]] = {
    "tokens": {"value": 4}, "rank": {"value": 4}, "alpha": {"value": 8},
}  # fmt: skip


def main() -> None:
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        begun = time.time()
        try:
            said = walk(asked, folder)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the result of this pair
            said = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
        print("RESULT " + json.dumps({**asked, **said, "seconds": time.time() - begun}), flush=True)


def walk(asked: dict[str, str], folder: Path) -> dict[str, Any]:
    objective, method = objectives()[asked["objective"]], methods()[asked["method"]]
    base = make_base(asked["base"], folder / "bases" / asked["base"])
    info = inspect_model(base)
    if said := why_not(objective, method, info.shape, "cpu"):
        return {"refused": said}
    plan = _plan(objective, asked["method"], info, folder)
    job_folder = create_job(folder / "jobs", "train", plan.name, plan.model_dump(mode="json"), None)
    train.hold(job_folder)
    reporter = Reporter(job_folder)
    job = train.check(job_folder, reporter, Wishes(reporter))
    train.load(job)
    before = dict(job.model.named_parameters())
    kept = {name: weight.detach().clone() for name, weight in before.items()}
    train.attach(job)
    start = {n: w.detach().clone() for n, w in job.model.named_parameters() if w.requires_grad}
    train.batches(job)
    callback = train.loop(job)
    still = _stood_still(job.model, start)
    strayed = [
        name
        for name, weight in before.items()
        if not weight.requires_grad and not _same(weight, kept[name])
    ]
    logits = _logits(job.model, job.tokenizer)
    outcome.save(job, callback)
    steps = [e for e in read_events(job_folder.events) if isinstance(e, Step)]
    found: dict[str, Any] = {
        "finite": all(math.isfinite(s.loss) and math.isfinite(s.grad_norm) for s in steps),
        "steps": len(steps),
        "loss": [steps[0].loss, steps[-1].loss],
        "trainable": sum(w.numel() for w in start.values()),
        "still": still,
        "learning": len(start),
        "strayed": strayed,
        "output": str(job_folder.output),
        "base_path": str(base),
        "whole": job.whole,
        "head": job.head.outputs if job.head else 0,
        "quantized": "quantized" in method.traits,
        "logits": logits,
    }
    if method.merges and not job.whole:
        found["merged"] = _merge(job_folder.output, base, folder, job.head)
    return found


def _stood_still(model: Any, start: dict[str, Any]) -> list[str]:
    """AdaLoRA may switch off all directions of a layer: their scales (E) are then back at the zero
    they began with. That counts as moved as long as the scales of another layer are not zero."""
    ends = {n: w.detach() for n, w in model.named_parameters() if n in start}
    scales = {n: bool(w.any()) for n, w in ends.items() if ".lora_E." in n}
    off = {n for n, on in scales.items() if not on} if any(scales.values()) else set()
    return [n for n, w in ends.items() if torch.equal(w, start[n]) and n not in off]


def _same(now: torch.Tensor, then: torch.Tensor) -> bool:
    return now.shape == then.shape and torch.equal(now.detach(), then)


def _plan(objective: Objective, method: str, info: Any, folder: Path) -> Plan:
    kind = objective.learns_from[0]
    version = _dataset(kind, folder / "data" / kind, 1)
    more = []
    if objective.wants_more_data:
        other = _dataset(kind, folder / "data" / f"{kind}-other", 2)
        more = [MoreData(dataset=_ref(other), weight=1.0, task="other")]
    rewards = []
    if objective.wants_rewards:
        rewards = [RewardChoice(key="contains", params={"text": "the"})]
    return Plan(
        name=f"{objective.key} {method}",
        dataset=_ref(version),
        model=info.ref,
        objective=objective.key,
        method=method,
        method_params=_small(methods()[method].params),
        more_data=more,
        rewards=rewards,
        training={
            "epochs": 1, "batch_size": 4, "max_length": 96, "learning_rate": 0.01,
            "sample_questions": 1, "checks_per_epoch": 1, "warmup": 0.0, "schedule": "constant",
            "weight_decay": 0.0,  # it would move what has no gradient
        },  # type: ignore[arg-type]
    )  # fmt: skip


def _small(params: Any) -> dict[str, Any]:
    return {name: _SMALL[name]["value"] for name in params.model_fields if name in _SMALL}


def _dataset(kind: Any, place: Path, seed: int) -> DatasetVersion:
    if (place / "version.json").is_file():
        return load_version(place)
    return tiny_dataset(kind, place, seed)


def _ref(version: DatasetVersion) -> DatasetRef:
    return DatasetRef(id=version.id, path=str(version.path), name=version.name)


def _logits(model: Any, tokenizer: Any) -> list[float]:
    model.eval()
    ids = torch.tensor([tokenizer(PROBE, add_special_tokens=False)["input_ids"]])
    with torch.no_grad():
        found = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    return [float(x) for x in found.float().flatten()[-64:]]


def _merge(output: Path, base: Path, folder: Path, head: Any) -> str:
    """The folder of the merged model, or the words with which it was refused."""
    payload = {"adapter_path": str(output), "base_path": str(base)}
    job = create_job(folder / "jobs", "merge", "merge", payload, None)
    try:
        merge.run(job)
    except StudioError as error:
        return f"refused: {error.what} {error.why}"
    return str(job.output)


if __name__ == "__main__":
    main()
