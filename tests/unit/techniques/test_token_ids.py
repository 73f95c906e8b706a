"""Many texts read at once are token for token what each is alone."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tokenizers import processors

from ftstudio.core.assets import starter_model
from ftstudio.core.example import Example
from ftstudio.techniques.documents import read_documents, tokens_of
from ftstudio.techniques.token_ids import with_ids, with_offsets
from ftstudio.worker.model import load_tokenizer
from tests import models

_BITS = ["The kettle", " sails", "", "\n\n", "発送", "مرحبا", "🙂", "<s>", "</s>", "<|user|>", "  ",
         "\u200b", "a" * 200, "É́"]  # fmt: skip


def some_texts(count: int = 700) -> list[str]:
    draw = random.Random(4)
    return ["".join(draw.choices(_BITS, k=draw.randrange(0, 9))) for _ in range(count)]


@pytest.fixture(params=["starter", "tiny", "begins and ends", "splits"])
def tokenizer(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "starter":
        return load_tokenizer(starter_model())
    found = load_tokenizer(models.tiny_model(tmp_path / "model"))
    if request.param == "begins and ends":
        found.backend_tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
        )
    found.split_special_tokens = request.param == "splits"
    return found


def test_the_same_ids_whatever_the_tokenizer_adds(tokenizer: Any) -> None:
    texts = some_texts()
    found = list(with_ids(texts, str, tokenizer))
    assert [text for text, _ in found] == texts
    assert [ids for _, ids in found] == [tokenizer(text)["input_ids"] for text in texts]


def test_what_others_have_set_does_not_last(tokenizer: Any) -> None:
    texts = some_texts(20)
    wanted = [tokenizer(text)["input_ids"] for text in texts]
    tokenizer(["a b", "a"], padding=True, truncation=True, max_length=3)
    assert [ids for _, ids in with_ids(texts, str, tokenizer)] == wanted


def test_a_tokenizer_with_a_will_of_its_own_is_asked_text_by_text() -> None:
    class Shouting:
        backend_tokenizer = load_tokenizer(starter_model()).backend_tokenizer

        def __call__(self, text: str) -> dict[str, list[int]]:
            return {"input_ids": self.backend_tokenizer.encode(text.upper()).ids}

    own = Shouting()
    found = [ids for _, ids in with_ids(["the lamp", "a"], str, own)]
    assert found == [own("the lamp")["input_ids"], own("a")["input_ids"]]


def test_documents_are_read_as_they_are_alone(tokenizer: Any) -> None:
    examples = [Example(text=text) for text in some_texts()]
    for example, ids in read_documents(examples, tokenizer):
        assert ids == tokens_of(example.text or "", tokenizer)


def test_offsets_are_those_of_transformers(tokenizer: Any) -> None:
    for text in some_texts(200):
        wanted = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        assert with_offsets(text, tokenizer) == (wanted["input_ids"], wanted["offset_mapping"])


def test_offsets_after_another_has_set_a_limit(tokenizer: Any) -> None:
    text = "The kettle sails."
    wanted = with_offsets(text, tokenizer)
    tokenizer(["a b", "a"], padding=True, truncation=True, max_length=3)
    assert with_offsets(text, tokenizer) == wanted


def test_nothing_gives_nothing() -> None:
    assert list(with_ids([], str, load_tokenizer(starter_model()))) == []
