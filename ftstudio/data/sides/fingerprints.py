"""Hashes of the questions of public tests: whether one stands in the data, without its text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from ftstudio.core.assets import resources
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.paths import write_text
from ftstudio.data.normal import asked, normal_question

SCHEMA = 1
_SHORTEST = 12  # characters below which a question may stand anywhere by chance


@dataclass(frozen=True)
class Fingerprints:
    """One public test. `hashes`: the first 64 bits of sha256 of each question as
    `normal_question` leaves it."""

    name: str
    licence: str
    source: str
    sha256: str  # of the file they were made from
    hashes: frozenset[str]

    def holds(self, text: str) -> bool:
        return mark_of(text) in self.hashes

    def save(self, path: Path) -> None:
        write_text(
            path, json.dumps({"schema": SCHEMA, **asdict(self), "hashes": sorted(self.hashes)})
        )


def fingerprint(question: str) -> str:
    said = normal_question(question).encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).hexdigest()[:16]


def mark_of(text: str) -> str:
    """Its fingerprint; empty where it is so short that it may stand anywhere by chance."""
    return fingerprint(text) if len(text) >= _SHORTEST else ""


def take_fingerprints(
    examples: Iterable[Example], name: str, licence: str, source: str, sha256: str
) -> Fingerprints:
    """Of the questions of a test whose text is at hand."""
    marks = {mark_of(asked(example)) for example in examples}
    return Fingerprints(name, licence, source, sha256, frozenset(marks - {""}))


def load_fingerprints(path: Path) -> Fingerprints:
    """Raises StudioError where the file is none."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        if raw.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        return Fingerprints(**{**raw, "hashes": frozenset(raw["hashes"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudioError(
            f"{path.name} holds no fingerprints.",
            "It is missing, damaged, or another kind of file.",
            "Choose a file that `packaging/make_fingerprints.py` made.",
            code="fingerprints_unreadable",
        ) from error


@cache
def benchmarks() -> tuple[Fingerprints, ...]:
    """The public tests that the app knows; a damaged file is passed over."""
    found = []
    for path in sorted((resources() / "benchmarks").glob("*.json")):
        try:
            found.append(load_fingerprints(path))
        except StudioError:
            continue
    return tuple(found)
