"""The moments of a training step, and which of them needs most.

A step goes forward through all blocks, through the head, back through the blocks, and moves the
weights; between steps it writes and looks. Each moment is a sum of parts; the peak is the largest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ftstudio.core.method import Kept, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.planning.memory_blocks import Block, Rows, weights_of, without_way_back

# TRL 1.16 projects onto the vocabulary in tiles of this many tokens and columns.
TILE_TOKENS, TILE_COLUMNS = 4_096, 32_768
_PLAIN_COPIES = 7  # without Triton each tile is folded by plain operations, in float32
_NUMBERS = 3 * 8  # of each token: its number, whether it is read, what is wanted


@dataclass(frozen=True)
class Step:
    """All that the moments of one step depend on. Bytes where nothing else is said."""

    shape: ModelShape
    precision: Precision
    kept: Kept
    block: Block
    rows: Rows
    checkpointing: bool
    head: str  # "tiles", "whole" (all logits at once) or "few" outputs
    answers: int  # tokens of an answer, where logits of answers are compared
    triton: bool
    gradients: float  # of all that learns
    adapter_gradients: float  # of these, what stands beside the base
    before: float  # gradients that stand there already when a pass begins
    moves: float  # what the optimizer takes for a moment
    selective: bool = False  # of what is computed twice, a part is kept all the same
    offload: bool = False  # what enters the blocks waits in the computer's memory

    @property
    def learning_blocks(self) -> float:
        return self.kept.moves * self.shape.layers

    @property
    def flowing_blocks(self) -> float:
        """Through which the way back goes."""
        if self.kept.moves and not self.kept.input_learns:
            return self.learning_blocks
        return self.shape.layers


@dataclass(frozen=True)
class Moment:
    name: str
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.parts.values())


def peak(moments: list[Moment]) -> Moment:
    return max(moments, key=lambda moment: moment.total)


def moments(step: Step) -> list[Moment]:
    held = _held(step)
    entering = step.rows.tokens * _NUMBERS + _places(step)
    over = held + entering
    norm = _last_norm(step)
    head, head_gradient = _head(step), _head_gradient(step)
    first = step.before
    lowered = _lowered(step)
    made = [
        _moment("forward", over + lowered + _top_forward(step), gradients=first),
        _moment("lowered", over + lowered + norm, head, first),
        _moment("head", over + norm, _head_back(step, head) + head_gradient, first),
        _moment("last norm", over + norm + _norm_back(step), head_gradient, first),
        _moment("top block", over + _top_back(step), head_gradient, first),
        _moment(
            "bottom block", entering + _bottom(step), 0.0, max(0.0, step.gradients - _coming(step))
        ),
        _moment("words", _words(step), 0.0, step.gradients),
        _moment("optimizer", step.moves, gradients=step.gradients),
    ]
    return made


def _moment(name: str, activations: float, loss: float = 0.0, gradients: float = 0.0) -> Moment:
    return Moment(name, {"activations": activations, "loss": loss, "gradients": gradients})


def _held(step: Step) -> float:
    """Kept by all blocks at the end of the way forward."""
    tokens, block = step.rows.tokens, step.block
    if step.checkpointing:
        enters, lasting = step.precision.stream * step.shape.hidden, step.kept.lasting
        if step.offload:
            return tokens * (enters + step.shape.layers * lasting)
        selected = block.selected if step.selective else 0
        return step.shape.layers * tokens * (enters + lasting + selected)
    kept = step.flowing_blocks * block.kept + step.learning_blocks * block.learning
    unkept = block.unkept if not step.kept.moves else 0
    weights = step.learning_blocks * block.weights + step.kept.weights
    return tokens * (kept - unkept) + weights


def _lowered(step: Step) -> float:
    """Autocast keeps its narrow copy of each weight that learns until the way forward ends
    (torch/csrc autocast_mode.cpp, cached_casts), though no block holds it for the way back."""
    if not step.checkpointing or step.head == "whole":
        return 0.0
    adapter = step.adapter_gradients / 4 * step.precision.width if step.precision.mixed else 0.0
    return step.learning_blocks * step.block.weights + adapter


def _one_block(step: Step) -> float:
    learning = step.block.learning if step.kept.moves else 0
    weights = step.block.weights if step.kept.moves else 0
    # In float32 the first norm reads what entered, which is counted where it is kept.
    entered = 4 * step.shape.hidden if step.checkpointing and step.precision.stream == 4 else 0
    tokens = step.rows.tokens * (step.block.kept + learning - entered)
    return tokens + weights + step.kept.weights / step.shape.layers


def _working(step: Step) -> float:
    again = step.kept.ahead if step.checkpointing else 0
    work = step.rows.tokens * step.block.busy + step.block.busy_weights
    if not step.kept.moves:
        return max(work, again)
    shape, width = step.shape, step.precision.width
    widest = shape.hidden * shape.ffn
    if shape.experts or not step.precision.mixed:
        return max(work, again) + (width + 4) * widest
    # The way down first: its gradient in the narrow type and in float32. Then gate and up: by then
    # what it read is gone, and of its weights only the gradient is left, added to one before it.
    product = width * shape.ffn
    down = step.rows.tokens * (product + step.precision.stream * shape.hidden)
    gone = 0 if shape.fused else step.rows.tokens * product  # joined gradients take its place
    left = (0 if step.before else 4) * widest - width * widest
    return max(down + (width + 4) * widest, work - gone + left, again)


def _top_forward(step: Step) -> float:
    stream = 2 * step.precision.stream * step.shape.hidden * step.rows.tokens
    if step.checkpointing:
        work = without_way_back(step.shape, step.precision) * step.rows.tokens
        return max(work, step.kept.ahead)
    return max(step.rows.tokens * step.kept.busy, step.kept.ahead) + stream


def _top_back(step: Step) -> float:
    if not step.checkpointing:
        return _working(step)
    known = (
        step.rows.tokens * step.block.selected if step.selective else 0
    )  # it is taken from there
    return _working(step) + _one_block(step) - known


def _bottom(step: Step) -> float:
    stream = step.precision.stream * step.shape.hidden * step.rows.tokens
    below = 0.0
    if step.kept.moves and step.checkpointing and not step.offload:
        below = step.shape.layers - step.learning_blocks  # what enters them waits still
    # What hides from checkpointing stays until the whole pass is done.
    hidden = step.shape.layers * step.rows.tokens * step.kept.lasting if step.checkpointing else 0.0
    return (1 + below) * stream + hidden + _one_block(step) + _working(step)


def _coming(step: Step) -> float:
    """Gradients that are not there yet: of the lowest block, and of the words it reads, where what
    speaks is another table, or none."""
    if not step.kept.moves:
        return 0.0
    elsewhere = not step.shape.tied or step.head == "few"
    words = step.shape.vocab * step.shape.hidden
    return 4.0 * (weights_of(step.shape) + (words if _reads(step) and elsewhere else 0))


def _words(step: Step) -> float:
    """At the very end the words' table has its gradient; it is added to what the head gave."""
    if not _reads(step):
        return 0.0
    shape = step.shape
    added = 4 * shape.vocab * shape.hidden if shape.tied and step.head != "few" else 0
    return added + step.precision.stream * shape.hidden * step.rows.tokens


