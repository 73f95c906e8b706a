"""Elastic weight consolidation on whatever moves: weights of the base, or an adapter beside them.

The penalty is λ/2 · Σ F · Δ², equation 3 of Kirkpatrick et al. 2017 (PNAS 114, 3521). Δ is how far
a weight of the base has moved. Where an adapter moves it, Δ is the change of the effective weight,
s·B·A for LoRA, as Xiang et al. 2023 do ("Language Models Meet World Models", section 3.3): it is
zero at the start and F is measured on the base weight under the adapter. F is the diagonal of the
empirical Fisher information per prediction, so that λ = 1 weighs the estimated rise of the mean
earlier loss like the mean new loss.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from peft.tuners.adalora.layer import SVDLinear
from peft.tuners.lora.layer import Embedding, Linear, LoraLayer
from peft.tuners.tuners_utils import BaseTunerLayer
from peft.tuners.vera.layer import Linear as VeraLinear
from safetensors.torch import load_file, save_file
from transformers import TrainerCallback

from ftstudio.core.errors import StudioError
from ftstudio.core.safeguard import Protecting

_ADDS = (Linear, Embedding, SVDLinear, VeraLinear)  # those that add to one weight, each alone
_NEGLIGIBLE = 1e-6  # of the weights' size: rounding, not a change


@dataclass
class Movement:
    """One weight of the base that can move, and how far it has."""

    name: str
    weight: torch.Tensor  # the gradient that measures its importance is taken here
    change: Callable[[], torch.Tensor]  # effective weight minus what it was, of the same shape
    learns: tuple[torch.Tensor, ...]  # what the change is made of
    importance: torch.Tensor | None = None


def hold_on(given: Protecting, strength: float) -> None:
    """Measure what matters, or read what was measured, and add the penalty to the trainer."""
    found = movements(given.trainer.model)
    if given.file.is_file():
        read_importance(found, given.file)
    else:
        measure_importance(found, given)
        write_importance(found, given.file)
    add_penalty(given.trainer, found, strength)


def movements(model: Any) -> list[Movement]:
    """Everything that can move. Raises StudioError where a part stands for no base weight."""
    learning = {name: w for name, w in model.named_parameters() if w.requires_grad}
    found: list[Movement] = []
    inside: set[int] = set()
    for name, module in model.named_modules():
        if isinstance(module, BaseTunerLayer):
            moved = _under_adapter(name, module)
            found += moved
            inside |= {id(part) for one in moved for part in one.learns}
    adapted = any(isinstance(module, BaseTunerLayer) for module in model.modules())
    for name, weight in learning.items():
        if id(weight) in inside:
            continue
        if (hasattr(model, "peft_config") or adapted) and ".modules_to_save." not in name:
            raise _stands_for_nothing(name)
        found.append(_of_base(name, weight))
    return found


def _of_base(name: str, weight: torch.Tensor) -> Movement:
    began = weight.detach().clone()
    return Movement(name, weight, lambda: weight - began, (weight,))


def _under_adapter(name: str, module: Any) -> list[Movement]:
    parts = tuple(part for part in _own(module) if part.requires_grad)
    if not parts:
        return []
    weight = getattr(module.get_base_layer(), "weight", None)
    if weight is not None and (not weight.is_floating_point() or hasattr(weight, "quant_state")):
        raise _compressed(name)
    if not isinstance(module, _ADDS) or weight is None:
        raise _stands_for_nothing(name)
    (adapter,) = module.active_adapters
    turned = isinstance(module, LoraLayer) and adapter in getattr(module, "lora_variant", {})
    change = _change_with_size(module, adapter, weight) if turned else _plain(module, adapter)
    with torch.no_grad():
        began = change()
        floor = _NEGLIGIBLE * float(weight.abs().max())
    if float(began.abs().max()) <= floor:
        return [Movement(name, weight, change, parts)]
    return [Movement(name, weight, lambda: change() - began, parts)]  # as PiSSA begins


def _own(module: Any) -> Iterator[torch.Tensor]:
    """The adapter's parameters in a layer, without those of the layer that it wraps."""
    wrapped = {id(p) for p in module.get_base_layer().parameters()}
    return (p for p in module.parameters() if id(p) not in wrapped)


def _plain(module: Any, adapter: str) -> Callable[[], torch.Tensor]:
    def change() -> torch.Tensor:
        delta: torch.Tensor = module.get_delta_weight(adapter)
        return delta

    return change


def _change_with_size(
    module: Any, adapter: str, weight: torch.Tensor
) -> Callable[[], torch.Tensor]:
    """DoRA (Liu et al. 2024, equation 5): W' = m · (W + ΔV) / ‖W + ΔV‖, the norm as a constant."""
    sizes = getattr(module, "lora_magnitude_vector", {})
    if adapter not in sizes or not isinstance(module, Linear) or module.fan_in_fan_out:
        raise _stands_for_nothing(type(module).__name__)

    def change() -> torch.Tensor:
        direction = weight.detach() + module.get_delta_weight(adapter)
        norm = direction.detach().norm(dim=1)
        scaled: torch.Tensor = (sizes[adapter].weight / norm).view(-1, 1) * direction
        return scaled - weight.detach()

    return change


def measure_importance(found: list[Movement], given: Protecting) -> None:
    """F of each movement: the mean square of the gradient of one prediction's loss.

    A row's gradients are summed before they are squared; were its predictions independent, as the
    score function's zero mean has it, the two would agree. One gradient is held at a time.
    """
    model, predictions = given.trainer.model, 0
    for one in found:
        one.importance = torch.zeros_like(one.weight, dtype=torch.float32)
    with _only_these_learn(model, found):
        for done, row in enumerate(given.general):
            given.tick(done, len(given.general))
            with given.trainer.compute_loss_context_manager():
                loss, count = given.loss_of(model, row)
            loss.backward()
            predictions += count
    given.tick(len(given.general), len(given.general))
    for one in found:
        assert one.importance is not None
        one.importance /= max(1, predictions)
    demand_some(found)


