"""How far the learning rate that the app proposes is from the best of a sweep, by method: the
validation loss of the best version, on the starter model and the sample data.

The sweep goes two steps of two below and above. Measured with seed 7: the proposed rate was the
best of the five for LoRA (0.125), DoRA (0.134), QLoRA (0.123) and full (0.049); half of it ended 49
to 72 % higher, twice of it 26 to 390 %. Repeat with
`pytest -m bench -s tests/bench/test_learning_rates.py`; FTSTUDIO_SEEDS=7 for one seed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.basemodels.inspect import inspect_model
from ftstudio.core.assets import samples, starter_model
from ftstudio.data.prepare import prepare
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.techniques import methods
from tests.bench.experiment import SEEDS, train

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3 * 3600)]

FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
WITHIN = 1.05  # of the best validation loss


def best_loss(work: Path, data: DatasetVersion, method: str, rate: float, seed: int) -> float:
    _, looks = train(
        work, data, seed, "instruct", method=method,
        training={"learning_rate": rate, "epochs": 4, "batch_size": 8},
    )  # fmt: skip
    return min(look.loss for look in looks if look.step)


@pytest.mark.parametrize("method", ["lora", "dora", "qlora", "full"])
def test_the_proposed_rate_is_near_the_best(tmp_path: Path, method: str) -> None:
    data = prepare(samples() / "support_desk.xlsx", out=tmp_path / "data", name="Support desk")
    proposed = methods()[method].learning_rate(inspect_model(starter_model()).shape)
    means: dict[float, float] = {}
    for factor in FACTORS:
        losses = [best_loss(tmp_path / "jobs", data, method, factor * proposed, s) for s in SEEDS]
        means[factor] = sum(losses) / len(losses)
        print(f"\n{method}: {factor:g} × {proposed:g} = {factor * proposed:g}: "
              f"{means[factor]:.4f} ({', '.join(f'{x:.4f}' for x in losses)})")  # fmt: skip
    best = min(means.values())
    print(f"\n{method}: the proposed rate is {100 * (means[1.0] / best - 1):.1f} % off the best")
    assert means[1.0] <= WITHIN * best