def _reads(step: Step) -> bool:
    """The table of the words that are read learns."""
    return bool(step.kept.words or step.kept.moves) and step.kept.input_learns


def _last_norm(step: Step) -> float:
    hidden = step.shape.hidden
    learned = step.precision.stream * hidden if step.kept.moves else 0
    return step.rows.tokens * (4 * hidden + 4 + learned)


def _norm_back(step: Step) -> float:
    width = 4 if step.precision.mixed or step.precision.width == 4 else step.precision.width
    return step.rows.tokens * 5 * width * step.shape.hidden


def _head(step: Step) -> float:
    tokens, hidden, vocab = step.rows.tokens, step.shape.hidden, step.shape.vocab
    width = step.precision.width
    read = tokens * hidden * width  # what the head reads, put together
    if step.head == "few":
        return 2 * read
    if step.head == "whole":
        said = step.rows.count * step.answers * vocab
        # In float32, and their gradient; a wider table is kept as autocast lowered it.
        lowered = width * vocab * hidden if step.precision.stream > width else 0
        return read + tokens * vocab * (4 + 4) + said * 4 + lowered
    if step.triton:  # only what is learned goes through
        tokens = step.rows.said
    at_once, columns = min(tokens, TILE_TOKENS), min(vocab, TILE_COLUMNS)
    tile = at_once * TILE_COLUMNS * width
    if not step.triton:
        tile += _PLAIN_COPIES * at_once * columns * 4
    stream = step.precision.stream
    lowered = 0
    if stream > width:  # held in float32 it is lowered piece by piece, the next beside the last
        following = min(columns, vocab - columns)
        lowered = width * hidden * (at_once + columns + following)
    gradient = 4 + (stream if stream < 4 else 0)
    return tile + tokens * hidden * (stream + gradient) + lowered


def _head_back(step: Step, head: float) -> float:
    """What stands beside the gradient of the table that speaks. Of whole logits only their own
    gradient is left by then, with the table as it was lowered and its gradient of that width."""
    if step.head != "whole" or not step.kept.words:
        return head
    said = step.rows.tokens * step.shape.vocab
    return step.precision.width * (said + 2 * step.shape.vocab * step.shape.hidden)


def _head_gradient(step: Step) -> float:
    if not step.kept.words or step.head == "few":
        return 0.0
    return 4.0 * step.shape.vocab * step.shape.hidden


def _places(step: Step) -> float:
    """Where each token stands (two tables of one row), and who sees whom."""
    length = step.rows.length
    mask = step.rows.tokens * step.rows.seen if step.rows.masked else 0
    if step.rows.way == "eager":  # a number for each pair of tokens
        mask = step.rows.tokens * step.rows.seen * step.precision.stream
    return 2 * step.precision.width * step.shape.head_dim * length + mask
