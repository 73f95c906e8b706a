"""What each kernel takes of a card beside its outcome, and what CUDA takes for itself: measured.

Every distinct operation of a few trainings runs alone. The table, `results/kernels-<architecture>
.json`, is written also where a rule does not hold: it says which rule of
`worker/simulation/kernels.py` is wrong or missing. Commit it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ftstudio.gpu.cards import Card
from ftstudio.planning import exact
from ftstudio.planning.card_kinds import CardKind, kind_of
from tests.gpu.comparison import MIB, RESULTS, file_name
from tests.gpu.configurations import Configuration
from tests.gpu.trials import PATIENCE, ROOT, Prepared, prepare

# Small enough for each operation to run alone on any card, and unlike each other.
RECORDED = [
    Configuration("Qwen2.5-0.5B", "instruct", "full", 4, 1024),
    Configuration(
        "Llama-3.2-1B", "instruct", "lora", 2, 1024, {"activation_checkpointing": "full"}
    ),
    Configuration("Llama-3.2-1B", "instruct", "qlora", 1, 1024, {"optimizer": "adamw_8bit"}),
    Configuration("Llama-3.2-1B", "instruct", "lora_8bit", 1, 1024),
    Configuration("Qwen2.5-1.5B", "instruct", "dora", 2, 512),
    Configuration("Gemma-3-1B", "dpo", "lora", 2, 512),
    Configuration("Qwen3-0.6B", "classify", "adapter_layers", 8, 256),
    Configuration(
        "Qwen2.5-0.5B", "ppo", "lora", 4, 256, goal={"answer_tokens": 32, "look_questions": 2}
    ),
]
# A rule may be off by so much, or by so large a share of what it says.
SLACK, SHARE = 2 * MIB, 0.02
_MOST_DEATHS = 20
_MOST_TOLD = 6


@pytest.mark.gpu
@pytest.mark.timeout(3600)
def test_each_kernel_takes_what_the_rules_say(card: Card, tmp_path: Path) -> None:
    kind = kind_of(card.name, card.architecture, card.total_bytes)
    assert kind is not None
    operations: dict[str, dict[str, Any]] = {}
    made = [prepare(one, tmp_path) for one in RECORDED]
    with ThreadPoolExecutor(min(len(made), os.cpu_count() or 1)) as pool:
        for recorded in pool.map(lambda one: record(one, kind, tmp_path), made):
            for found in recorded:
                operations.setdefault(key_of(found), found)
    rows = probe(list(operations.values()), tmp_path, "cuda")
    table = {**about(card), "contexts": contexts(), "summary": summary(rows), "rows": rows}
    keep(card.architecture, table)
    print(json.dumps(table["summary"]), json.dumps(table["contexts"]))
    assert len(rows) > 200
    assert sum("hidden" in row for row in rows) > 0.9 * len(rows)
    wrong = [line(row) for row in rows if is_wrong(row)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.gpu
@pytest.mark.timeout(600)
def test_the_context_and_the_workspaces_are_what_is_reckoned_with(card: Card) -> None:
    kind = kind_of(card.name, card.architecture, card.total_bytes)
    assert kind is not None
    found = contexts()
    print(json.dumps(found))
    assert tuple(found["capability"]) == kind.capability
    assert sum(found["workspaces"]) == kind.workspace_bytes
    assert 50 * MIB < found["context"] <= found["with_kernels"] < 3 << 30
    assert found["with_kernels"] <= kind.context_bytes + 64 * MIB


def record(one: Prepared, kind: CardKind, home: Path) -> list[dict[str, Any]]:
    name = file_name(one.one.key)
    asked, told = home / f"{name}.json", home / f"{name}.jsonl"
    given = {"plan": one.plan.model_dump(mode="json"), "longest": one.one.longest,
             "card": kind.key}  # fmt: skip
    asked.write_text(json.dumps(given), "utf-8")
    _child("record_child", str(asked), str(told))
    return [json.loads(text) for text in told.read_text("utf-8").splitlines()]


def probe(operations: list[dict[str, Any]], home: Path, device: str) -> list[dict[str, Any]]:
    """Each with what was measured, or the error it ended in; one that takes the process with it is
    told of, and the next process begins behind it."""
    file = home / "operations.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in operations), "utf-8")
    rows: dict[int, dict[str, Any]] = {}
    first = 0
    for _ in range(_MOST_DEATHS):
        said, last = _child("probe_child", str(file), str(first), device, check=False), -1
        for text in said.splitlines():
            if text.startswith("BEGIN "):
                last = int(text.removeprefix("BEGIN "))
            elif text.startswith("RESULT "):
                found = json.loads(text.removeprefix("RESULT "))
                rows[found["number"]] = found
        if last >= 0 and last not in rows:
            rows[last] = {"error": "it ended the process"}
        first = max(rows, default=-1) + 1
        if last < 0 or first >= len(operations):
            break
    nothing = {"error": "not reached"}
    return [row_of(one, rows.get(number, nothing)) for number, one in enumerate(operations)]


def row_of(operation: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    told = {name: operation[name] for name in ("name", "overload", "kwargs", "rule")}
    told["args"] = [_brief(one) for one in operation["args"]]
    row = {**told, **{name: found[name] for name in ("hidden", "kept", "error") if name in found}}
    if "made" in found and found["made"] != operation["made"]:
        row["made"] = {"foretold": operation["made"], "really": found["made"]}
    return row


def _brief(argument: Any) -> Any:
    """Long lists of weights are told by their first ones."""
    if isinstance(argument, list) and len(argument) > _MOST_TOLD:
        return [*argument[:_MOST_TOLD], f"{len(argument)} in all"]
    return argument


def is_wrong(row: dict[str, Any]) -> bool:
    if "hidden" not in row:
        return False
    return bool(abs(row["hidden"] - row["rule"]) > max(SLACK, SHARE * row["rule"]))


def line(row: dict[str, Any]) -> str:
    shapes = [one["tensor"][0] for one in row["args"] if isinstance(one, dict) and "tensor" in one]
    return (
        f"{row['name']}.{row['overload']} {shapes}: {row['hidden'] / MIB:.2f} MiB, the rule says "
        f"{row['rule'] / MIB:.2f}"
    )


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operations": len(rows),
        "measured": sum("hidden" in row for row in rows),
        "taking": sum(row.get("hidden", 0) > 0 for row in rows),
        "wrong": sum(map(is_wrong, rows)),
        "other_outcome": sum("made" in row for row in rows),
        "errors": sorted({f"{row['name']}: {row['error']}" for row in rows if "error" in row}),
    }


def key_of(operation: dict[str, Any]) -> str:
    return json.dumps([operation[name] for name in ("name", "overload", "args", "kwargs")])


def contexts() -> dict[str, Any]:
    said = _child("context_child")
    lines = [text for text in said.splitlines() if text.startswith("RESULT ")]
    found: dict[str, Any] = json.loads(lines[-1].removeprefix("RESULT "))
    return found


def about(card: Card) -> dict[str, Any]:
    return {
        "card": card.name, "architecture": card.architecture, "driver": card.driver,
        "versions": exact.versions(), "date": time.strftime("%Y-%m-%d"),
    }  # fmt: skip


def keep(architecture: str, table: dict[str, Any], results: Path = RESULTS) -> None:
    results.mkdir(parents=True, exist_ok=True)
    file = results / f"kernels-{architecture.lower() or 'unknown'}.json"
    rows = ",\n".join(json.dumps(row) for row in table["rows"])
    head = json.dumps({**table, "rows": None}, indent=1)
    file.write_text(head.replace('"rows": null', f'"rows": [\n{rows}\n]') + "\n", "utf-8")


def _child(name: str, *arguments: str, check: bool = True) -> str:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.gpu.{name}", *arguments], cwd=ROOT, text=True, check=False,
        capture_output=True, timeout=PATIENCE, env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    assert done.returncode == 0 or not check, done.stderr[-3000:]
    return done.stdout
