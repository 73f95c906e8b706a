"""Examples become token rows on disk; what is lost on the way is counted and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.objective import Preparing
from ftstudio.techniques.objectives.instruct import INSTRUCT, InstructParams
from ftstudio.techniques.rendering import render_chat
from ftstudio.worker.batches import (
    Batches,
    demand_something,
    make_batches,
    what_was_lost,
)
from ftstudio.worker.model import load_tokenizer
from tests import models

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def tokenizer(tiny: Path) -> Any:
    return load_tokenizer(tiny)


def made(examples: list[Example], tokenizer: Any, file: Path, limit: int = 128) -> Batches:
    preparing = Preparing(tokenizer, InstructParams(), limit, "train")
    return make_batches(examples, INSTRUCT, preparing, file, lambda done: None)


def talk(question: str, answer: str) -> Example:
    return Example(
        messages=[Message(role="user", content=question), Message(role="assistant", content=answer)]
    )


def test_rows_are_what_the_preview_shows(tokenizer: Any, tmp_path: Path) -> None:
    examples = models.make_examples(1100)
    batches = made(examples, tokenizer, tmp_path / "t" / "train.arrow")
    assert batches.count == len(batches.rows) == 1100
    assert (batches.cut, batches.nothing, batches.refused, batches.open_ended) == (0, 0, 0, 0)
    for i in (0, 511, 512, 1099):
        row, shown = batches.rows[i], render_chat(examples[i], tokenizer)
        assert row["input_ids"] == shown.input_ids
        assert [label != -100 for label in row["labels"]] == shown.learned
        assert [x for x in row["labels"] if x != -100] == [
            t for t, bit in zip(shown.input_ids, shown.learned, strict=True) if bit
        ]
    assert batches.longest == max(len(r) for r in batches.rows["input_ids"])
    assert what_was_lost(batches, 128) == []


def test_answers_of_weight_0_are_not_in_the_labels(tokenizer: Any, tmp_path: Path) -> None:
    """Down to the batch that the trainer's own collator makes."""
    from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

    plain, weighed = talk("Open on Sunday?", "Yes."), talk("Open on Sunday?", "Yes.")
    for example in (plain, weighed):
        example.messages += talk("And on Monday?", "No.").messages
    weighed.messages[1].train = False
    batches = made([plain, weighed], tokenizer, tmp_path / "train.arrow")
    collator = DataCollatorForLanguageModeling(pad_token_id=tokenizer.pad_token_id)
    batch = collator(list(batches.rows))
    assert batch["input_ids"][0].tolist() == batch["input_ids"][1].tolist()
    learned = [[label != -100 for label in row] for row in batch["labels"].tolist()]
    shown = [render_chat(example, tokenizer).learned for example in (plain, weighed)]
    assert learned == shown
    assert 0 < sum(shown[1]) < sum(shown[0])


def test_the_end_token_is_learned_where_padding_is_the_same(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(models.tiny_model(tmp_path / "same", pad="</s>"))
    batches = made(models.make_examples(5), tokenizer, tmp_path / "t.arrow")
    assert all(row["labels"][-1] == tokenizer.eos_token_id for row in batches.rows)


def test_losses_are_counted_and_told(tokenizer: Any, tmp_path: Path) -> None:
    long = talk("Hi " + "very long " * 80, "Lost.")
    cut = talk("Hi", "An answer that goes on " * 20)
    examples = [*models.make_examples(7), long, cut, cut]
    batches = made(examples, tokenizer, tmp_path / "t.arrow", limit=64)
    assert (batches.count, batches.cut, batches.nothing) == (9, 3, 1)
    told = [n.what for n in what_was_lost(batches, 64)]
    assert told == ["3 of 10 examples are cut off.", "1 of 10 examples were left out."]


def test_nothing_to_learn_is_an_error(tokenizer: Any, tmp_path: Path) -> None:
    batches = made([talk("Hi " * 200, "Lost.")] * 3, tokenizer, tmp_path / "t.arrow")
    with pytest.raises(StudioError) as told:
        demand_something(batches)
    assert told.value.code == "nothing_to_learn"
    assert "3" in told.value.why


def test_refused_conversations_are_left_out_or_end_it(tokenizer: Any, tmp_path: Path) -> None:
    tokenizer.chat_template = (
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        + models.TEMPLATE
    )
    good = talk("Hi", "Ho")
    bad = Example(messages=[Message(role="system", content="Be brief."), *good.messages])
    batches = made([good, bad], tokenizer, tmp_path / "a.arrow")
    assert (batches.count, batches.refused) == (1, 1)
    (notice,) = what_was_lost(batches, 128)
    assert "no system" in notice.why
    with pytest.raises(StudioError, match="no system"):
        demand_something(made([bad], tokenizer, tmp_path / "b.arrow"))


def test_a_format_without_end_marks_is_noticed(tokenizer: Any, tmp_path: Path) -> None:
    tokenizer.chat_template = (
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
        "{% if add_generation_prompt %}assistant: {% endif %}"
    )
    batches = made(models.make_examples(4), tokenizer, tmp_path / "t.arrow")
    assert batches.open_ended == 4
    assert "where an answer ends" in what_was_lost(batches, 128)[0].what
