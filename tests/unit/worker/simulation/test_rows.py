"""Rows are as long as asked for every objective, whatever its data."""

from __future__ import annotations

import pytest

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.objective import Preparing
from ftstudio.techniques import objectives
from ftstudio.worker.simulation.rows import FILLER, plain_tokenizer, rows_of

FACTS = DatasetFacts(kind="label", labels={"good": 9, "bad": 9})


def preparing(key: str, limit: int, **settings: int) -> Preparing:
    objective, tokenizer = objectives()[key], plain_tokenizer()
    params = objective.params(**settings)
    return Preparing(tokenizer, params, limit, "train", objective.head(params, FACTS))


def lengths(row: dict[str, object]) -> list[int]:
    return [len(value) for value in row.values() if isinstance(value, list)]


@pytest.mark.parametrize("key", sorted(objectives()))
def test_the_first_row_has_all_tokens_and_the_next_one_less(key: str) -> None:
    objective = objectives()[key]
    written = 16 if objective.generates else 0
    given = preparing(key, 60, **({"answer_tokens": written} if written else {}))
    rows = rows_of(objective, objective.learns_from[0], given, 4)
    assert len(rows) == 4
    assert max(lengths(rows[0])) == 60 - written
    if not objective.packs(given.params):
        shorter = 58 if objective.learns_from[0] == "preference" else 59
        assert min(lengths(rows[1])) == shorter - written


def test_documents_share_a_row() -> None:
    rows = rows_of(objectives()["continue_pretraining"], "text",
                   preparing("continue_pretraining", 60), 2)  # fmt: skip
    assert rows[0]["lengths"] == [30, 30]


def test_too_short_is_said() -> None:
    with pytest.raises(StudioError) as caught:
        rows_of(objectives()["instruct"], "chat", preparing("instruct", 4), 2)
    assert caught.value.code == "too_short"


def test_the_filler_ends_nothing() -> None:
    tokenizer = plain_tokenizer()
    assert FILLER not in tokenizer.all_special_ids
    assert tokenizer.convert_ids_to_tokens(FILLER) == "yes"
