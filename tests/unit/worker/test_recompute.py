"""What is computed again gives the same numbers to the last bit; what is kept is what was meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import torch
from torch.autograd.graph import save_on_cpu
from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments, set_seed

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.jobs.events import Step
from ftstudio.worker.recompute import recomputing
from tests import models
from tests.nursery import Nursery
from tests.walk.datasets import tiny_dataset

pytestmark = pytest.mark.filterwarnings("ignore")
WIDE = LlamaConfig(
    hidden_size=32, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=1,
    intermediate_size=112, vocab_size=90, max_position_embeddings=64,
)  # fmt: skip


def train(
    folder: Path, device: str = "cpu", attention: str = "sdpa", **changes: Any
) -> list[float]:
    """Losses of a few steps, with dropout and rows that are filled up."""
    from peft import LoraConfig, get_peft_model

    settings = TrainingSettings(**changes)
    set_seed(3)
    WIDE._attn_implementation = attention
    adapter = LoraConfig(r=4, lora_dropout=0.2, target_modules="all-linear", task_type="CAUSAL_LM")
    model = get_peft_model(LlamaForCausalLM(WIDE), adapter)
    words = torch.randint(0, 90, (12, 24), generator=torch.Generator().manual_seed(1))
    rows = [
        {"input_ids": row, "labels": row, "attention_mask": (torch.arange(24) < 24 - i).long()}
        for i, row in enumerate(words)
    ]
    arguments = TrainingArguments(
        output_dir=str(folder), max_steps=5, per_device_train_batch_size=2, learning_rate=1e-2,
        logging_steps=1, save_strategy="steps", save_steps=5, report_to="none", use_cpu=True,
        disable_tqdm=True, activation_checkpointing=settings.recomputes,
        activation_checkpointing_kwargs=recomputing(settings, device), seed=3,
    )  # fmt: skip
    trainer = Trainer(model, arguments, train_dataset=rows)
    trainer.train()
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_the_same_losses_whatever_is_computed_twice(tmp_path: Path, attention: str) -> None:
    found = {
        chosen: train(tmp_path, attention=attention, activation_checkpointing=chosen)
        for chosen in ("off", "selective", "full")
    }
    assert len(set(found["off"])) == 5
    assert found["off"] == found["selective"] == found["full"]


def test_what_waits_in_the_computers_memory_comes_back_unchanged(tmp_path: Path) -> None:
    """Without a card nothing can be pinned: the same hooks, without pinning."""
    taken: list[int] = []

    class Unpinned(save_on_cpu):
        def __init__(self, pin_memory: bool, device_type: str) -> None:
            assert pin_memory
            super().__init__(pin_memory=False)
            pack = self.pack_hook

            def count(tensor: torch.Tensor) -> Any:
                taken.append(tensor.numel())
                return pack(tensor)

            self.pack_hook = count

    plain = train(tmp_path, activation_checkpointing="full")
    with patch("transformers.modeling_utils.save_on_cpu", Unpinned):
        moved = train(tmp_path, "cuda", activation_checkpointing="full", activation_offload=True)
    assert moved == plain
    inputs = [size for size in taken if size == 2 * 24 * 32]
    assert len(inputs) >= 5 * 3  # of each layer in each step what it received


def test_attention_and_what_is_about_square_is_kept() -> None:
    kept = {name for name, again in ran_again().items() if not again}
    assert "aten::_scaled_dot_product_flash_attention_for_cpu" in kept
    again = {name for name, again in ran_again().items() if again}
    assert {"aten::silu", "aten::mm"} <= again


def ran_again() -> dict[str, bool]:
    """Operators of a step, and whether they run while the way back is computed."""
    from torch.utils._python_dispatch import TorchDispatchMode

    seen: dict[str, bool] = {}

    class Look(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            if torch.is_grad_enabled() or torch._C._current_graph_task_id() == -1:
                name = func._schema.name
                back = torch._C._current_graph_task_id() != -1
                seen[name] = seen.get(name, False) or back
            return func(*args, **(kwargs or {}))

    model = LlamaForCausalLM(WIDE).train()
    chosen = recomputing(TrainingSettings(activation_checkpointing="selective"), "cpu")
    model.activation_checkpointing_enable(activation_checkpointing_kwargs=chosen)
    words = torch.randint(0, 90, (2, 16))
    with Look():  # type: ignore[no-untyped-call]
        model(input_ids=words, labels=words).loss.backward()
    return seen


def test_nothing_is_chosen_where_nothing_is_computed_twice() -> None:
    plain = {"use_reentrant": False}
    assert recomputing(TrainingSettings(), "cuda") == plain
    assert recomputing(TrainingSettings(activation_offload=True), "cuda") == plain
    moved = TrainingSettings(activation_checkpointing="full", activation_offload=True)
    assert recomputing(moved, "cuda") == {**plain, "offload": True}
    assert recomputing(moved, "cpu") == plain


@pytest.mark.parametrize(("goal", "method"), [("instruct", "full"), ("dpo", "lora")])
def test_whole_runs_learn_the_same_with_each_setting(
    tmp_path: Path, tiny: Path, nursery: Nursery, goal: str, method: str
) -> None:
    dataset = tiny_dataset("preference" if goal == "dpo" else "chat", tmp_path / "dataset")
    params = {"rank": 4, "alpha": 8} if method == "lora" else {}
    brief = {"epochs": 0.5, "sample_questions": 0, "checks_per_epoch": 1}

    def losses(name: str, **training: Any) -> list[float]:
        plan = models.make_plan(
            tiny, dataset, objective=goal, method=method, method_params=params,
            training={**brief, **training},
        )  # fmt: skip
        job = models.make_job(tmp_path / name, plan)
        assert nursery.run(job.path) == 0, job.log.read_text()[-2000:]
        return [event.loss for event in models.events_of(job) if isinstance(event, Step)]

    plain = losses("plain")
    assert len(plain) >= 2
    for chosen in ("selective", "full"):
        assert losses(chosen, activation_checkpointing=chosen) == plain
    # There is no card: it counts for nothing, and harms nothing.
    twice = {"activation_checkpointing": "full", "activation_offload": True}
    assert losses("moved", **twice) == plain
    assert losses("eager", attention="eager") == pytest.approx(plain, rel=1e-3)
