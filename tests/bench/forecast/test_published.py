"""Peaks that others measured on their cards, foretold without a card by running their plain loop
on fakes; no number is fitted to a single row.

What came out, all 36 T4 and 6 L40S rows (torch 2.13 on the processor):

| rows | n | allocated: mean, worst | reserved: mean, worst |
|---|---|---|---|
| T4, half precision | 14 | 0.00, 0.00 % | 0.07, 0.28 % |
| T4, 4 bits, weights read one by one | 9 | 0.06, 0.15 % | 2.35, 5.70 % |
| T4, 4 bits, weights read by threads | 13 | 0.36, 1.15 % | 2.07, 6.10 % |
| T4, all | 36 | 0.15, 1.15 % | 1.36, 6.10 % |
| L40S | 6 | | 0.86, 1.97 % |

- shown, T4: +1.1 to +21.3 % over, on average +7.9 %; never under.
- 4 bits: what the loader leaves in pieces differs from run to run, also where it is one thread: of
  two runs that load the same, one held 1.9 MiB more afterwards (and up to 14 MiB with threads).
  Before the first step ours holds within 8 MiB of what was measured one by one (SmolLM2-360M, not
  in the table, 14). How far threads are ahead is no rule but a number: see `published`. Without it,
  one weight after the other, these 13 rows are up to 15 % off.
- 24 measurements of the same source that are not in the table: in half precision (6) allocated
  0.00, at worst 0.03 %, reserved 0.06, 0.26 %; read one by one (6) 0.09, 0.23 % and 2.40, 4.58 %;
  by threads (12) 0.25, 0.67 % and 3.01, 5.37 %. One of the last, Qwen2.5-7B, would be shown 0.8 %
  too low; all others are covered.
- Two rows of an earlier session are left out, as their source does: one configuration has 2070 MiB
  there, and 2216 MiB in the session after it.
- 8B LoRA, full depth, two steps: 8.8 s of the processor at 1x512 with 26145 events.

What the misses were: operators that only builds with CUDA have whole (`known_to_cuda`: Mistral 7B
held 112 MiB too many), addresses from the top down (`allocator`: up to 6.6 % of reserved), the
workspace of cuBLASLt (2 MiB), peaks measured from the second step on.

Repeat with `pytest -m bench -s tests/bench/forecast/test_published.py`: about five seconds a row on
an idle core; `FTSTUDIO_BENCH_ROWS=8` takes every so many rows that about eight are left.
"""

from __future__ import annotations

import os
import shutil
from statistics import mean
from typing import Any

import pytest

from ftstudio.planning.margin import margin
from ftstudio.worker.simulation import shim
from tests.bench.forecast.published import MIB, l40s_rows, run, t4_rows
from tests.nasty.shared_data import needs_shared

pytestmark = [
    pytest.mark.bench,
    needs_shared,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(3 * 3600),
    pytest.mark.skipif(
        shim.needed() and not any(map(shutil.which, shim.COMPILERS)),
        reason="no card and no C++ compiler here",
    ),
]
MOST = int(os.environ.get("FTSTUDIO_BENCH_ROWS", "0"))


@pytest.fixture(scope="module")
def t4(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return _found(t4_rows(), tmp_path_factory)


@pytest.fixture(scope="module")
def l40s(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return _found(l40s_rows(), tmp_path_factory)


def _found(rows: list[dict[str, Any]], folders: pytest.TempPathFactory) -> list[dict[str, Any]]:
    if MOST and len(rows) > MOST:
        rows = rows[:: -(-len(rows) // MOST)]
    found = run(rows, folders.mktemp("rows"), minutes=150)
    failed = [f"{row['model']} {row['technique']}: {row['failed']}" for row in found
              if "failed" in row]  # fmt: skip
    assert not failed, failed
    for row in found:
        print(_line(row))
    return found


def _off(row: dict[str, Any], what: str) -> float:
    """Per cent above what was measured."""
    return 100 * (row[what] / row[f"measured_{what}"] - 1)


def _line(row: dict[str, Any]) -> str:
    name = f"{row['model'].split('/')[-1]} {row['technique']} {row.get('attention', '')}"
    allocated = f"{_off(row, 'allocated'):+6.2f}" if "measured_allocated" in row else "     –"
    size = f"{row['batch']}x{row['length']}"
    return f"{name:52} {size:7} {allocated} % {_off(row, 'reserved'):+6.2f} % {row['seconds']} s"


def test_allocated_of_the_t4_rows(t4):
    errors = [abs(_off(row, "allocated")) for row in t4]
    print(f"allocated, {len(errors)} rows: mean {mean(errors):.2f} %, worst {max(errors):.2f} %")
    assert mean(errors) <= 0.5
    assert max(errors) <= 2


def test_reserved_of_the_t4_rows(t4):
    errors = [abs(_off(row, "reserved")) for row in t4]
    print(f"reserved, {len(errors)} rows: mean {mean(errors):.2f} %, worst {max(errors):.2f} %")
    assert mean(errors) <= 2
    assert max(errors) <= 7


def test_what_is_shown_is_never_under_and_not_far_over(t4):
    over = []
    for row in t4:
        foretold = row["reserved"] + row["measured_context"]
        shown = foretold + margin(foretold, eager=row["attention"] == "eager").bytes
        over.append(100 * (shown / (row["measured_reserved"] + row["measured_context"]) - 1))
    print(f"shown, {len(over)} rows: {min(over):+.2f} to {max(over):+.2f} %, mean {mean(over):.2f}")
    assert min(over) >= 0
    assert mean(over) <= 10


def test_reserved_of_the_l40s_rows(l40s):
    errors = [abs(_off(row, "reserved")) for row in l40s]
    print(f"reserved, {len(errors)} rows: mean {mean(errors):.2f} %, worst {max(errors):.2f} %")
    assert mean(errors) <= 1.5


def test_the_cost_of_an_8b_is_that_of_its_layers(tmp_path):
    """Reported, not held against a clock: 15 s on two idle cores are asked for."""
    row = {
        "loop": "adapters", "card": "h100-80gb", "model": "Llama-3.1-8B", "technique": "lora",
        "dtype": "bfloat16", "attention": "sdpa", "rank": 16, "targets": ["q_proj", "v_proj"],
    }  # fmt: skip
    sizes = [(1, 512), (8, 4096)]
    first, second = run([{**row, "batch": b, "length": n} for b, n in sizes], tmp_path)
    for one in (first, second):
        size = f"{one['batch']}x{one['length']}"
        print(f"8B LoRA {size}: {one['seconds']} s, of the processor {one['processor_seconds']} s")
    # Of several rows the shifted labels are copied: one comes and one goes in each of two steps.
    assert second["events"] - first["events"] == 4
    assert second["reserved"] > 2 * first["reserved"]
    assert first["reserved"] > 15_000 * MIB
