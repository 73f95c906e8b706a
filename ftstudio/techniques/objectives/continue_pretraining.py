"""Go on reading: learn the language and facts of a field from its raw documents (DAPT)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from ftstudio.core.example import Example
from ftstudio.core.objective import (
    Measure,
    Objective,
    Part,
    Preparing,
    Row,
    TokenRow,
    TrainerInputs,
)
from ftstudio.core.params import Params, param
from ftstudio.techniques.documents import Piece, alone, cut, packed, read_documents, tokens_of
from ftstudio.techniques.rendering import ROWS_AS_THEY_ARE


class ContinueParams(Params):
    overlap: float = param(
        0.1,
        title="Overlap of pieces",
        term="stride overlap",
        level="all",
        minimum=0,
        maximum=0.5,
        step=0.05,
        help="Long documents are cut at the longest text; each piece begins with this share of the "
        "one before, which is read again but not learned twice. 0.1 is usual, 0 saves the time.",
    )
    pack: bool = param(
        True,
        title="Fill rows with several documents",
        term="packing",
        level="all",
        help="Puts short documents together in one row, kept apart from each other: the same "
        "result, and for texts of a quarter of the longest about four times as fast. Off by itself "
        "with methods that put learned tokens before the text.",
    )


def prepare(examples: Iterator[Example], given: Preparing) -> Iterator[Row]:
    """Documents cut into pieces; the pieces put together in rows where that is allowed."""
    p = cast(ContinueParams, given.params)
    pieces = _pieces(examples, given, p.overlap)
    if p.pack and "adds_tokens" not in given.traits:
        return packed(pieces, given.limit)
    return alone(pieces)


def _pieces(examples: Iterator[Example], given: Preparing, overlap: float) -> Iterator[Piece]:
    for _, ids in read_documents(examples, given.tokenizer):
        if len(ids) > 1:
            yield from cut(ids, given.limit, overlap)


def render(example: Example, tokenizer: Any, params: Params, limit: int) -> TokenRow:
    """The first piece; what is left over stands in the next, so nothing counts as cut."""
    ids = tokens_of(example.text or "", tokenizer)
    piece = next(cut(ids, limit, cast(ContinueParams, params).overlap))
    learned = [i >= piece.read for i in range(len(piece.input_ids))]
    return TokenRow(piece.input_ids, learned, cut=False)


def build_trainer(inputs: TrainerInputs) -> Any:
    """TRL's trainer on rows that are tokens already; our collator keeps documents apart."""
    from trl import SFTConfig

    from ftstudio.techniques.engine.documents import DocumentCollator, DocumentTrainer

    config = SFTConfig(
        **{**inputs.arguments, "remove_unused_columns": False},
        **ROWS_AS_THEY_ARE,
    )
    return DocumentTrainer(
        **inputs.usual,
        args=config,
        data_collator=DocumentCollator(inputs.tokenizer.pad_token_id),
    )


CONTINUE_PRETRAINING = Objective(
    key="continue_pretraining",
    title="Know our field and its language",
    term="continued pre-training (DAPT)",
    promise="Reads your documents and takes on their words, style and facts.",
    needs="Plain texts: reports, manuals, notes. From about a hundred pages it is worth it.",
    learns_from=("text",),
    params=ContinueParams,
    prepare=prepare,
    build_trainer=build_trainer,
    render=render,
    when="For a field whose words the model does not know, before it learns to answer. Not for "
    "manners or formats: it goes on writing text and does not learn to answer questions. Mind that "
    "a chat model may lose manners; let it learn answers afterwards.",
    family="language",
    icon="book-open",
    order=40,
    wishes={"facts": 2, "language": 1},
    part=Part("documents", "Documents", "pretraining"),
    fewest=10,
    enough=200,
    measures=(
        Measure("perplexity", "Surprise at each word", "perplexity", ("perplexity",), "less"),
    ),
    packs=lambda params: cast(ContinueParams, params).pack,
    sources={
        "goal": "“Don't Stop Pretraining” (Gururangan et al., 2020): going on with documents of a "
        "field helps in all four fields that were tried",
        "pack": "rows of several documents, each put where it fits best: “Fewer Truncations "
        "Improve Language Modeling” (Ding et al., 2024)",
    },
)