def demand_some(found: list[Movement]) -> None:
    """Raises StudioError where nothing turned out to matter."""
    if not any(bool(one.importance.any()) for one in found if one.importance is not None):
        raise StudioError(
            "What shall be protected can't be measured.",
            "Not one weight of this model matters for the earlier examples, as far as can be seen.",
            "Choose other examples of the earlier skill, with answers that fit the longest text.",
            code="ewc_nothing_measured",
        )


@contextmanager
def _only_these_learn(model: Any, found: list[Movement]) -> Iterator[None]:
    """Gradients go to the weights of the base for a while, are squared, added up and dropped."""
    were = [(weight, weight.requires_grad) for weight in model.parameters()]
    was_training = model.training
    model.eval()  # without chance: a resumed run must not differ
    for weight, _ in were:
        weight.requires_grad_(False)
    handles = []
    for one in found:
        one.weight.requires_grad_(True)
        hook = one.weight.register_post_accumulate_grad_hook(_squares_into(one))  # type: ignore[no-untyped-call]
        handles.append(hook)
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
        for weight, learned in were:
            weight.grad = None
            weight.requires_grad_(learned)
        model.train(was_training)


def _squares_into(one: Movement) -> Callable[[torch.Tensor], None]:
    def add(weight: torch.Tensor) -> None:
        assert one.importance is not None
        assert weight.grad is not None
        one.importance += weight.grad.float().square()
        weight.grad = None

    return add


def write_importance(found: list[Movement], file: Any) -> None:
    """Whole or not at all: a run that is killed meanwhile measures again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    tensors = {one.name: one.importance.cpu() for one in found if one.importance is not None}
    save_file(tensors, str(part))
    os.replace(part, file)


def read_importance(found: list[Movement], file: Any) -> None:
    kept = load_file(str(file))
    for one in found:
        one.importance = kept[one.name].to(one.weight.device)


class _Penalty(torch.autograd.Function):
    """½ · Σ F · Δ² of one weight; Δ, as large as the weight, is not kept for the way back."""

    @staticmethod
    def forward(ctx: Any, one: Movement, *learns: torch.Tensor) -> torch.Tensor:
        with torch.enable_grad(), torch.autocast(learns[0].device.type, enabled=False):
            change = one.change().float()
            assert one.importance is not None
            value = 0.5 * (one.importance * change.square()).sum()
            gradients = torch.autograd.grad(value, one.learns)
        ctx.save_for_backward(*gradients)
        return value.detach()

    @staticmethod
    def backward(ctx: Any, *outer: Any) -> Any:
        return (None, *(outer[0].to(g.dtype) * g for g in ctx.saved_tensors))


def penalty(found: list[Movement]) -> torch.Tensor:
    """Half the importance-weighted square of all movement."""
    values = [_Penalty.apply(one, *one.learns) for one in found]  # type: ignore[no-untyped-call]
    home = values[0].device
    return torch.stack([value.to(home) for value in values]).sum()


def add_penalty(trainer: Any, found: list[Movement], strength: float) -> None:
    """Add it to the training loss, and only there, as one step's share of it."""
    learn = trainer.compute_loss
    heard = _Heard()

    def compute_loss(model: Any, inputs: Any, *rest: Any, **how: Any) -> Any:
        result = learn(model, inputs, *rest, **how)
        if not model.training:
            return result
        heard.calls += 1
        added = strength * penalty(found)
        if _is_scaled(trainer, how.get("num_items_in_batch")):
            # Each pass of a step brings its part of the step's mean; the penalty has one part too.
            added = added / trainer.current_gradient_accumulation_steps
        if isinstance(result, tuple):
            return (result[0] + added.to(result[0].device), *result[1:])
        return result + added.to(result.device)

    trainer.compute_loss = compute_loss
    trainer.add_callback(heard)


def _is_scaled(trainer: Any, items: Any) -> bool:
    """As the trainer asks itself: is the loss a share of the whole step's already?"""
    said = getattr(trainer, "loss_is_scaled_for_ga", None)
    if said is not None:
        return bool(said)
    by_model = bool(getattr(trainer, "model_accepts_loss_kwargs", False)) and items is not None
    return by_model or getattr(trainer, "compute_loss_func", None) is not None


class _Heard(TrainerCallback):  # type: ignore[misc]
    """A trainer with a loop of its own would never ask for the penalty, without a word."""

    def __init__(self) -> None:
        self.calls = 0

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        if not self.calls:
            raise StudioError(
                "The earlier skill is not protected.",
                "This goal computes its steps in a way that the penalty can't join.",
                "Rehearse earlier examples instead, or take another goal.",
                code="ewc_not_heard",
            )


def _stands_for_nothing(name: str) -> StudioError:
    return StudioError(
        "Holding on to what matters does not work with this method.",
        f"What it learns ({name}) is not added to a weight of the model, so its movement can't be "
        "weighed.",
        "Rehearse earlier examples instead, or take LoRA, DoRA, VeRA or full fine-tuning.",
        code="ewc_method",
    )


def _compressed(name: str) -> StudioError:
    return StudioError(
        "Holding on to what matters does not work on a compressed model.",
        f"The weight {name} is held in 4 or 8 bits, and what it is worth can't be measured there.",
        "Rehearse earlier examples instead, or take LoRA.",
        code="ewc_compressed",
    )
