"""Shows what a model will read: the exact text of some rows, and the length of all of them.

The tokens come from the very functions that training takes its batches from.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.objective import TokenRow
from ftstudio.core.paths import write_text
from ftstudio.core.rendered import Piece, RenderedRow, limits_within
from ftstudio.data.step import Row
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Finished, Phase, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.techniques.documents import read_documents, tokens_of
from ftstudio.techniques.pairs import Pair, render_pair
from ftstudio.techniques.rendering import NO_LIMIT, Learn, render_chat
from ftstudio.techniques.texts import read_text
from ftstudio.worker.model import load_tokenizer
from ftstudio.worker.reporter import Reporter

EXAMPLES_FILE = "examples.jsonl"
PREVIEW_FILE = "preview.jsonl"  # what is shown, then the sums of all rows in pieces
_PIECE = 20_000  # rows
_SAY_EVERY = 0.2  # seconds between two words on progress
_MOST_TEXT = 60_000  # characters of one row that are shown


@dataclass
class _Sums:
    """What is told of all rows. The lists have one entry per example, -1 where there is none; what
    a limit leaves of the rows follows from them."""

    lengths: list[int] = field(default_factory=list)
    source_rows: list[int] = field(default_factory=list)
    row_keys: list[str] = field(default_factory=list)  # of a row's several examples each its own
    first_learned: list[int] = field(default_factory=list)  # place of the first learned token
    stop_mark: list[int] = field(default_factory=list)  # place of the learned token that ends it
    refused: list[dict[str, Any]] = field(default_factory=list)

    def parts(self) -> Iterator[dict[str, list[Any]]]:
        """All lists in pieces, each of which is read in a moment."""
        for start in range(0, len(self.lengths), _PIECE):
            yield {name: values[start : start + _PIECE] for name, values in vars(self).items()}


def run(folder: JobFolder) -> int:
    """Do a "preview" job: payload dataset, model, longest, rows → `output/preview.jsonl`.

    `dataset` may be relative to the job folder. The rows are written uncut, with marks where the
    limits lie that a model of `longest` tokens is offered at, and the one that training takes by
    default.
    """
    reporter = Reporter(folder)
    payload = folder.spec().payload
    started = time.monotonic()
    reporter.say(Started(pid=os.getpid(), device="cpu"))
    reporter.say(Phase(name="loading", text="Loading the model's tokenizer"))
    tokenizer = load_tokenizer(Path(payload["model"]))
    file = folder.path / payload["dataset"] / EXAMPLES_FILE
    total = sum(1 for _ in _lines(file))
    step = max(1, -(-total // int(payload.get("rows", 300))))
    sums, kept, kind = _Sums(), {}, "chat"
    ends = frozenset(tokenizer.all_special_ids)
    said = 0.0
    for place, (example, found) in enumerate(_rendered(read_examples(file), tokenizer)):
        kind = example.kind
        row = _note(example, found, place, sums, ends)
        if row is not None and place % step == 0:
            kept[place] = row, example
        if time.monotonic() - said > _SAY_EVERY:
            said = time.monotonic()
            if any(isinstance(command, Stop) for command in reporter.commands()):
                reporter.say(Stopped(step=0, kept=False))
                return 0
            words = "Counting tokens"
            reporter.say(Phase(name="reading", text=words, done=place, total=total, unit="rows"))
    limit = default_limit(sums.lengths, int(payload["longest"]))
    limits = sorted({limit, *limits_within(int(payload["longest"]))})
    rows = [
        describe(place, row, example, tokenizer, limits).to_json()
        for place, (row, example) in kept.items()
    ]
    head = {"kind": kind, "limit": limit, "limits": limits, "rows": rows, "total": total}
    told = (json.dumps(part, ensure_ascii=True) for part in (head, *sums.parts()))
    write_text(folder.output / PREVIEW_FILE, "\n".join(told))
    reporter.say(Finished(seconds=time.monotonic() - started))
    return 0


def default_limit(lengths: list[int], longest: int) -> int:
    """Holds 99.5 % of the rows whole, rounded up to 64, and no more than the model can read."""
    most = sorted(lengths)[min(len(lengths) - 1, int(len(lengths) * 0.995))] if lengths else 0
    return min(max(64, -(-most // 64) * 64), longest)


def read_examples(path: Path) -> Iterator[Example]:
    return map(Example.model_validate_json, _lines(path))


def _lines(path: Path) -> Iterator[str]:
    with open(path, encoding="utf-8") as file:
        yield from (line for line in file if line.strip())


class Rendered(NamedTuple):
    """An example in full with what is learned of it by default. Of a pair the better side is shown
    and the longer one counts."""

    row: TokenRow
    length: int
    first: int  # the place up to which it must be read for anything to be learned; -1: nothing is


def render(example: Example, tokenizer: Any) -> Rendered:
    """As training reads it where nobody chooses otherwise. A class or a number is not among the
    tokens."""
    if example.text is not None:
        return _whole(_all_of(tokens_of(example.text, tokenizer)))
    if example.kind in ("label", "number"):  # what is learned is said at the text's end
        row = read_text(example, tokenizer, "chat", NO_LIMIT)
        return Rendered(row, len(row.input_ids), 0 if row.input_ids else -1)
    if example.kind == "preference":
        return _better(render_pair(example, tokenizer))
    learn: Learn = "last_answer" if example.kind == "feedback" else "answers"
    return _whole(render_chat(example, tokenizer, learn=learn))


def _whole(row: TokenRow) -> Rendered:
    return Rendered(row, len(row.input_ids), _first_learned(row))


def _better(pair: Pair) -> Rendered:
    """Both sides must be learned from, and tell apart: see `prepare_pairs`."""
    sides = (pair.chosen, pair.rejected)
    ids = [side.input_ids for side in sides]
    shorter, longer = sorted(map(len, ids))
    differ = next((at for at, (a, b) in enumerate(zip(*ids, strict=False)) if a != b), shorter)
    firsts = [*map(_first_learned, sides), differ if differ < longer else -1]
    return Rendered(pair.chosen, longer, max(firsts) if min(firsts) >= 0 else -1)


def _first_learned(row: TokenRow) -> int:
    """The first token of all is never predicted."""
    return row.learned.index(True, 1) if True in row.learned[1:] else -1


def _rendered(
    examples: Iterator[Example], tokenizer: Any
) -> Iterator[tuple[Example, Rendered | StudioError]]:
    """Each example as `render` shows it, or why the template refuses it; many documents at once.
    A model without a template fails."""
    first = next(examples, None)
    if first is None:
        return
    everything = chain([first], examples)
    if first.text is not None:  # a dataset holds one kind of example
        for example, ids in read_documents(everything, tokenizer):
            yield example, _whole(_all_of(ids))
        return
    for example in everything:
        try:
            yield example, render(example, tokenizer)
        except StudioError as error:
            if error.code == "no_chat_template":
                raise
            yield example, error


def _all_of(ids: list[int]) -> TokenRow:
    return TokenRow(ids, [True] * len(ids), cut=False)


def _note(
    example: Example,
    found: Rendered | StudioError,
    place: int,
    sums: _Sums,
    special: frozenset[int],
) -> TokenRow | None:
    """Count one row; a row that the template refused as well."""
    sums.source_rows.append(example.source_row)
    sums.row_keys.append(Row(example).key)
    if isinstance(found, StudioError):
        sums.lengths.append(0)
        sums.first_learned.append(-1)
        sums.stop_mark.append(-1)
        sums.refused.append({"place": place, "row": example.source_row, **found.to_dict()})
        return None
    row, length, first = found
    last = len(row.learned) - 1 - row.learned[::-1].index(True) if True in row.learned else -1
    # of a document every piece is read, the last one with the mark too
    place_of_end = 0 if example.text is not None else last
    ends = first >= 0 and last >= 0 and row.input_ids[last] in special
    sums.lengths.append(length)
    sums.first_learned.append(first)
    sums.stop_mark.append(place_of_end if ends else -1)
    return row


def describe(
    place: int, row: TokenRow, example: Example, tokenizer: Any, limits: list[int]
) -> RenderedRow:
    """What the window shows of one row that was rendered in full. Documents are never cut off:
    training cuts them into pieces and learns from all of them."""
    tokens = len(row.input_ids)
    over = [limit for limit in limits if limit < tokens and example.text is None]
    whole = _decode(tokenizer, row.input_ids)
    marks = {n: min(len(_decode(tokenizer, row.input_ids[:n])), len(whole)) for n in over}
    learned = tuple((start, end) for start, end, bit in _token_runs(row.learned) if bit)
    return RenderedRow(place, tuple(pieces(row, example, tokenizer)), tokens, learned, marks)


def pieces(row: TokenRow, example: Example, tokenizer: Any) -> Iterator[Piece]:
    """The text of the tokens, split where they stop being learned, or a person's own."""
    ends, whole = _text_ends(row, tokenizer)
    own = _own_words(whole, example)
    shown = 0
    begin = 0
    for end, learned in ends:
        for start, stop, special in _split(begin, end, own):
            text = whole[start:stop]
            if shown + len(text) > _MOST_TEXT:
                yield Piece(text[: _MOST_TEXT - shown] + " …", learned, special)
                return
            shown += len(text)
            yield Piece(text, learned, special)
        begin = end


