"""Duplicates among many rows: CPU beside polars and datasketch, memory, and what is found.

`FTSTUDIO_BENCH_ROWS=1000000 python -m pytest tests/bench/data/test_duplicates.py -m bench -s`.
Each measurement runs in a process of its own. datasketch is measured on 50,000 rows at most and
taken to grow with the rows; without the two libraries (the extra `bench`) there is nothing to
compare with.

Measured over 1,000,000 rows on two shared cores: exact 2.7 CPU-s (polars 4.8: 0.56 times) and
1.1 GB; near 39 CPU-s (datasketch 373: 0.105 times) and 1.5 GB, the rows themselves included. Of
20,000 labelled rows all 1,027 pairs are found and none of 1,000 hard negatives is merged.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ftstudio.data.finding.duplicates import near
from tests.bench.data.duplicate_rows import jaccard, labelled

ROOT = Path(__file__).resolve().parents[3]
ROWS = int(os.environ.get("FTSTUDIO_BENCH_ROWS", "100000"))
_OF_DATASKETCH = min(ROWS, 50_000)

_START = """
import json, resource, sys, time
from tests.bench.data.duplicate_rows import labelled
rows = labelled({count}, {count} // 40, {count} // 40)[0]
texts = [question + "\\n" + answer for question, answer in rows]
start = time.process_time()
{work}
cpu = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps([cpu, peak]))
"""
_EXACT = "from ftstudio.data.finding.duplicates import firsts\nfirsts(texts)"
_POLARS = """
import polars as pl
column = pl.Series("text", texts).str.normalize("NFKC").str.to_lowercase()
plain = column.str.replace_all(r"\\s+", " ").str.strip_chars()
plain.is_first_distinct().to_list()
"""
_NEAR = "from ftstudio.data.finding.duplicates import near\nnear(rows)"
_DATASKETCH = """
from datasketch import MinHash, MinHashLSH
index = MinHashLSH(threshold=0.8, num_perm=128)
plain = [" ".join(text.lower().split()) for text in texts]
sets = [{text[i : i + 5].encode() for i in range(max(1, len(text) - 4))} for text in plain]
for place, sketch in enumerate(MinHash.generator(sets, num_perm=128)):
    index.query(sketch)
    index.insert(place, sketch, check_duplication=False)
"""


def measured(work: str, count: int) -> tuple[float, float]:
    """CPU seconds, and the process's peak in GB (the rows themselves included)."""
    code = _START.format(count=count, work=work)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment
    )
    assert done.returncode == 0, done.stderr
    cpu, peak = json.loads(done.stdout)
    return cpu, peak


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_exact_duplicates_beside_polars() -> None:
    pytest.importorskip("polars")
    ours, peak = measured(_EXACT, ROWS)
    theirs, _ = measured(_POLARS, ROWS)
    print(f"\nexact, {ROWS:,} rows: {ours:.2f} CPU-s, {peak:.2f} GB; polars {theirs:.2f} CPU-s; "
          f"{ours / theirs:.2f} times")  # fmt: skip
    assert ours <= 2 * theirs


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_near_duplicates_beside_datasketch() -> None:
    pytest.importorskip("datasketch")
    ours, peak = measured(_NEAR, ROWS)
    theirs, _ = measured(_DATASKETCH, _OF_DATASKETCH)
    theirs *= ROWS / _OF_DATASKETCH
    print(f"\nnear, {ROWS:,} rows: {ours:.1f} CPU-s, {ROWS / ours:,.0f} rows/CPU-s, {peak:.2f} GB; "
          f"datasketch {theirs:.1f} CPU-s; {ours / theirs:.3f} times")  # fmt: skip
    assert ours <= 0.35 * theirs
    assert peak <= 3


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_what_is_found_among_twenty_thousand() -> None:
    rows, pairs, negatives = labelled(20_000, 2000, 1000, seed=11)
    start = time.process_time()
    found = near(rows)
    cpu = time.process_time() - start
    by_share: dict[str, list[bool]] = {"0.80-0.85": [], "0.85-0.90": [], "0.90-1.00": []}
    for one, other in pairs:
        value = jaccard(rows[one], rows[other])
        if value >= 0.8:
            name = "0.80-0.85" if value < 0.85 else "0.85-0.90" if value < 0.9 else "0.90-1.00"
            by_share[name].append(found[one] is not None and found[one] == found[other])
    merged = sum(found[place] is not None for place in negatives)
    every = [hit for hits in by_share.values() for hit in hits]
    print(f"\n{cpu:.1f} CPU-s; found: " + ", ".join(
        f"{name}: {sum(hits)}/{len(hits)}" for name, hits in by_share.items()
    ) + f"; hard negatives merged: {merged}/{len(negatives)}")  # fmt: skip
    assert len(every) > 700
    assert sum(every) >= 0.99 * len(every)
    assert merged <= 0.005 * len(negatives)
