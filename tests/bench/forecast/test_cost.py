"""What an exact count of an 8-billion Llama costs: the whole `simulate` job, in processor seconds.

LoRA on all linear layers, full depth, everything computed again on the way back, a stand-in for
an H100; libraries, both steps, the look and the replay are in it. Measured on 2 shared cores (in
processor seconds, libraries' 3.3 among them; the first column: what it was before):

| rows    | before             | now, 5 to 11 at work | events | operations |
|---------|--------------------|----------------------|--------|------------|
| 1x2048  | 14.3 idle, 21 busy | 7.8 to 8.8           | 51,328 | 55,600     |
| 1x512   | –                  | 8.2 to 9.3           | 51,328 | 55,600     |
| 8x4096  | –                  | 8.4 to 10.3          | 52,494 | 59,900     |

Filled-up rows go through another attention kernel, whose mask is laid out in each layer: that, and
eight tiles of the output head for one, is the difference (`test_trainers.py` counts it).

Repeat with `pytest -m bench -s tests/bench/forecast/test_cost.py`.
"""

from __future__ import annotations

import json
import resource
import shutil
from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.jobs.folder import create_job
from ftstudio.planning.card_kinds import find_kind
from ftstudio.planning.exact import read_result
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.worker.simulation import shim
from tests import models
from tests.bench.forecast.model_configs import CONFIGS

pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        shim.needed() and not any(map(shutil.which, shim.COMPILERS)),
        reason="no card and no C++ compiler here",
    ),
]
MOST = 15.0  # seconds of the processor


def count(root: Path, batch: int, length: int) -> tuple[MemoryEstimate, float]:
    """The figure, and the processor seconds of the job."""
    workspace, model = Workspace(root / "workspace").create(), root / "model"
    model.mkdir(exist_ok=True)
    config = {**CONFIGS["Llama-3.1-8B"], "architectures": ["LlamaForCausalLM"]}
    (model / "config.json").write_text(json.dumps(config), "utf-8")
    plan = Plan(
        name="8B", dataset=DatasetRef(id="", path="", name=""),
        model=ModelRef(path=str(model), name="8B", sha256=""), method="lora",
        training={"batch_size": batch, "max_length": length, "sample_questions": 0,
                  "activation_checkpointing": "full"},
    )  # fmt: skip
    kind = find_kind("h100-80gb")
    card = {"name": kind.name, "architecture": kind.architecture, "total_bytes": kind.total_bytes}
    payload = {"plan": plan.model_dump(mode="json"), "card": card, "longest": length}
    folder = create_job(workspace.jobs, "simulate", plan.name, payload, workspace.root)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert models.run_worker(folder) == 0, folder.log.read_text()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return read_result(folder), spent


def test_an_8b_is_counted_in_time(tmp_path: Path):
    shim.load()  # is compiled once on each computer
    least, most = count(tmp_path, 1, 512), count(tmp_path, 8, 4096)
    for size, (found, spent) in (("1x512", least), ("8x4096", most)):
        print(f"8B LoRA {size}: {spent:.1f} s of the processor, {found.shown / 1e9:.2f} GB shown")
        assert found.how == "exact", found.why
        assert spent <= MOST
    assert most[0].shown > 1.5 * least[0].shown
