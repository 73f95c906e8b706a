"""A program: which attention kernel the card takes for each case, and which one we say it takes.

Argument: a device. Prints a line of JSON with both for each case.
"""

from __future__ import annotations

import itertools
import json
import sys
from typing import Any

import torch

from ftstudio.worker.simulation.attention import choose

NAMES = {0: "math", 1: "flash", 2: "efficient", 3: "cudnn"}
HALVES = ("bfloat16", "float16")


def cases() -> list[dict[str, Any]]:
    """As trainings have them: shared heads or not, padded or not, widths of real models."""
    return [
        {"dtype": dtype, "groups": groups, "width": width, "mask": mask, "dropout": dropout}
        for dtype, groups, width, mask, dropout in itertools.product(
            (*HALVES, "float32"), (8, 2), (64, 80, 96, 128, 256), ("none", "bool", "float"),
            (0.0, 0.1),
        )
        if mask == "none" or groups == 8  # with a mask, heads are repeated before
    ]  # fmt: skip


def asked(case: dict[str, Any], device: str) -> dict[str, Any]:
    dtype = getattr(torch, case["dtype"])
    rows, heads = 256, 8

    def made(count: int) -> torch.Tensor:
        size = (2, count, rows, case["width"])
        return torch.zeros(size, dtype=dtype, device=device, requires_grad=True)

    query, key, value = made(heads), made(case["groups"]), made(case["groups"])
    mask = None
    if case["mask"] != "none":
        kind = torch.bool if case["mask"] == "bool" else dtype
        mask = torch.ones(2, 1, rows, rows, dtype=kind, device=device)
    really = torch._fused_sdp_choice(
        query, key, value, attn_mask=mask, dropout_p=case["dropout"], is_causal=mask is None,
        enable_gqa=case["groups"] != heads,
    )  # fmt: skip
    capability = torch.cuda.get_device_capability() if device == "cuda" else (9, 0)
    ours = choose(capability, query, key, value, mask, case["dropout"])
    return {**case, "really": NAMES.get(int(really), str(really)), "ours": ours}


if __name__ == "__main__":
    for one in cases():
        print("RESULT " + json.dumps(asked(one, sys.argv[1])), flush=True)
