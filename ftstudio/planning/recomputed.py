"""How much of a block is computed twice, and how much waits elsewhere, by what was chosen."""

from __future__ import annotations

from ftstudio.core.model_shape import ModelShape
from ftstudio.core.training_settings import FULL, SELECTIVE, TrainingSettings

# A product much wider on one side than on the other is computed again: the two that open the inner
# layer take most of the memory, an adapter's cost nothing.
_WIDER = 2
# Pinned memory to a card over PCIe 3.0 x16, of 15.75 GB/s by its standard: what NVIDIA's
# bandwidthTest is usually seen to reach. Newer ones are two to four times as fast.
COPY_BANDWIDTH = 12e9
_LAST = ("down_proj",)  # its outcome is asked for by no step of the way back


def about_square(inner: int, outer: int) -> bool:
    return max(inner, outer) <= _WIDER * min(inner, outer)


def share_again(shape: ModelShape, training: TrainingSettings) -> float:
    """Of the way forward's arithmetic between the words' tables."""
    if training.activation_checkpointing == SELECTIVE:
        layers = shape.linear_shapes
        times = {name: _times(shape, name) for name in layers}
        whole = sum(a * b * times[name] for name, (a, b) in layers.items())
        again = sum(
            a * b * times[name]
            for name, (a, b) in layers.items()
            if not about_square(a, b) and name not in _LAST
        )
        return again / whole
    return 1.0 if training.recomputes else 0.0


def attends_again(training: TrainingSettings) -> bool:
    """What attention's own kernels gave is kept; written out, it is computed again."""
    chosen = training.activation_checkpointing
    return chosen == FULL or (chosen == SELECTIVE and training.attention == "eager")


def kept_width(shape: ModelShape) -> int:
    """Numbers of each token in one block that selective checkpointing keeps of its products."""
    return sum(outer for inner, outer in shape.linear_shapes.values() if about_square(inner, outer))


def offloads(training: TrainingSettings, device: str) -> bool:
    whole = training.activation_checkpointing == FULL
    return training.activation_offload and whole and device == "cuda"


def _times(shape: ModelShape, name: str) -> int:
    inner = name in ("gate_proj", "up_proj", "down_proj", "gate_up_proj")
    return max(1, shape.experts_per_token) if inner else 1
