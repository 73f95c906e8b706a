"""The closed form against the exact simulation, over the whole catalogue, on known models.

Each pair of goal and method on a model, a length, a batch and settings drawn by chance; some
hundred trainings are gone through without content, about ten seconds each on an idle core:
`FTSTUDIO_GRID` gives another number of them, for a first look.

Seen with seed 47, on which nothing was corrected: all 240, mean 0.48 %, worst 4.5 % (P-tuning v2 on
Gemma 3 1B, too high). Seed 43, all 240 too: mean 0.41 %, one over 6 % (PPO that gathers batches,
7.7 % too high); that corrected, 0.37 % and 5.2 % (DoRA under a head, too low).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.memory import live
from ftstudio.techniques import methods, objectives
from ftstudio.worker.simulation import shim
from tests.bench.forecast.instant_grid import cases, shape_of

pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(4 * 3600),
    pytest.mark.skipif(
        shim.needed() and not any(map(shutil.which, shim.COMPILERS)),
        reason="no card and no C++ compiler here",
    ),
]

COUNT = int(os.environ.get("FTSTUDIO_GRID", "240"))
SEED = 47  # 11, 23, 31, 37, 41 and 43 were looked at while the form was written
SHARE_SIMULATED = 0.8
MEAN, WORST = 0.02, 0.06
_PROGRAMS = 2
_HOURS = 3


def exact(count: int) -> list[dict[str, Any]]:
    """By programs of their own, which share the cases among them."""
    drawn = list(cases(count, SEED))
    running = []
    for first in range(_PROGRAMS):
        given = "\n".join(json.dumps(case) for case in drawn[first::_PROGRAMS])
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.forecast.instant_grid"], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[3], env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        running.append((program, given))
    found = []
    for program, given in running:
        said, _ = program.communicate(given, timeout=_HOURS * 3600)
        found += [
            json.loads(line.removeprefix("RESULT "))
            for line in said.splitlines()
            if line.startswith("RESULT ")
        ]
    return found


def instant(case: dict[str, Any]) -> float:
    method, goal = methods()[case["method"]], objectives()[case["objective"]]
    return live(
        shape_of(case), method, method.params(**case["method_params"]),
        TrainingSettings(**case["training"]), "cuda", case["longest"], goal,
        goal.params(**case["objective_params"]),
    ).total  # fmt: skip


def test_the_instant_figure_is_near_the_exact_one():
    found = exact(COUNT)
    compared = [(instant(one["case"]) / one["live"] - 1, one) for one in found if "live" in one]
    assert len(compared) >= SHARE_SIMULATED * COUNT
    for error, one in sorted(compared, key=lambda pair: -abs(pair[0]))[:20]:
        case = one["case"]
        print(f"{100 * error:+.2f} %  {case['objective']} × {case['method']}  {case}")
    off = [abs(error) for error, _ in compared]
    mean, worst = sum(off) / len(off), max(off)
    print(f"{len(off)} configurations: mean {100 * mean:.2f} %, worst {100 * worst:.2f} %")
    assert mean <= MEAN
    assert worst <= WORST
