"""A tiny frozen dataset of every kind, in the words that the tiny model's tokenizer knows."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from ftstudio.core.example import Example, ExampleKind, Message
from ftstudio.data.versions.library import DatasetVersion, freeze
from tests.models import CITIES, THINGS

TRAIN, VALIDATION = 16, 4


def user(words: str) -> Message:
    return Message(role="user", content=words)


def assistant(words: str) -> Message:
    return Message(role="assistant", content=words)


def _chat(city: str, thing: str, number: int) -> Example:
    asked = f"Do you deliver the {thing} number {number} to {city}?"
    return Example(messages=[user(asked), assistant(f"Ahoy! The {thing} sails to {city}.")])


def _text(city: str, thing: str, number: int) -> Example:
    return Example(text=f"The {thing} number {number} sails to {city}. " * 6)


def _preference(city: str, thing: str, number: int) -> Example:
    asked = f"Do you deliver the {thing} number {number} to {city}?"
    return Example(
        messages=[user(asked)],
        chosen=[assistant(f"Ahoy! The {thing} sails to {city}.")],
        rejected=[assistant("Do you deliver?")],
    )


def _feedback(city: str, thing: str, number: int) -> Example:
    asked = f"Do you deliver the {thing} number {number} to {city}?"
    good = number % 2 == 0
    answer = f"Ahoy! The {thing} sails to {city}." if good else "Do you deliver?"
    return Example(messages=[user(asked), assistant(answer)], good=good)


def _label(city: str, thing: str, number: int) -> Example:
    labels = [("kettle", "lamp", "chair")[number % 3]]
    return Example(messages=[user(f"the {labels[0]} number {number} to {city}")], labels=labels)


def _number(city: str, thing: str, number: int) -> Example:
    return Example(messages=[user(f"the {thing} number {number}")], number=float(number % 5))


MAKERS: dict[ExampleKind, Callable[[str, str, int], Example]] = {
    "chat": _chat, "text": _text, "preference": _preference, "feedback": _feedback,
    "label": _label, "number": _number,
}  # fmt: skip


def tiny_dataset(kind: ExampleKind, folder: Path, seed: int = 1) -> DatasetVersion:
    chance = random.Random(seed)
    examples = [
        MAKERS[kind](chance.choice(CITIES), chance.choice(THINGS), row).model_copy(
            update={"source_row": row + 1, "group": str(row)}
        )
        for row in range(TRAIN + VALIDATION)
    ]
    sides = ["train"] * TRAIN + ["validation"] * VALIDATION
    manifest = {"name": f"Tiny {kind}", "seed": seed, "sources": []}
    return freeze(examples, sides, manifest, out=folder, few=True)  # type: ignore[arg-type]
