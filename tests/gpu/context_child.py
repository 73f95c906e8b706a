"""A program: what a process holds of a card by itself, before and after its libraries work.

Prints one line of JSON with bytes. `context` is an empty process, `with_kernels` one that has gone
through products, attention, softmax and an optimizer's step, both without what torch reserves;
`workspaces` is what the first products left, on the way forward and on the way back.
"""

from __future__ import annotations

import json
import os
from typing import Any

import torch
from torch.nn import functional

from ftstudio.gpu.nvml import open_nvml
from ftstudio.gpu.usage import handle_of, held_by


def main() -> None:
    before = _in_use()
    told: dict[str, Any] = {"capability": torch.cuda.get_device_capability()}
    handle = handle_of(str(torch.cuda.get_device_properties(0).uuid))

    def taken() -> int:
        torch.cuda.synchronize()
        own = held_by(handle, os.getpid()) or _in_use() - before
        return own - torch.cuda.memory_reserved()

    torch.cuda.init()
    told["context"] = taken()
    one = torch.ones(512, 512, device="cuda", dtype=torch.float16, requires_grad=True)
    one.grad = torch.zeros_like(one)  # so that nothing but workspaces is new below
    before_products = torch.cuda.memory_allocated()
    with torch.no_grad():
        torch.mm(one, one)
    forward = torch.cuda.memory_allocated() - before_products
    made = torch.mm(one, one).sum()
    before_backward = torch.cuda.memory_allocated()
    made.backward()
    torch.cuda.synchronize()
    told["workspaces"] = [forward, torch.cuda.memory_allocated() - before_backward]
    told["after_products"] = taken()
    _work()
    told["with_kernels"] = taken()
    told["by_process"] = bool(held_by(handle, os.getpid()))
    print("RESULT " + json.dumps(told))


def _in_use() -> int:
    """Of all cards together: which one is ours can't be asked before there is a context."""
    nvml = open_nvml()
    assert nvml is not None
    handles = map(nvml.nvmlDeviceGetHandleByIndex, range(nvml.nvmlDeviceGetCount()))
    return sum(int(nvml.nvmlDeviceGetMemoryInfo(handle).used) for handle in handles)


def _work() -> None:
    """A little of all that a training does."""
    width, rows = 1024, 512
    half = torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float16
    block = torch.nn.TransformerEncoderLayer(width, 16, 4096, batch_first=True).to("cuda")
    words = torch.nn.Embedding(32000, width, device="cuda")
    weights = [*block.parameters(), *words.parameters()]
    optimizer = torch.optim.AdamW(weights, fused=True)
    for _ in range(2):
        with torch.autocast("cuda", half):
            given = words(torch.zeros(2, rows, dtype=torch.long, device="cuda"))
            heads = given.view(2, rows, 16, 64).transpose(1, 2)
            mixed = functional.scaled_dot_product_attention(heads, heads, heads, is_causal=True)
            scores = block(given + mixed.transpose(1, 2).reshape(2, rows, width)) @ words.weight.T
        target = torch.zeros(2 * rows, dtype=torch.long, device="cuda")
        functional.cross_entropy(scores.float().flatten(0, 1), target).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()


if __name__ == "__main__":
    main()
