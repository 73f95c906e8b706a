"""Reading a large file takes at most 2.5 times the CPU of polars' plain copy to Parquet.

FTSTUDIO_BENCH_MB says how large the files are (1,000 by default). CPU seconds of child processes
are compared, ours and polars', one after the other.

Measured with 1,000 MB on two shared cores: CSV 11.6 CPU-s (polars 5.5: 2.09 times) and 210 MB,
dirty 13.1; JSONL 12.2 (polars 5.8: 2.11 times) and 182 MB, dirty 33.0.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from ftstudio.data.format import ReadOptions
from ftstudio.data.ingest.reading import read_file

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
MEGABYTES = int(os.environ.get("FTSTUDIO_BENCH_MB", "1000"))
MOST_RATIO, MOST_DIRTY, MOST_RSS = 2.5, 3.0, 1_500_000_000
WORDS = [
    "lamp",
    "keeper",
    "wick",
    "harbour",
    "night",
    "oil",
    "trim",
    "burn",
    "ship",
    "rock",
    "signal",
    "storm",
    "glass",
    "tower",
]
POLARS = """
import sys, polars as pl
source, target = sys.argv[1:]
scan = pl.scan_csv(source, infer_schema=False) if source.endswith("csv") else pl.scan_ndjson(source)
scan.sink_parquet(target)
"""


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randrange(8, 40)))


def make(path: Path, dirty: bool) -> int:
    """Rows of four columns, about 440 bytes each; one in a thousand is broken where dirty."""
    chance = random.Random(7)
    pool = [sentence(chance) for _ in range(5_000)]
    rows, written = 0, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            file.write("id,question,answer,topic\n")
        while written < MEGABYTES * 1_000_000:
            question = f"{pool[chance.randrange(5_000)]} {rows}?"
            answer = (
                f'{pool[chance.randrange(5_000)]}, said "{rows}".\n{pool[chance.randrange(5_000)]}'
            )
            line = _line(path.suffix, str(rows), question, answer, chance.choice(WORDS))
            if dirty and rows % 1000 == 500:
                line = chance.choice(_BROKEN[path.suffix])
            file.write(line)
            written += len(line)
            rows += 1
    return rows


_BROKEN = {
    ".csv": ["7,too,many,cells,here\n", '8,"never closed,x,y\n', "9,too few\n"],
    ".jsonl": ['{"id": "7", "question": "cut o\n', '{"id": "8", "id": "8"}\n', "nothing\n"],
}


def _line(suffix: str, number: str, question: str, answer: str, topic: str) -> str:
    if suffix == ".jsonl":
        row = {"id": number, "question": question, "answer": answer, "topic": topic}
        return json.dumps(row) + "\n"
    doubled = answer.replace('"', '""')
    return f'{number},"{question}","{doubled}",{topic}\n'


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_of(pid_file: Path) -> int:
    return int(pid_file.read_text())


def ours(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[float, int, object]:
    """CPU seconds, peak memory and the table; the child notes its own peak when it ends."""
    note = folder / "peak.txt"
    (folder / "sitecustomize.py").write_text(
        "import atexit, os, pathlib, resource\n"
        "def note():\n"
        "    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024\n"
        f"    pathlib.Path({str(note)!r}).write_text(str(peak))\n"
        "atexit.register(note)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
    before = children()
    table = read_file(path, folder / "ours", ReadOptions())
    used = children() - before
    monkeypatch.delenv("PYTHONPATH")
    return used, peak_of(note), table


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_import(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("polars")
    path, dirty = tmp_path / f"clean{suffix}", tmp_path / f"dirty{suffix}"
    rows = make(path, dirty=False)
    before = children()
    target = str(tmp_path / "polars.parquet")
    subprocess.run([sys.executable, "-c", POLARS, str(path), target], check=True)
    yardstick = children() - before
    used, peak, table = ours(path, tmp_path, monkeypatch)
    assert (table.row_count, len(table.problems)) == (rows, 0)
    path.unlink()
    rows = make(dirty, dirty=True)
    dirty_used, dirty_peak, table = ours(dirty, tmp_path, monkeypatch)
    assert table.row_count > 0.998 * rows
    assert len(table.problems) + len(table.remarks) >= min(200, rows // 2000)
    print(
        f"\n{suffix} {MEGABYTES} MB: polars {yardstick:.1f} CPU-s; ours {used:.1f} "
        f"({used / yardstick:.2f}x), {peak / 1e6:.0f} MB; dirty {dirty_used:.1f} "
        f"({dirty_used / used:.2f}x of clean), {dirty_peak / 1e6:.0f} MB"
    )
    assert used <= MOST_RATIO * yardstick
    assert dirty_used <= MOST_DIRTY * used
    assert max(peak, dirty_peak) <= MOST_RSS