def _token_runs(learned: list[bool]) -> Iterator[tuple[int, int, bool]]:
    """From–to of neighbouring tokens with the same mask, and the mask."""
    begin = 0
    for i in range(1, len(learned) + 1):
        if i == len(learned) or learned[i] != learned[begin]:
            yield begin, i, learned[begin]
            begin = i


def _text_ends(row: TokenRow, tokenizer: Any) -> tuple[list[tuple[int, bool]], str]:
    """Where in the text each run of tokens with the same mask ends, and all the text.

    Decoding prefixes, not parts: some tokenizers drop the space before a part's first word.
    """
    whole = _decode(tokenizer, row.input_ids)
    ends = []
    for _, stop, learned in _token_runs(row.learned):
        last = stop == len(row.input_ids)
        end = len(whole) if last else len(_decode(tokenizer, row.input_ids[:stop]))
        ends.append((min(end, len(whole)), learned))
    return ends, whole


def _decode(tokenizer: Any, ids: list[int]) -> str:
    text: str = tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    return text


def _own_words(whole: str, example: Example) -> list[tuple[int, int]]:
    """Where a person's own words stand in the text; the rest is the template's."""
    spans, position = [], 0
    turns = [message.content for message in (*example.messages, *(example.chosen or ()))]
    for said in turns if example.text is None else [example.text]:
        words = said.strip()
        at = whole.find(words, position) if words else -1
        if at >= 0:
            position = at + len(words)
            spans.append((at, position))
    return spans


def _split(begin: int, end: int, own: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Cut begin–end at the edges of a person's own words: (start, stop, written by template)."""
    for start, stop in own:
        if stop <= begin or start >= end:
            continue
        if start > begin:
            yield begin, start, True
        yield max(begin, start), min(end, stop), False
        begin = min(end, stop)
    if begin < end:
        yield begin, end, True
