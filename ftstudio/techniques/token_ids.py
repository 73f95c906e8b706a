"""Many texts as token ids at once: for each the very ids that it has alone, in less time.

Knows tokenizers only by what they do, so that it imports without torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
_TOGETHER = 256  # texts
_LETTERS = 1_000_000  # of these texts: more of them would only fill the memory


def with_ids(
    things: Iterable[T], text: Callable[[T], str], tokenizer: Any
) -> Iterator[tuple[T, list[int]]]:
    """Each thing with what `tokenizer(text(thing))["input_ids"]` is, in their order."""
    read = _fast(tokenizer)
    held: list[T] = []
    texts: list[str] = []
    letters = 0
    for thing in things:
        held.append(thing)
        texts.append(text(thing))
        letters += len(texts[-1])
        if len(held) >= _TOGETHER or letters >= _LETTERS:
            yield from zip(held, read(texts), strict=True)
            held, texts, letters = [], [], 0
    yield from zip(held, read(texts), strict=True)


def with_offsets(text: str, tokenizer: Any) -> tuple[list[int], list[tuple[int, int]]]:
    """The ids of a text, without what the tokenizer adds around it, and where in it each stands."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None and _plain(tokenizer) and _unset(backend, tokenizer):
        found = backend.encode(text, add_special_tokens=False)
        return found.ids, found.offsets
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    return encoded["input_ids"], encoded["offset_mapping"]


def _unset(backend: Any, tokenizer: Any) -> bool:
    """No limit, no padding, and special words read as the tokenizer says."""
    return (
        backend.truncation is None
        and backend.padding is None
        and backend.encode_special_tokens == tokenizer.split_special_tokens
    )


def _fast(tokenizer: Any) -> Callable[[list[str]], list[list[int]]]:
    """Past transformers to the tokenizer underneath, where it adds nothing of its own on the way:
    offsets, masks and an object per row cost as much as the reading itself."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None or not _plain(tokenizer):
        return lambda texts: [tokenizer(text)["input_ids"] for text in texts]

    def read(texts: list[str]) -> list[list[int]]:
        if not texts:
            return []
        first = tokenizer(texts[0])["input_ids"]  # puts back a limit or padding set by others
        return [first, *(one.ids for one in backend.encode_batch_fast(texts[1:]))]

    return read


def _plain(tokenizer: Any) -> bool:
    """Does a call go through transformers' own code, which hands the text on as it is?"""
    kind: Any = type(tokenizer)
    return _goes_through(kind)


@lru_cache(maxsize=8)
def _goes_through(kind: type) -> bool:
    theirs = {"transformers.tokenization_utils_base", "transformers.tokenization_utils_tokenizers"}
    return all(
        getattr(getattr(kind, name, None), "__module__", "") in theirs
        for name in ("__call__", "_encode_plus")
    )
