"""Turns patterns such as "[Do|Can] you ship to {city}?" into text and keeps the values it used."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from values import Values

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(article:)?([a-z]+\d?)\}")
COUNTED = frozenset(
    "word city name surname product shop number code order days price email date time phrase".split()
)


@dataclass(frozen=True)
class Turn:
    role: str
    text: str


@dataclass(frozen=True)
class Chat:
    """One conversation; `asked` are the values that the last answer has to copy."""

    turns: tuple[Turn, ...]
    kind: str
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Intent:
    """Ways to ask one thing and ways to answer it; the slots are shared between the two."""

    ask: tuple[str, ...]
    reply: tuple[str, ...]


@dataclass
class Scene:
    """The values of one conversation: the same slot gives the same value everywhere in it."""

    values: Values
    known: dict[str, str] = field(default_factory=dict)

    @property
    def rng(self) -> random.Random:
        return self.values.rng

    def slot(self, name: str) -> str:
        if name not in self.known:
            self.known[name] = self.values.draw(name.rstrip("0123456789"))
        return self.known[name]

    def say(self, pattern: str, keep: bool = False) -> str:
        """Resolve the choices from the inside, then the slots; `keep` leaves the first letter."""
        while _CHOICE.search(pattern):
            pattern = _CHOICE.sub(lambda m: self.rng.choice(m.group(1).split("|")), pattern)
        return _tidy(_SLOT.sub(self._fill, pattern), keep)

    def _fill(self, found: re.Match[str]) -> str:
        value = self.slot(found.group(2))
        return article(value) if found.group(1) else value

    def say_one(self, patterns: tuple[str, ...]) -> str:
        return self.say(self.rng.choice(patterns))

    def shared(self, question: str, answer: str) -> tuple[str, ...]:
        """The drawn values that stand in both texts."""
        return tuple(
            value
            for name, value in self.known.items()
            if name.rstrip("0123456789") in COUNTED and value in question and value in answer
        )


def _tidy(text: str, keep: bool) -> str:
    text = re.sub(r" +", " ", text).strip()
    text = re.sub(r" ([,.!?;:])(?=\s|$)", r"\1", text)
    return text if keep else text[:1].upper() + text[1:]


def article(noun: str) -> str:
    """The noun with 'a' or 'an'."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


OPENERS = (
    "Hi, ", "Hello, ", "Hello! ", "Hi! ", "Good morning. ", "Excuse me, ", "Hey, ", "Quick question: ",
    "I have a question. ", "Sorry to bother you, ", "Good afternoon, ", "Please help: ", "Dear team, ",
    "One question: ", "Hi there. ", "Good evening. ",
)  # fmt: skip
CLOSERS = (
    " Thanks.",
    " Thank you!",
    " Please help.",
    " Thanks in advance.",
    " Thank you.",
    " Please.",
)


def roughen(rng: random.Random, question: str) -> str:
    """Give a question the manners of a real one: a greeting, a thank-you, lower case, no mark."""
    if rng.random() < 0.2:
        opener = rng.choice(OPENERS)
        keep = opener.endswith((". ", "! ")) or question.startswith(("I ", "I'"))
        question = opener + (question if keep else question[:1].lower() + question[1:])
    if rng.random() < 0.12:
        question += rng.choice(CLOSERS)
    dice = rng.random()
    if dice < 0.06:
        question = question.rstrip("?.!")
    elif dice < 0.1:
        question = question[:1].lower() + question[1:]
    return question
