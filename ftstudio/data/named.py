"""Where names and addresses stand in the rows: what is handed to a local model, and what a step
keeps of its word: places alone, no names, so that a recipe can be handed on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ftstudio.core.example import Example
from ftstudio.data.finding.names import KINDS, Span
from ftstudio.data.row_outline import outline, unreadable
from ftstudio.data.step import Row
from ftstudio.data.texts import all_strings

STRINGS_FILE = "strings.jsonl"  # in the job's folder
RESULT_FILE = "found.json"  # in its output
_KIND_OF = {kind[0]: kind for kind in KINDS}
Spans = dict[int, list[Span]]  # by the string's place among all of the row


@dataclass(frozen=True)
class Handed:
    """A row as the model's process gets it."""

    key: str
    outline: str
    strings: list[str]


def outline_of(example: Example) -> str:
    return outline(all_strings(example))


def hand_over(rows: Iterable[Row], path: Path) -> None:
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            strings = all_strings(row.example)
            file.write(json.dumps([row.key, outline(strings), strings]) + "\n")


def handed(path: Path) -> Iterator[Handed]:
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield Handed(*json.loads(line))


def written(found: Mapping[str, Spans]) -> str:
    """As a setting of a step holds them: "12=0:3:11:n,1:5:9:p?;13=…"; "?" where it is not sure."""
    rows = []
    for key, spans in found.items():
        said = [f"{place}:{one.start}:{one.end}:{one.kind[0]}{'' if one.sure else '?'}"
                for place, own in spans.items() for one in own]  # fmt: skip
        if said:
            rows.append(f"{key}={','.join(said)}")
    return ";".join(rows)


def read_back(said: str) -> dict[str, Spans]:
    """Raises StudioError where it is not what `written` writes."""
    found: dict[str, Spans] = {}
    try:
        for part in said.split(";") if said else []:
            key, _, spans = part.partition("=")
            own = found.setdefault(key, {})
            for span in spans.split(","):
                place, start, end, kind = span.split(":")
                one = Span(int(start), int(end), _KIND_OF[kind[0]], kind[1:] != "?")
                own.setdefault(int(place), []).append(one)
    except (ValueError, KeyError, IndexError) as error:
        raise unreadable() from error
    return found
