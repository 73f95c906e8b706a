"""The plain training loop that others measured, run on fakes: a child process.

`python -m tests.bench.forecast.plain_loop ROWS.json OUT.jsonl` does a row after the other: a base
in half precision or in 4 bits, LoRA, checkpoints, AdamW, two steps with their outputs held.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ftstudio.worker.simulation import shim

shim.load()

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, BitsAndBytesConfig  # noqa: E402
from transformers.models.auto.configuration_auto import CONFIG_MAPPING  # noqa: E402

from ftstudio.planning.allocator import Allocator, replay  # noqa: E402
from ftstudio.planning.card_kinds import find_kind  # noqa: E402
from ftstudio.worker.device import Device  # noqa: E402
from ftstudio.worker.simulation.bases import compress, packed_tensors  # noqa: E402
from ftstudio.worker.simulation.fake_card import fake_card  # noqa: E402
from ftstudio.worker.simulation.kernels import Kernels  # noqa: E402
from ftstudio.worker.simulation.stand_ins import as_if_real  # noqa: E402
from ftstudio.worker.simulation.tracker import Tracker  # noqa: E402
from ftstudio.worker.simulation.values import KnownValues  # noqa: E402
from tests.bench.forecast.model_configs import CONFIGS  # noqa: E402

_LEAST, _MOST = 400 << 10, 150 << 20  # a linear layer's weight, not a scale and not the words


def simulate(row: dict[str, Any]) -> dict[str, Any]:
    """What the loop of this row would hold and reserve."""
    started, worked = time.monotonic(), time.process_time()
    kind = find_kind(row["card"])
    config = dict(CONFIGS[row["model"]])
    if row.get("layers"):
        config["num_hidden_layers"] = row["layers"]
    config = CONFIG_MAPPING[config.pop("model_type")](**config)
    values = KnownValues()
    tracker = Tracker("cuda", [config.vocab_size], Kernels(kind.capability))
    with ExitStack() as stack:
        stack.enter_context(fake_card(kind))
        stack.enter_context(values)
        stack.enter_context(as_if_real(values))
        stack.enter_context(tracker)
        LOOPS[row["loop"]](row, config, tracker)
        trace = tracker.trace
        del tracker
    trace = as_loaded(trace, row.get("ahead", 0), row.get("clears", True))
    if folder := os.environ.get("FTSTUDIO_BENCH_TRACES"):  # to look at, or to replay otherwise
        parts = (row["model"].split("/")[-1], row["technique"], row.get("attention", ""))
        name = "-".join((*parts, str(row["batch"]), str(row["length"])))
        Path(folder, f"{name}.json").write_text(json.dumps(trace), "utf-8")
    replayed = replay(trace)
    expandable = replay(trace, expandable=True)
    return {
        "allocated": after_the_first_step(trace), "reserved": replayed.peak_reserved,
        "expandable": expandable.peak_reserved, "parts": replayed.live_at_peak,
        "phase": replayed.peak_phase, "events": len(trace), "loaded": _loaded(trace),
        "seconds": round(time.monotonic() - started, 1),
        "processor_seconds": round(time.process_time() - worked, 1),
    }  # fmt: skip


def as_loaded(trace: list[Any], ahead: int, clears: bool) -> list[Any]:
    """The loads as the measured versions did them. `ahead`: how many weights the readers, threads
    of their own, had brought to the card in half precision before they were packed (ours waits for
    each). `clears`: whether the cache was given back when the model was made ready to learn."""
    end = _end_of_loading(trace)
    loads = [event for event in trace[1:end] if clears or event[0] != "empty"]
    dead = {event[1] for event in loads if event[0] == "free"}
    brought = [
        event for event in loads
        if event[0] == "alloc" and event[1] in dead and _LEAST < event[2] < _MOST
    ]  # fmt: skip
    places = {event[1]: place for place, event in enumerate(brought)}
    made: list[Any] = [trace[0]]
    there = 0
    for event in loads:
        if ahead and event[0] == "alloc" and event[1] in places:
            upto = places[event[1]] + ahead + 1
            made += brought[there:upto]
            there = max(there, upto)
        else:
            made.append(event)
    return made + trace[end:]


def after_the_first_step(trace: list[Any]) -> int:
    """The most that was allocated from the second step on: so it was measured."""
    card = Allocator()
    held: dict[int, Any] = {}
    steps = now = most = 0
    for op, number, size, phase, _ in trace:
        if op == "phase":
            steps += phase == "forward"
        elif op == "alloc" and size:
            held[number] = block = card.allocate(size)
            now += block.size
        elif op == "free" and number in held:
            block = held.pop(number)
            now -= block.size
            card.free(block)
        elif op == "empty":
            card.release_cached()
        most = max(most, now) if steps > 1 else 0
    return most


def _end_of_loading(trace: list[Any]) -> int:
    return next(i for i in range(1, len(trace)) if trace[i][0] == "phase")


def _loaded(trace: Any) -> int:
    """Bytes that are held when loading ends."""
    sizes = {"alloc": 1, "free": -1}
    return sum(sizes.get(op, 0) * size for op, _, size, _, _ in trace[: _end_of_loading(trace)])


def adapters_with_checkpoints(row: dict[str, Any], config: Any, tracker: Tracker) -> None:
    """LoRA or QLoRA with checkpoints, adapters in float32, no autocast, outputs held."""
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    half = getattr(torch, row["dtype"])
    model = AutoModelForCausalLM.from_config(
        config, dtype=half, attn_implementation=row["attention"]
    )
    if row["technique"] == "qlora":
        packing = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=half
        )
        packing.llm_int8_skip_modules = ["lm_head"]
        compress(model, packing, Device("cuda", "card", row["dtype"], ""))
    else:
        model = model.cuda()
    model.config.use_cache = False
    if row["technique"] == "qlora":
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=True)
    wish = LoraConfig(
        r=row["rank"], lora_alpha=2 * row["rank"], target_modules=row["targets"],
        task_type="CAUSAL_LM",
    )  # fmt: skip
    model = get_peft_model(model, wish)
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    model.enable_input_require_grads()
    model.train()
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    for weight in learned:
        weight.data = weight.data.float()
    tracker.own_model(model)
    tracker.own(packed_tensors(model), "model")
    optimizer = torch.optim.AdamW(learned, lr=1e-4)
    words = torch.randint(0, config.vocab_size, (row["batch"], row["length"]), device="cuda")
    with _heads_side_by_side(row["attention"] == "sdpa"):
        for _ in range(2):
            one_step(model, optimizer, words, tracker)


def one_step(model: Any, optimizer: Any, words: Any, tracker: Tracker) -> None:
    tracker.phase("forward")
    optimizer.zero_grad(set_to_none=True)
    outputs = model(input_ids=words, labels=words)
    outputs.loss.backward()
    tracker.phase("optimizer")
    optimizer.step()
    tracker.own_optimizer(optimizer)


def in_the_open(row: dict[str, Any], config: Any, tracker: Tracker) -> None:
    """A base in bfloat16 without autocast and without checkpoints, padded rows, outputs and their
    cache held, gradients cut, cached memory given back now and then."""
    model = AutoModelForCausalLM.from_config(
        config, dtype=torch.bfloat16, attn_implementation="sdpa"
    ).cuda()
    if row["technique"] != "full":
        model = _wrapped(row, model)
    model.train()
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    if row["technique"] != "full":
        # The measured loop tries the base first; coming back from there, peft lets every half of
        # the adapters have gradients again, also those which its optimizer does not move.
        with model.disable_adapter():
            pass
    tracker.own_model(model)
    optimizer = torch.optim.AdamW(learned, lr=1e-4)
    words = torch.zeros(row["batch"], row["length"], dtype=torch.long)
    mask = torch.ones(row["batch"], row["length"], dtype=torch.long)
    mask[1:, -8:] = 0
    for _ in range(2):
        tracker.phase("forward")
        batch = {"input_ids": words.to("cuda"), "attention_mask": mask.to("cuda")}
        batch["labels"] = batch["input_ids"].clone()
        optimizer.zero_grad()
        outputs = model(**batch)
        loss = outputs.loss
        loss.backward()
        tracker.phase("optimizer")
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        tracker.own_optimizer(optimizer)
        torch.cuda.empty_cache()


def _wrapped(row: dict[str, Any], model: Any) -> Any:
    """`frozen` names the half of each adapter that does not learn (LoRA-FA, MiCA)."""
    from peft import LoraConfig, get_peft_model

    wish = LoraConfig(task_type="CAUSAL_LM", **row["peft"])
    model = get_peft_model(model, wish)
    for name, weight in model.named_parameters():
        if row.get("frozen") and row["frozen"] in name:
            weight.requires_grad_(False)
    return model


class _heads_side_by_side:
    """The measured loop repeats shared heads before attention, and pins the efficient kernel."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.before = torch.nn.functional.scaled_dot_product_attention

    def __enter__(self) -> None:
        if not self.wanted:
            return
        plain = self.before

        def attend(query: Any, key: Any, value: Any, *given: Any, **named: Any) -> Any:
            times = query.size(-3) // key.size(-3)
            if times > 1:
                key = key.repeat_interleave(times, dim=-3)
                value = value.repeat_interleave(times, dim=-3)
                named.pop("enable_gqa", None)
            return plain(query, key, value, *given, **named)

        torch.nn.functional.scaled_dot_product_attention = attend

    def __exit__(self, *given: Any) -> None:
        torch.nn.functional.scaled_dot_product_attention = self.before


LOOPS = {"adapters": adapters_with_checkpoints, "open": in_the_open}


def main(rows_file: str, out_file: str) -> None:
    warnings.simplefilter("ignore")
    with open(rows_file, encoding="utf-8") as given, open(out_file, "w", encoding="utf-8") as out:
        for row in json.load(given):
            try:
                found = simulate(row)
            except Exception as error:  # noqa: BLE001 - the table says which row failed and how
                import traceback

                found = {"failed": f"{type(error).__name__}: {str(error)[:300]}",
                         "where": traceback.format_exc()[:6000]}  # fmt: skip
            out.write(json.dumps({**row, **found}) + "\n")
            out.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
