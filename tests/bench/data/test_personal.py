"""How much personal data is found in labelled sentences, and how fast.

`python -m pytest tests/bench/data/test_personal.py -m bench -s` prints the figures.
"""

from __future__ import annotations

import os
import time
from collections import Counter

import pytest

from ftstudio.data.finding.personal import Personal
from tests.bench.data.duplicate_rows import Maker
from tests.bench.data.look_alikes import LOOK_ALIKES
from tests.bench.data.personal_sentences import sentences, without

ROWS = int(os.environ.get("FTSTUDIO_BENCH_ROWS", "20000"))


@pytest.mark.bench
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_recall(seed: int) -> None:
    look, found, of = Personal(), Counter[str](), Counter[str]()
    sure = 0
    for one in sentences(4000, seed):
        hits = [s for s in look.find(one.text)
                if s.kind == one.kind and s.start < one.end and one.start < s.end]  # fmt: skip
        of[one.detail] += 1
        found[one.detail] += bool(hits)
        sure += any(s.sure for s in hits)
    alarms = sum(one.sure for text in without(4000, seed) for one in look.find(text))
    print(f"\nseed {seed}: " + ", ".join(f"{k} {found[k]}/{of[k]}" for k in of))
    print(f"sure {sure}/{sum(of.values())}; sure alarms in 4,000 sentences with none: {alarms}")
    structured = [kind for kind in of if kind != "phone"]
    assert sum(found[k] for k in structured) >= 0.98 * sum(of[k] for k in structured)
    assert found["phone"] >= 0.8 * of["phone"]


@pytest.mark.bench
def test_precision() -> None:
    """Of what only looks alike; addresses on the net are what they look like."""
    look, alike = Personal(), [text for some in LOOK_ALIKES.values() for text in some]
    sure = [one for text in alike for one in look.find(text) if one.sure and one.kind != "url"]
    print(f"\n{len(sure)} sure alarms in {len(alike)} numbers that only look alike")
    assert not sure


@pytest.mark.bench
def test_speed() -> None:
    """Half of the rows are prose, a quarter each has personal data or other numbers in it."""
    maker, look = Maker(8), Personal()
    look.find("+34 612 345 678")  # the phone library is loaded
    things = [one.text for one in sentences(ROWS // 4, 5)] + without(ROWS // 4, 5)
    prose = [maker.text(210) for _ in range(ROWS // 2)]
    rows = prose + [f"{thing} {maker.text(150)}" for thing in things]
    start = time.process_time()
    found = sum(len(look.find(row)) for row in rows)
    speed = len(rows) / (time.process_time() - start)
    print(f"\n{len(rows):,} rows of {sum(map(len, rows)) / len(rows):.0f} characters, {found:,} "
          f"things found: {speed:,.0f} rows/CPU-s")  # fmt: skip
    assert speed >= 5000
