"""Seconds of one training step from sizes alone: what the arithmetic takes, and what moving the
bytes takes, by what the card's maker publishes; the longer of the two where they overlap."""

from __future__ import annotations

from dataclasses import dataclass

from ftstudio.core.method import MethodSize
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.card_kinds import kind_of
from ftstudio.planning.machine import Machine
from ftstudio.planning.recomputed import COPY_BANDWIDTH, attends_again, offloads, share_again

# What plain trainers reach of the published figures: assumed, until runs on the card correct it.
_OF_FLOPS, _OF_BANDWIDTH = 0.40, 0.70
_UNKNOWN_FLOPS, _UNKNOWN_BANDWIDTH = 40e12, 300e9  # a card that nothing is known of
# Measured on one server core: LoRA on a small Llama in float32 makes 41–54 GFLOP/s of CPU time;
# a desktop core and the shared memory of several cores take their part.
_CORE_FLOPS, _CORE_BANDWIDTH = 35e9, 6e9
_MOST_CPU_BANDWIDTH = 40e9  # of two channels, however many cores there are
_PASS_OVERHEAD = {"cuda": 0.03, "cpu": 0.05}
_WORD_OVERHEAD = {"cuda": 0.03, "cpu": 0.012}
# Reads and writes of the residual stream and the inner layer in one block, besides the matrices.
_HIDDEN_TRIPS, _FFN_TRIPS = 14, 5
_MOVED_BYTES = 28  # of a learned weight in a step: itself, its gradient, two numbers of AdamW
_MOVED_BYTES_8BIT = 16


@dataclass(frozen=True)
class Pace:
    """What a machine reaches, and whether its own figures are known."""

    device: str
    flops: float
    bandwidth: float
    known: bool = True

    @property
    def pass_overhead(self) -> float:
        return _PASS_OVERHEAD[self.device]


@dataclass(frozen=True)
class Load:
    """One pass over one batch: `learned` forward and back, `looked` forward only, in units of
    the plain pass."""

    tokens: float
    length: float  # tokens of one row: attention grows with it
    learned: float = 1.0
    looked: float = 0.0


def pace_of(machine: Machine) -> Pace:
    if machine.device == "cpu":
        cores = max(1, machine.cores)
        bandwidth = min(_MOST_CPU_BANDWIDTH, _CORE_BANDWIDTH * cores)
        return Pace("cpu", _CORE_FLOPS * cores, bandwidth)
    kind = kind_of(machine.name, machine.architecture, machine.total_bytes)
    flops = kind.flops if kind else _UNKNOWN_FLOPS
    bandwidth = kind.bandwidth if kind else _UNKNOWN_BANDWIDTH
    known = kind is not None and "flops" not in kind.guessed
    return Pace("cuda", _OF_FLOPS * flops, _OF_BANDWIDTH * bandwidth, known)


def pass_seconds(
    shape: ModelShape, size: MethodSize, training: TrainingSettings, pace: Pace, load: Load
) -> float:
    """Forward and back over one batch, without the optimizer."""
    reads = load.learned * (2.0 + share_again(shape, training)) + load.looked
    attended = load.learned * (2.0 + attends_again(training)) + load.looked
    flops = load.tokens * (
        load.learned * flops_per_token(shape, size, training)
        + load.looked * 2 * active_parameters(shape)
        + attended * _attention_flops(shape, load.length)
    )
    weights = shape.parameters * max(_width(pace), _base_bytes(size, pace)) * reads
    if load.learned and not size.added:
        weights += shape.parameters * _width(pace) * load.learned  # gradients are written
    matrices = max(flops / pace.flops, weights / pace.bandwidth)
    widened = shape.parameters * _widening(size, pace) * reads / pace.bandwidth
    copied = 0.0
    if offloads(training, pace.device):  # there and back, while the card waits
        copied = 2 * load.learned * load.tokens * shape.layers * shape.hidden * _width(pace)
    return (
        matrices + widened + _between(shape, load, reads, pace) + pace.pass_overhead
        + copied / COPY_BANDWIDTH
    )  # fmt: skip


def step_seconds(size: MethodSize, training: TrainingSettings, pace: Pace) -> float:
    """The optimizer's own part: every learned number is read and written."""
    width = _MOVED_BYTES_8BIT if "8bit" in training.optimizer else _MOVED_BYTES
    return size.trainable * width / pace.bandwidth


def word_seconds(shape: ModelShape, size: MethodSize, pace: Pace) -> float:
    """Writing goes word by word: bound by reading all weights, not by arithmetic."""
    width = _base_bytes(size, pace) + 2 * _widening(size, pace)  # written, and read once more
    reading = active_parameters(shape) * width / pace.bandwidth
    return max(reading, 2 * active_parameters(shape) / pace.flops, _WORD_OVERHEAD[pace.device])


def flops_per_token(shape: ModelShape, size: MethodSize, training: TrainingSettings) -> float:
    """4 per weight when the base stands still, 6 when it moves, 2 more when computed twice."""
    factor = 4.0 if size.added else 6.0
    return (factor + 2.0 * share_again(shape, training)) * active_parameters(shape)


def active_parameters(shape: ModelShape) -> float:
    """Weights that take part in a matrix product for each token: the input table does not."""
    table = shape.vocab * shape.hidden
    counted = shape.parameters if shape.tied else shape.parameters - table
    if shape.experts:
        expert = 3 * shape.hidden * shape.ffn * shape.layers
        counted -= expert * (shape.experts - shape.experts_per_token)
    return float(max(counted, table))


def _attention_flops(shape: ModelShape, length: float) -> float:
    """Of one token in one direction: scores and sums over the half of the row before it."""
    return 2 * shape.layers * shape.heads * shape.head_dim * length


def _between(shape: ModelShape, load: Load, reads: float, pace: Pace) -> float:
    """Norms, sums and activations between the matrices: they wait for memory alone."""
    inner = shape.ffn * max(1, shape.experts_per_token)
    trips = _HIDDEN_TRIPS * shape.hidden + _FFN_TRIPS * inner
    moved = load.tokens * reads * shape.layers * trips * _width(pace)
    return moved / pace.bandwidth


def _base_bytes(size: MethodSize, pace: Pace) -> float:
    return _width(pace) if size.base_bytes_per_weight is None else size.base_bytes_per_weight


def _widening(size: MethodSize, pace: Pace) -> float:
    """Bytes of a compressed weight read, and written wide, before each use."""
    base = _base_bytes(size, pace)
    return base + _width(pace) if base < _width(pace) else 0.0


def _width(pace: Pace) -> int:
    return 2 if pace.device == "cuda" else 4
