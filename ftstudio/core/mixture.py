"""How much of each of several datasets comes into a mixture, and which rows of it again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeVar

Mixing = Literal["size", "temperature", "weights"]
MOST_PASSES = 10  # over a small dataset within one pass of the mixture

One = TypeVar("One")


def counts(
    sizes: Sequence[int], how: Mixing, temperature: float, weights: Sequence[float]
) -> list[int]:
    """How many examples of each dataset one pass sees.

    No example is left out: the dataset that is to come least often comes once, the others again
    and again until the shares are right, ten times at most.
    """
    exponent = {"size": 1.0, "temperature": 1 / temperature, "weights": 0.0}[how]
    factors = [1.0] * len(sizes) if how != "weights" else list(weights)
    shares = [f * n**exponent if n else 0.0 for f, n in zip(factors, sizes, strict=True)]
    passes = [share / n if n else 0.0 for share, n in zip(shares, sizes, strict=True)]
    least = min((one for one in passes if one), default=1.0)
    return [round(n * min(MOST_PASSES, one / least)) for n, one in zip(sizes, passes, strict=True)]


def repeated(examples: Iterable[One], size: int, count: int, seed: int) -> Iterator[One]:
    """So many of them, as evenly as can be: whole passes, and a part of one drawn by the seed."""
    whole, rest = divmod(count, max(1, size))
    again = set(random.Random(seed).sample(range(size), rest)) if rest else set()
    for place, example in enumerate(examples):
        for _ in range(whole + (place in again)):
            yield example
