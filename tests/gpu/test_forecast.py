"""What we foretell, held against what a card takes: real trainings of real sizes.

With a card: `make gpu`, or alone `pytest -m gpu -s tests/gpu/test_forecast.py`. Nothing is
downloaded, and the weights, drawn at random on the card, take no room on the disk; a model of 32
billion weights wants 75 GB of the computer's memory for a moment. The card should be idle.

    FTSTUDIO_GPU_PART=2/3      only the second third of the configurations
    FTSTUDIO_GPU_SECONDS=500   begins no other after so long; the next call goes on from there
    FTSTUDIO_GPU_FORETOLD=F    takes estimates that `python -m tests.gpu.foretell` made elsewhere

The table, `results/forecast-<card>.json`, is written after each configuration, also where a
demand is not met; a whole one is begun again. Commit it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from ftstudio.gpu.cards import Card
from ftstudio.gpu.nvml import open_nvml
from ftstudio.planning import exact
from ftstudio.planning.card_kinds import kind_of
from ftstudio.planning.machine import Machine
from tests.gpu.comparison import (
    CARD_FOR_ALL,
    LEAST_ROWS,
    RESULTS,
    Table,
    complaints,
    file_name,
    foretold,
    line,
    measured,
)
from tests.gpu.configurations import Configuration, configurations, part_of
from tests.gpu.foretell import read
from tests.gpu.trials import OUT_OF_MEMORY, Prepared, estimate_all, give_up, let_go, prepare, start

PART = os.environ.get("FTSTUDIO_GPU_PART", "")
SECONDS = float(os.environ.get("FTSTUDIO_GPU_SECONDS", "inf"))
FORETOLD = os.environ.get("FTSTUDIO_GPU_FORETOLD", "")


@pytest.mark.gpu
@pytest.mark.timeout(3600)
def test_what_is_foretold_is_what_the_card_takes(card: Card, tmp_path: Path) -> None:
    began = time.monotonic()
    every = configurations()
    mine = part_of(every, PART)
    table = Table(RESULTS / f"forecast-{file_name(card.short_name)}.json", about(card))
    todo = [prepare(one, tmp_path) for one in mine if not table.done(one.key)]
    elsewhere = read(Path(FORETOLD) if FORETOLD else None, table.about["kind"])
    foretell(todo, machine_of(card), table, tmp_path, elsewhere)
    leave_out(todo, table, card.free_bytes, psutil.virtual_memory().available)
    todo = [one for one in todo if not table.done(one.one.key)]
    train(todo, table, card.index, tmp_path, began + SECONDS)
    table.write([one.key for one in every])
    rows = list(table.rows.values())
    for row in rows:
        print(line(row))
    whole = all(table.done(one.key) for one in every)
    least = LEAST_ROWS if whole and card.total_bytes >= CARD_FOR_ALL else 0
    found = complaints(rows, least)
    found += [f"{row['failed']}: {row['key']}" for row in rows if row.get("failed")]
    assert not found, "\n".join(found)


def about(card: Card) -> dict[str, Any]:
    kind = kind_of(card.name, card.architecture, card.total_bytes)
    return {
        "card": card.name, "kind": kind.key if kind else "", "bytes": card.total_bytes,
        "driver": card.driver, "versions": exact.versions(),
    }  # fmt: skip


def machine_of(card: Card) -> Machine:
    return Machine(
        "cuda", card.short_name, card.total_bytes, card.free_bytes, os.cpu_count() or 1,
        card.architecture,
    )  # fmt: skip


def foretell(
    todo: list[Prepared], machine: Machine, table: Table, home: Path, elsewhere: dict[str, Any]
) -> None:
    """What an interrupted table has already is not counted again, nor what was elsewhere."""
    by_key = {one.one.key: one.one for one in todo}

    def heard(key: str, found: Any) -> None:
        row = {"key": key, "configuration": by_key[key].dump()}
        if isinstance(found, str):
            table.add({**row, "failed": found})
            return
        why = found["why"][0] if found["how"] != "exact" else ""
        more = {"how": found["how"], "why": why, "foretold": foretold(found),
                "parts": found["parts"], "least": found["least"]}  # fmt: skip
        table.add({**row, **more})

    wanted = [one for one in todo if "foretold" not in table.rows.get(one.one.key, {})]
    for one in wanted:
        if one.one.key in elsewhere:
            heard(one.one.key, elsewhere[one.one.key])
    wanted = [one for one in wanted if one.one.key not in elsewhere]
    if wanted:
        estimate_all(wanted, machine, home, heard)


def leave_out(todo: list[Prepared], table: Table, free: int, memory: int) -> None:
    """Before they run, by their forecast: what the card, or the computer's memory, can't hold."""
    for one in todo:
        row = table.rows[one.one.key]
        if row.get("failed"):
            continue
        if row["foretold"]["shown"] > free:
            told = row["foretold"]["shown"] / 2**30
            why = f"left out: {told:.1f} GiB are foretold, {free / 2**30:.1f} are free"
            table.add({"key": one.one.key, "left_out": why})
        elif 1.15 * one.weights > memory:
            why = f"left out: {memory / 2**30:.1f} GiB of the computer's memory are free"
            table.add({"key": one.one.key, "left_out": why})


def train(todo: list[Prepared], table: Table, index: int, home: Path, until: float) -> None:
    """One after the other; the next child loads its libraries while one works."""
    in_use = use_of(index)
    waiting = start(todo[0], home) if todo else None
    try:
        for place, one in enumerate(todo):
            if time.monotonic() > until:
                break
            trial, waiting = waiting, None
            if place + 1 < len(todo):
                waiting = start(todo[place + 1], home)
            assert trial is not None
            table.add(row_of(one.one, let_go(trial, in_use)))
            print(line(table.rows[one.one.key]), flush=True)
    finally:
        if waiting is not None:
            give_up(waiting)


def row_of(one: Configuration, outcome: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"key": one.key, "seconds": outcome.seconds}
    if outcome.error:
        short = "ran out of memory" if outcome.code == OUT_OF_MEMORY else "did not run"
        return {**row, "failed": f"{short}: {outcome.error}"}
    if not outcome.taken["allocated"]:
        return {**row, "failed": "did not run on the card"}
    if int(outcome.scores.get("longest", 0)) != one.longest:
        return {**row, "failed": f"its longest row had {outcome.scores.get('longest')} tokens"}
    step = outcome.scores.get("step_seconds", 0.0)
    return {
        **row, "measured": measured(outcome.taken, outcome.seen), "child": outcome.said,
        "step_seconds": round(step, 4), "ram": outcome.taken["ram"],
        "watts": outcome.taken["watts"],
    }  # fmt: skip


def use_of(index: int) -> Any:
    """Asks how much of the card is taken at the moment, by all programs."""
    nvml = open_nvml()
    assert nvml is not None
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    return lambda: int(nvml.nvmlDeviceGetMemoryInfo(handle).used)
