"""A program: a trial of our own worker on a model of real size, with chance in its weights.

Argument: the job's folder, of kind "tryout". It loads the libraries, says READY, waits for a line,
and then does what the worker does: the three steps are the worker's own, with its own loader. What
differs: chance is written over the empty weights in place, rows come in their order, a look at the
longest batch follows the last step (an estimate counts one), and the report's last line is RESULT.
FTSTUDIO_GPU_HISTORY names a file for all that the card's allocator did.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from ftstudio.worker.environment import settle

settle()
warnings.filterwarnings("ignore", category=FutureWarning)

import peft  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
import trl  # noqa: E402
from torch import nn  # noqa: E402

from ftstudio.worker import __main__ as worker  # noqa: E402
from ftstudio.worker import train, tryout  # noqa: E402
from ftstudio.worker.batches import Batches  # noqa: E402
from ftstudio.worker.simulation.stand_ins import in_order  # noqa: E402

assert all((peft.LoraConfig, trl.SFTTrainer, transformers.AutoModelForCausalLM))
_SPREAD = 0.02
_GIVEN = {name: getattr(train, name) for name in ("load", "_arguments")}
_rows = tryout._batches


class Looking(tryout.TryoutCallback):
    """As a trial, and one look after the last step; nothing is written down of it."""

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        super().on_step_end(args, state, control, **rest)
        control.should_evaluate = state.global_step >= tryout.STEPS

    def on_evaluate(self, *given: Any, **named: Any) -> None:
        pass


def load(job: Any) -> None:
    _GIVEN["load"](job)
    write_chance(job.model)


def arguments(job: Any) -> dict[str, Any]:
    return {**_GIVEN["_arguments"](job), "eval_on_start": False}


def rows(job: Any) -> None:
    _rows(job)
    count = min(job.train.count, job.plan.training.batch_size)
    job.validation = Batches(job.train.rows.select(range(count)), count, longest=job.train.longest)


@torch.no_grad()
def write_chance(model: nn.Module) -> None:
    """In place, so that the card's memory does not notice."""
    for module in model.modules():
        for name, weight in module.named_parameters(recurse=False):
            state = getattr(weight, "quant_state", None)
            if state is not None:
                _in_4_bits(weight, state)
            elif weight.dtype is torch.int8:
                _in_8_bits(weight)
            elif weight.dim() > 1:
                weight.normal_(0, _SPREAD)
            else:
                weight.fill_(0.0 if name == "bias" else 1.0)


def _in_4_bits(weight: Any, state: Any) -> None:
    weight.data.view(torch.uint8).random_(0, 256)
    if state.nested:  # its scales are packed themselves, as differences from their mean
        state.offset.fill_(_SPREAD)
    else:
        state.absmax.fill_(_SPREAD)


def _in_8_bits(weight: Any) -> None:
    weight.data.random_(-127, 128)
    if getattr(weight, "SCB", None) is not None:
        weight.SCB.fill_(2 * _SPREAD)


def main(folder: str) -> int:
    train.load, train._arguments = load, arguments
    tryout._batches, tryout.TryoutCallback = rows, Looking  # type: ignore[misc]
    print("READY", flush=True)
    if not sys.stdin.readline():
        return 1
    history = os.environ.get("FTSTUDIO_GPU_HISTORY", "")
    if history:
        torch.cuda.memory._record_memory_history(context=None, stacks="python")
    with in_order():
        code = worker.main([folder])
    if history:
        Path(history).write_text(json.dumps(_entries()), "utf-8")
    print("RESULT " + json.dumps({"code": code, **_after()}), flush=True)
    return code


def _after() -> dict[str, Any]:
    """What the allocator says by itself, beside what the worker reports."""
    if not torch.cuda.is_initialized():
        return {}
    return {
        "allocated": torch.cuda.max_memory_allocated(),
        "reserved": torch.cuda.max_memory_reserved(),
        "retries": torch.cuda.memory_stats().get("num_alloc_retries", 0),
        "torch": torch.__version__, "cuda": torch.version.cuda,
    }  # fmt: skip


def _entries() -> list[list[Any]]:
    """What the allocator did, in order: what, where, how many bytes."""
    traces = torch.cuda.memory._snapshot()["device_traces"]
    return [[one["action"], one["addr"], one["size"]] for trace in traces for one in trace]


if __name__ == "__main__":
    sys.exit(main(str(Path(sys.argv[1]).resolve())))
