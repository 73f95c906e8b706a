"""What one block of a transformer holds of each token: kept for the way back, and while it works.

Counted from what autograd really keeps in transformers 5.23; knows architectures, no techniques.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ftstudio.core.method import Kept, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.planning.attending import Way
from ftstudio.planning.recomputed import kept_width

# How blocks differ from Llama's.
_NORMED_QUERIES = ("Qwen3", "Gemma3", "Olmo2", "Olmo3")
_NORMED_TWICE = ("Gemma2", "Gemma3")
_ATTENDING = ("q_proj", "k_proj", "v_proj", "o_proj", "qkv_proj")
# The scores of all pairs are written out: by the model's own code, or by PyTorch's plain kernel.
WRITTEN_OUT = ("eager", "math")
_COUNTED = ("Llama", "Mistral", "Qwen2For", "Qwen3For", "Gemma3", "Phi3")


@dataclass(frozen=True)
class Rows:
    """A pass: so many rows of so many tokens, with learned keys before each."""

    count: int
    length: int
    masked: bool  # not all see all before them: rows are filled up, or hold several texts
    keys: int = 0
    unsaid: int = 0  # of the tokens of a row: learned ones, whose words count in no loss
    way: Way | Literal["math"] = "sdpa"  # how attention is computed

    @property
    def tokens(self) -> int:
        return self.count * self.length

    @property
    def said(self) -> int:
        return self.count * (self.length - self.unsaid)

    @property
    def seen(self) -> int:
        """Tokens that each may look at."""
        return self.length + self.keys


@dataclass(frozen=True)
class Block:
    """Bytes of each token in one block, and `weights` bytes whatever the number of tokens."""

    kept: float  # with what its method keeps
    learning: float  # more, where its own weights learn
    weights: float  # narrow copies of its weights, where those learn
    unkept: float  # in the first block
    busy: float  # more than is kept, while it works
    busy_weights: float
    selected: float = 0.0  # what selective checkpointing keeps of it


def block_of(shape: ModelShape, precision: Precision, kept: Kept, rows: Rows) -> Block:
    hidden, width = shape.hidden, precision.width
    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    norms = 4 if _is(shape, _NORMED_TWICE) else 2
    base = norms * (4 * hidden + 4) + _attention(shape, width, rows) + _inner(shape, width)
    learning: float = norms * precision.stream * hidden
    first = 4 * hidden + 4 if kept.unkept is None else kept.unkept
    if _is(shape, _NORMED_QUERIES):
        normed = 4 * (queries + keys) + 4 * (shape.heads + shape.kv_heads)
        base += normed
        first += normed if kept.key_tokens else 0  # the queries of the text come before them
        learning += width * (queries + keys)
    # Lowered to narrow types each layer reads a copy of its own.
    readers = 2 if shape.fused or not precision.mixed else 5
    learning += width * (readers * hidden + shape.ffn * _experts(shape))
    weights = weights_of(shape) if precision.mixed else 0
    inner = shape.ffn * _experts(shape)
    # Gradients of the product, of gate and of up; where both were cut from one tensor, what they
    # are joined into comes when the rest is gone (split, in derivatives.yaml).
    busy = max(kept.busy, 3 * width * inner + precision.stream * hidden - kept.gone)
    selected = float(width * kept_width(shape))
    if rows.way in WRITTEN_OUT:
        gone = _inner(shape, width) + 4 * hidden + width * queries  # it is done with by then
        gone += _inner_share(shape) * (kept.token + (learning if kept.moves else 0))
        busy = max(busy, _written_out(shape, precision, rows) - gone)
    else:
        selected += width * queries + 4 * shape.heads
    return Block(
        kept=base + kept.token,
        learning=learning,
        weights=width * weights,
        unkept=0 if kept.input_learns else min(first, base),
        busy=busy,
        busy_weights=kept.busy_weights,
        selected=selected,
    )


def doubts(shape: ModelShape) -> list[str]:
    """Why the count may be off, in sentences; empty where blocks of this kind were seen."""
    said = []
    if shape.experts:
        said.append(
            "Which expert reads which word depends on the texts, so the memory of a mixture of "
            "experts is a range."
        )
    elif kind := uncounted_kind(shape):
        said.append(
            f"Blocks of {kind} were not counted yet; they are taken for such as Llama's, so this "
            "is a range."
        )
    return said


def uncounted_kind(shape: ModelShape) -> str:
    """Its name, where blocks of this kind were never counted; empty where they were."""
    return "" if _is(shape, _COUNTED) else shape.architecture or "this model"


def without_way_back(shape: ModelShape, precision: Precision) -> float:
    """Bytes of each token while one block works and nothing is kept."""
    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    inner = 3 * shape.ffn * _experts(shape)
    attention = 2 * queries + 2 * keys + shape.hidden
    return precision.width * max(inner, attention) + (precision.stream + 4) * shape.hidden


def while_writing(shape: ModelShape, width: float) -> float:
    """As a question is read, with what the model, the block and its inner layer still name: the
    words, what entered, what attention made of it, the same normed."""
    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    inner = (4 if shape.fused else 3) * shape.ffn * _experts(shape)
    return width * (max(inner, 2 * queries + 2 * keys) + 4 * shape.hidden)


def _attention(shape: ModelShape, width: int, rows: Rows) -> float:
    """Queries, keys, values and the outcome, with a float32 for each head."""
    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    more = rows.seen / rows.length
    if rows.way == "eager":  # repeated keys and values, and a score for each pair of tokens
        scores = shape.heads * rows.seen * (4 + (width if width < 4 else 0))
        return 2 * width * queries * (1 + more) + scores
    if rows.way == "math":  # in float32, scaled, keys and values repeated
        return width * queries + 4 * queries * (1 + 2 * more) + 4 * shape.heads * rows.seen
    held = 2 * width * keys * more
    if (
        rows.masked or rows.keys
    ) and rows.way != "flash":  # keys are repeated for all heads, and the mask is a number each
        held = 2 * width * queries * more + width * _round(rows.seen, 16)
        held += 2 * width * keys * more if rows.keys and queries > keys else 0
        if (
            shape.fused and queries == keys and not rows.keys
        ):  # none is repeated: the values are a part of a whole
            held += width * (queries + keys)
    elif shape.fused:  # the values are a part of what one layer made
        held += width * (queries + keys)
    return 2 * width * queries + held + 4 * shape.heads


def _written_out(shape: ModelShape, precision: Precision, rows: Rows) -> float:
    """On the way back through the scores: gradients before and after, and their product."""
    narrow = precision.width if precision.width < 4 and rows.way == "eager" else 0
    return shape.heads * rows.seen * (12 - narrow)


def _inner_share(shape: ModelShape) -> float:
    """Of what adapters keep in a block."""
    sizes = {name: sum(one) for name, one in shape.linear_shapes.items()}
    attending = sum(size for name, size in sizes.items() if name in _ATTENDING)
    return 1 - attending / sum(sizes.values())


def _inner(shape: ModelShape, width: int) -> float:
    """Gate, its bend, up."""
    routed = 0.0
    if shape.experts:  # what each expert reads, and who reads what
        times = shape.experts_per_token
        routed = width * times * shape.hidden + 8 * shape.experts + 24 * times
    return 3 * width * shape.ffn * _experts(shape) + routed


def _experts(shape: ModelShape) -> int:
    return max(1, shape.experts_per_token)


def weights_of(shape: ModelShape) -> int:
    """Of the linear layers of one block."""
    layers = shape.linear_shapes
    one = sum(a * b for a, b in layers.values())
    inner = 3 * shape.hidden * shape.ffn
    return one + inner * max(0, shape.experts - 1)


def _is(shape: ModelShape, families: tuple[str, ...]) -> bool:
    return shape.architecture.startswith(families)


def _round(number: int, unit: int) -> int:
    return -(-number // unit) * unit
