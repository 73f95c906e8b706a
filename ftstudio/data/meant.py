"""Which rows mean the same: what is handed to a local model, and what a step keeps of its word."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ftstudio.core.example import Example
from ftstudio.data import row_outline
from ftstudio.data.row_outline import outline, unreadable
from ftstudio.data.step import Row
from ftstudio.data.texts import asked_and_said

Part = Literal["both", "question"]
TEXTS_FILE = "texts.jsonl"  # in the job's folder
RESULT_FILE = "found.json"  # in its output
Star = tuple[str, float]  # the representative's key, and how alike it is


def compared(example: Example, part: Part) -> list[str]:
    """The texts of a row that are compared. A class or a number is no sentence, and a text has no
    answer: there the text alone counts."""
    asked, said = asked_and_said(example)
    if part == "question" or example.kind in ("text", "label", "number"):
        return [asked]
    return [asked, said]


def outline_of(example: Example) -> str:
    return outline([*asked_and_said(example), *example.pictures])


@dataclass(frozen=True)
class Handed:
    """A row as the model's process gets it."""

    key: str
    outline: str
    texts: list[str]
    apart: str = ""  # rows that differ in it are never the same: their pictures


def hand_over(rows: Iterable[Row], part: Part, path: Path) -> None:
    with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:
        for row in rows:
            example = row.example
            line = [row.key, outline_of(example), compared(example, part),
                    " ".join(example.pictures)]  # fmt: skip
            file.write(json.dumps(line) + "\n")


def handed(path: Path) -> Iterator[Handed]:
    with open(path, encoding="utf-8", errors="surrogatepass") as file:
        for line in file:
            yield Handed(*json.loads(line))


@dataclass(frozen=True)
class Group:
    """Rows by their keys, the representative first, and how alike each is to it."""

    keys: list[str]
    likeness: list[float]


def groups_of(keys: Sequence[str], stars: Sequence[tuple[int, float] | None]) -> list[Group]:
    """In the order of their first rows."""
    members: dict[int, list[tuple[str, float]]] = {}
    for place, star in enumerate(stars):
        if star is not None and star[0] != place:
            members.setdefault(star[0], []).append((keys[place], round(star[1], 3)))
    return [
        Group([keys[leader], *(key for key, _ in own)], [1.0, *(alike for _, alike in own)])
        for leader, own in sorted(members.items())
    ]


def written(groups: Iterable[Group]) -> str:
    """As a setting of a step holds them: "12 40=0.94 77=0.91;13 15=0.93"."""
    return ";".join(
        " ".join([group.keys[0], *(f"{key}={alike:g}" for key, alike in
                                   zip(group.keys[1:], group.likeness[1:], strict=True))])
        for group in groups
    )  # fmt: skip


def read_back(said: str) -> list[Group]:
    """Raises StudioError where it is not what `written` writes."""
    try:
        return [_group(part) for part in said.split(";")] if said else []
    except ValueError as error:
        raise unreadable() from error


def _group(said: str) -> Group:
    leader, *others = said.split(" ")
    pairs = [one.split("=") for one in others]
    return Group([leader, *(key for key, _ in pairs)], [1.0, *(float(n) for _, n in pairs)])


def stars_now(
    rows: Sequence[Row], groups: str, read: str, threshold: float
) -> tuple[list[Star | None], int]:
    """For each row its representative and the likeness, as a step has noted them; and how many
    rows the model has not compared as they are now."""
    outline_by_key = row_outline.read_back(read)
    known = {row.key for row in rows if outline_by_key.get(row.key) == outline_of(row.example)}
    star: dict[str, Star] = {}
    for group in read_back(groups):
        own = [(key, alike) for key, alike in zip(group.keys, group.likeness, strict=True)
               if key in known and alike >= threshold - 1e-6]  # fmt: skip
        if len(own) > 1:
            star |= {key: (group.keys[0], alike) for key, alike in own}
    return [star.get(row.key) for row in rows], len(rows) - len(known)


def groups_now(
    rows: Sequence[Row], groups: str, read: str, threshold: float
) -> list[list[tuple[str, float]]]:
    """The groups among these rows, by keys and likeness; the representative, first, has 0."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row, star in zip(rows, stars_now(rows, groups, read, threshold)[0], strict=True):
        if star is not None:
            first = star[0] == row.key
            found.setdefault(star[0], []).append((row.key, 0.0 if first else star[1]))
    return [sorted(group, key=lambda one: (one[1] > 0, -one[1])) for group in found.values()]
