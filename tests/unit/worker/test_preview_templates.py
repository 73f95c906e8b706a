"""The preview shows, token for token, what the trainer's own collator hands to the model: for every
shape of chat template, and conversations of every sort, whole and cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftstudio.basemodels.inspect import inspect_model
from ftstudio.core.example import Example
from ftstudio.core.rendered import RenderedRow
from ftstudio.jobs.folder import create_job
from ftstudio.techniques.objectives.instruct import INSTRUCT
from ftstudio.techniques.rendering import IGNORED
from ftstudio.ui.dataset.preview.preview_result import Preview, read_preview
from ftstudio.worker import preview
from ftstudio.worker.model import load_tokenizer
from tests import models, trainers
from tests.chat_shapes import SHAPES, conversations

pytestmark = pytest.mark.filterwarnings("ignore")
ROWS = 200
LIMIT = 128
EXAMPLES = conversations(ROWS)


def previewed(folder: Path, model: Path) -> Preview:
    folder.mkdir()
    lines = "".join(example.model_dump_json() + "\n" for example in EXAMPLES)
    (folder / "examples.jsonl").write_text(lines, "utf-8")
    payload = {"dataset": str(folder), "model": str(model), "longest": 256, "rows": ROWS}
    job = create_job(folder / "jobs", "preview", "preview", payload)
    assert preview.run(job) == 0
    return read_preview(job.output / "preview.jsonl", inspect_model(model))


def collated(trainer: Any) -> list[tuple[list[int], list[bool]]]:
    """Each row as the model gets it: its tokens without the padding, and which are learned."""
    rows = []
    data = trainer.train_dataset
    for start in range(0, len(data), 8):
        batch = trainer.data_collator([data[i] for i in range(start, min(start + 8, len(data)))])
        for ids, labels, real in zip(
            batch["input_ids"], batch["labels"], batch["attention_mask"], strict=True
        ):
            assert all(label == IGNORED for label in labels[real == 0])
            mask = labels[real == 1]
            kept = ids[real == 1]
            assert all(mask[mask != IGNORED] == kept[mask != IGNORED])
            rows.append((kept.tolist(), (mask != IGNORED).tolist()))
    return rows


@pytest.mark.parametrize("shape", SHAPES)
def test_the_preview_is_what_the_collator_gives(shape: str, tmp_path: Path) -> None:
    model = models.tiny_model(tmp_path / "model", template=SHAPES[shape])
    found = previewed(tmp_path / "data", model)
    trainer = trainers.build(INSTRUCT, model, EXAMPLES, tmp_path / "run", max_length=LIMIT)
    given = collated(trainer)
    firsts = enumerate(found.first_learned)
    left_out = {place for place, first in firsts if not 0 <= first < LIMIT}
    taken = [row for row in found.rows.values() if row.place not in left_out]
    assert len(found.lengths) == ROWS
    assert len(given) == len(taken) == ROWS - len(left_out)
    assert found.at(LIMIT).barren == len(left_out)  # of no use to training; they block the preview
    assert len(taken) > ROWS / 4
    tokenizer = load_tokenizer(model)
    for shown, (ids, learned) in zip(taken, given, strict=True):
        compare(EXAMPLES[shown.place], shown, ids, learned, tokenizer)
    cut = sum(row.is_cut(LIMIT) for row in taken)
    assert 0 < cut < len(taken), "both sides of the limit were met"


def compare(
    example: Example, shown: RenderedRow, ids: list[int], learned: list[bool], tokenizer: Any
) -> None:
    row = preview.render(example, tokenizer).row
    assert row.input_ids[:LIMIT] == ids
    assert row.learned[:LIMIT] == learned
    assert shown.tokens == len(row.input_ids)
    assert shown.within(LIMIT) == len(ids)
    assert shown.learned_within(LIMIT) == sum(learned)
    assert shown.is_cut(LIMIT) == (shown.tokens > len(ids))
    pieces = list(shown.pieces_at(LIMIT))
    inside = "".join(piece.text for piece in pieces if not piece.cut)
    said = tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    if not said.endswith("\ufffd"):  # a letter of several tokens that the limit went through
        assert inside == said
    green = "".join(piece.text for piece in pieces if piece.learned and not piece.cut)
    runs = [token for token, bit in zip(ids, learned, strict=True) if bit]
    words = tokenizer.decode(runs, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    if "\ufffd" not in words:
        assert green == words
