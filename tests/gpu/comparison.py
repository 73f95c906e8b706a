"""What was foretold beside what a card measured: how far apart, and the table of it."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import mean
from typing import Any

MIB = 1 << 20
RESULTS = Path(__file__).with_name("results")
# What is demanded.
ALLOCATED, SHARE_WITHIN = 0.01, 0.95
RESERVED_MEAN, RESERVED_WORST = 0.03, 0.05
OVER, OVER_BYTES = 0.06, 512 * MIB
LEAST_ROWS, CARD_FOR_ALL = 40, 78 << 30  # so many on a card with so much memory

Row = dict[str, Any]


def foretold(estimate: Mapping[str, Any]) -> dict[str, int]:
    """Of an estimate's dump, the figures that a card can be asked for."""
    parts = estimate["parts"]
    reserved = estimate["peak"] - parts["context"]
    return {
        "allocated": reserved - parts["rounding"],
        "reserved": reserved,
        "context": parts["context"],
        "shown": estimate["shown"],
    }


def measured(taken: Mapping[str, Any], seen: int) -> dict[str, int]:
    """`taken` as the worker reports it; `seen`: how much the use of the card rose while it ran, 0
    where nobody looked."""
    return {
        "allocated": int(taken["allocated"]),
        "reserved": int(taken["reserved"]),
        "context": int(taken["context"]),
        "shown": max(int(seen), int(taken["reserved"]) + int(taken["context"])),
        "seen": int(seen),
    }


def compared(rows: Iterable[Row]) -> list[Row]:
    """Those that were counted and measured."""
    return [row for row in rows if row.get("measured") and row.get("how") == "exact"]


def off(row: Row, what: str) -> float:
    """The share by which the forecast is over (below 0: under) what was measured."""
    return float(row["foretold"][what] / row["measured"][what] - 1)


def complaints(rows: Iterable[Row], least: int = 0) -> list[str]:
    """What of the demands is not met, in sentences; `least`: how many rows there must be."""
    told = compared(rows)
    if len(told) < max(1, least):
        return [f"only {len(told)} rows were counted and measured; {max(1, least)} are needed"]
    found = []
    within = [abs(off(row, "allocated")) <= ALLOCATED for row in told]
    if mean(within) < SHARE_WITHIN:
        found.append(
            f"allocated: {sum(within)} of {len(told)} within {ALLOCATED:.0%}, not "
            f"{SHARE_WITHIN:.0%}: {_worst(told, 'allocated')}"
        )
    errors = [abs(off(row, "reserved")) for row in told]
    if mean(errors) > RESERVED_MEAN:
        found.append(f"reserved: mean {mean(errors):.2%}, not {RESERVED_MEAN:.0%}")
    if max(errors) > RESERVED_WORST:
        found.append(f"reserved: worst {max(errors):.2%}: {_worst(told, 'reserved')}")
    for row in told:
        shown, took = row["foretold"]["shown"], row["measured"]["shown"]
        if shown < took:
            found.append(f"shown too low by {(took - shown) / MIB:.0f} MiB: {row['key']}")
        if shown > took + max(OVER * took, OVER_BYTES):
            found.append(f"shown too high by {(shown - took) / MIB:.0f} MiB: {row['key']}")
    return found


def _worst(rows: list[Row], what: str) -> str:
    return "; ".join(
        f"{off(row, what):+.2%} {row['key']}"
        for row in sorted(rows, key=lambda row: -abs(off(row, what)))[:5]
    )


def line(row: Row) -> str:
    if row.get("left_out") or row.get("failed") or row.get("how") != "exact":
        why = row.get("left_out") or row.get("failed") or row.get("why", "not counted")
        return f"{row['key']:80} {why}"
    if not row.get("measured"):
        return f"{row['key']:80} not run yet"
    figures = "  ".join(f"{what} {off(row, what):+7.2%}" for what in ("allocated", "reserved"))
    more = (row["foretold"]["shown"] - row["measured"]["shown"]) / MIB
    return f"{row['key']:80} {figures}  shown {more:+7.0f} MiB  {row.get('seconds', 0):.0f} s"


def summary(rows: Iterable[Row]) -> dict[str, Any]:
    told = compared(rows)
    if not told:
        return {"rows": 0}
    made: dict[str, Any] = {"rows": len(told)}
    for what in ("allocated", "reserved"):
        errors = [off(row, what) for row in told]
        made[what] = {
            "mean": round(mean(map(abs, errors)), 5), "low": round(min(errors), 5),
            "high": round(max(errors), 5),
        }  # fmt: skip
    made["within_1_per_cent"] = sum(abs(off(row, "allocated")) <= ALLOCATED for row in told)
    over = [row["foretold"]["shown"] - row["measured"]["shown"] for row in told]
    made["shown_over_mib"] = [math.floor(min(over) / MIB), math.ceil(max(over) / MIB)]
    made["contexts_mib"] = sorted({round(row["measured"]["context"] / MIB) for row in told})
    return made


class Table:
    """One JSON file per card, written anew after each row. A table that was not finished is gone
    on with; a whole one, or one of other versions, is begun again."""

    def __init__(self, file: Path, about: dict[str, Any]) -> None:
        self.file = file
        self.rows: dict[str, Row] = {}
        self.about = about
        found = _read(file)
        same = all(found.get(name) == about.get(name) for name in ("card", "driver", "versions"))
        if same and not found.get("finished"):
            self.rows = {row["key"]: row for row in found.get("rows", [])}

    def done(self, key: str) -> bool:
        return bool({"measured", "left_out", "failed"} & self.rows.get(key, {}).keys())

    def add(self, row: Row) -> None:
        self.rows[row["key"]] = {**self.rows.get(row["key"], {}), **row}
        self.write()

    def write(self, all_keys: Iterable[str] = ()) -> None:
        wanted = list(all_keys)
        whole = {
            **self.about,
            "date": time.strftime("%Y-%m-%d"),
            "finished": bool(wanted) and all(map(self.done, wanted)),
            "summary": summary(self.rows.values()),
            "rows": list(self.rows.values()),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".part")
        beside.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
        os.replace(beside, self.file)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def file_name(title: str) -> str:
    """A card's name as a file may have it."""
    return "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
