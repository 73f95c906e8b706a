"""A program: each operation of a file alone, and what its kernel takes beside its outcome.

Arguments: the file of `record_child`, the line to begin with, and a device. Prints a line of JSON
for each, so that where one ends the process the others need not be done again.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
from torch.utils._pytree import tree_leaves

from tests.gpu.operations import Written, made, rounded, sizes_of, storages


def main(file: Path, first: int, device: str) -> None:
    warnings.simplefilter("ignore")
    with contextlib.suppress(ImportError):
        import bitsandbytes  # noqa: F401 (its operators)
    if device == "cuda":
        _take_workspaces()
    for number, line in enumerate(file.read_text("utf-8").splitlines()):
        if number < first:
            continue
        print(f"BEGIN {number}", flush=True)
        try:
            found = probe(json.loads(line), device)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is told of this one
            found = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
            gc.collect()
        print("RESULT " + json.dumps({"number": number, **found}), flush=True)
        if "AcceleratorError" in found.get("error", ""):
            sys.exit(1)  # nothing works in this process any more


@torch.no_grad()
def probe(written: Written, device: str) -> dict[str, Any]:
    """Twice: the first time libraries may take for good what they work with."""
    func, args, kwargs = made(written, device)
    outcome = func(*args, **kwargs)
    told: dict[str, Any] = {"made": sizes_of(outcome)}
    if device != "cuda":
        return told
    del outcome
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    held = set(storages(tree_leaves((args, kwargs))))
    torch.cuda.reset_peak_memory_stats()
    outcome = func(*args, **kwargs)
    torch.cuda.synchronize()
    peak = torch.cuda.max_memory_allocated()
    new = {place: size for place, size in storages(outcome).items() if place not in held}
    after = sum(map(rounded, new.values()))
    kept = torch.cuda.memory_allocated() - before - after
    return {**told, "hidden": peak - before - after - max(0, kept), "kept": kept}


def _take_workspaces() -> None:
    one = torch.ones(64, 64, device="cuda", dtype=torch.float16)
    torch.mm(one, one)
    torch.addmm(one[0], one, one)
    torch.cuda.synchronize()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
