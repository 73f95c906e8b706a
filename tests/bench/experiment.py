"""One training of an experiment, through the worker, and figures over several seeds."""

from __future__ import annotations

import os
import random
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.assets import starter_model
from ftstudio.core.example import Example
from ftstudio.data.versions.library import DatasetVersion, freeze
from ftstudio.jobs.events import Validation
from ftstudio.jobs.folder import JobFolder
from ftstudio.planning.advice import default_plan
from tests import models

SEEDS = tuple(int(seed) for seed in os.environ.get("FTSTUDIO_SEEDS", "7,8,9").split(","))


def dataset(folder: Path, examples: Sequence[Example], held_out: int, seed: int) -> DatasetVersion:
    """Shuffled by the seed; so many are held out."""
    chosen = list(examples)
    random.Random(seed).shuffle(chosen)
    sides = ["validation" if i < held_out else "train" for i in range(len(chosen))]
    return freeze(chosen, sides, {"name": folder.name, "seed": seed}, out=folder, few=True)  # type: ignore


def proposed(data: DatasetVersion, objective: str, method: str = "lora") -> dict[str, Any]:
    """The settings that the app proposes to who changes nothing."""
    plan = default_plan(data, find_model(starter_model()), method, objective=objective)
    return plan.training.model_dump(exclude={"seed", "sample_questions"})


def train(
    work: Path, data: DatasetVersion, seed: int, objective: str, **changes: Any
) -> tuple[JobFolder, list[Validation]]:
    """A run of the starter model to its end; the looks it took, the untouched model's first."""
    training = {
        "epochs": 3, "batch_size": 16, "max_length": 128, "learning_rate": None,
        "sample_questions": 0, "checks_per_epoch": 1, "seed": seed, **changes.pop("training", {}),
    }  # fmt: skip
    plan = models.make_plan(
        starter_model(), data, objective=objective, training=training,
        method_params=changes.pop("method_params", {}), **changes,
    )  # fmt: skip
    job = models.make_job(work, plan)
    process = models.start_worker(job)
    assert process.wait(3000) == 0, job.log.read_text()[-2000:]
    return job, [e for e in models.events_of(job) if isinstance(e, Validation)]


def tell(what: str, values: Sequence[float], unit: str = "") -> None:
    """Mean and spread over the seeds."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    each = ", ".join(f"{value:.3f}" for value in values)
    print(f"\n{what}: {statistics.mean(values):.3f}{unit} ± {spread:.3f} (seeds: {each})")
