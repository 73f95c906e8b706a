"""Taste is learned: of pairs that the starter model has not seen, and of which it prefers the
better answer as often as not, DPO, KTO, ORPO and SimPO make it prefer nearly all; a reward model
ranks nearly all right. All with the settings that the app proposes.

The measure is the same before and after: the share of held-out pairs whose better answer the model
finds likelier, by the mean log-probability of its tokens (`two_styles.preferred_share`), or, of
the reward model, scores higher (`two_styles.ranked_right`). No version was chosen by those pairs.

Measured with seeds 7, 8 and 9, before 52 % ± 4: DPO 97 % ± 3; KTO, ORPO, SimPO and the reward model
all 100 pairs of each seed.

Repeat with `pytest -m bench -s tests/bench/test_learns_preferences.py`; FTSTUDIO_SEEDS=7 for one
seed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.example import Example
from ftstudio.data.versions.library import DatasetVersion
from tests.bench.experiment import SEEDS, proposed, tell, train
from tests.bench.two_styles import pairs, preferred_share, ranked_right
from tests.models import tiny_dataset

pytestmark = [
    pytest.mark.bench, pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(6000),
]  # fmt: skip

TRAIN, LOOKS, HELD_OUT = 320, 40, 100  # the looks choose the best version; the rest only measure


def shared_out(folder: Path, seed: int) -> tuple[DatasetVersion, list[Example]]:
    """What the run gets, and what it never sees."""
    every = pairs(TRAIN + LOOKS + HELD_OUT, seed)
    data = tiny_dataset(folder / f"data-{seed}", examples=every[HELD_OUT:], validation=LOOKS)
    return data, every[:HELD_OUT]


@pytest.mark.parametrize("objective", ["dpo", "kto", "orpo", "simpo"])
def test_prefers_the_better_answer(tmp_path: Path, objective: str) -> None:
    before, after = [], []
    for seed in SEEDS:
        data, held_out = shared_out(tmp_path, seed)
        job, looks = train(
            tmp_path / "jobs", data, seed, objective,
            training=proposed(data, objective),
        )  # fmt: skip
        for look in looks:
            print(f"seed {seed}, step {look.step}: {look.loss:.4f} {look.metrics}")
        before.append(preferred_share(held_out))
        after.append(preferred_share(held_out, job.output))
    tell(f"{objective}: prefers the better answer, untouched", before)
    tell(f"{objective}: prefers the better answer, afterwards", after)
    assert all(0.35 <= share <= 0.65 for share in before)
    assert sum(after) / len(after) >= 0.8


def test_a_reward_model_ranks_unseen_pairs(tmp_path: Path) -> None:
    after = []
    for seed in SEEDS:
        data, held_out = shared_out(tmp_path, seed)
        job, looks = train(
            tmp_path / "jobs", data, seed, "reward", training=proposed(data, "reward")
        )
        for look in looks:
            print(f"seed {seed}, step {look.step}: {look.loss:.4f} {look.metrics}")
        after.append(ranked_right(held_out, job.output))
    tell("reward: ranks pairs right", after)
    assert sum(after) / len(after) >= 0.85
