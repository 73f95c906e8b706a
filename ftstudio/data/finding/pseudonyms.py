"""Stand-ins for personal data: the same thing is [EMAIL_3] wherever it stands.

The map back is kept by whoever asks for it, outside of any dataset, and readable by nobody else.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.data.finding.found import NAMED, Found
from ftstudio.data.finding.online import plain_email

_SCHEMA = 1
_SPOKEN = re.compile(r"[\s().\-/]")
_NAME = re.compile(r"\[(\w{1,40})_(\d{1,9})\]")


class Pseudonyms:
    """Numbers run by kind, in the order in which things are met. They go on behind what is known,
    and behind stand-ins that `texts` hold already: none ever means two things."""

    def __init__(
        self, known: Mapping[tuple[str, str], str] | None = None, texts: Iterable[str] = ()
    ) -> None:
        self._known = dict(known or {})
        self._last: dict[str, int] = {}
        for text in chain(self._known.values(), texts):
            for label, number in _NAME.findall(text) if "[" in text else ():
                self._last[label] = max(self._last.get(label, 0), int(number))

    def of(self, found: Found) -> str:
        thing = (found.kind, _plain(found))
        if thing not in self._known:
            label = re.sub(r"\W+", "_", found.kind).upper()
            self._last[label] = self._last.get(label, 0) + 1
            self._known[thing] = f"[{label}_{self._last[label]}]"
        return self._known[thing]

    def going_on(self, texts: Iterable[str]) -> Pseudonyms:
        """Another list, for what comes after: it knows all of this one, which stays as it is."""
        return Pseudonyms(self._known, texts)

    def holds(self, other: Pseudonyms) -> bool:
        """Whether it knows all that the other one does, by the same names."""
        return other._known.items() <= self._known.items()

    def __len__(self) -> int:
        return len(self._known)

    def save(self, path: Path) -> None:
        """Written whole or not at all, for the owner's eyes only."""
        things = [
            {"kind": kind, "text": text, "name": name} for (kind, text), name in self._known.items()
        ]
        passing = path.with_name(path.name + ".part")
        passing.unlink(missing_ok=True)
        handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"schema": _SCHEMA, "things": things}, file, ensure_ascii=True, indent=1)
        os.replace(passing, path)

    @classmethod
    def load(cls, path: Path) -> Pseudonyms:
        try:
            data = json.loads(path.read_text("utf-8"))
            if data["schema"] != _SCHEMA:
                raise ValueError(data["schema"])
            return cls({(one["kind"], one["text"]): one["name"] for one in data["things"]})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StudioError(
                "The list of pseudonyms can't be read.",
                f"{path.name}: {error}.",
                "Choose the file that was saved with the dataset, or hide the data anew.",
                code="pseudonyms_unreadable",
            ) from error


def keep(names: Pseudonyms, path: Path) -> Path:
    """Save them where the person wants them, and tell where they lie: beside what is there already
    unless nothing of it would be lost, for without its list nobody finds back. Raises StudioError
    where that can't be."""
    try:
        place = _free(names, path.expanduser())
        names.save(place)
        return place
    except OSError as error:
        raise StudioError(
            f"{path} can't be written.",
            f"The system says: {error.strerror or error}.",
            "Choose another place.",
            code="cannot_write",
        ) from error


def _free(names: Pseudonyms, path: Path) -> Path:
    place, count = path, 1
    while place.exists() and not _goes_on(names, place):
        count += 1
        place = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return place


def _goes_on(names: Pseudonyms, path: Path) -> bool:
    """Whether all that this file tells is told by these too."""
    try:
        return names.holds(Pseudonyms.load(path))
    except StudioError:  # a file of another kind
        return False


def _plain(found: Found) -> str:
    """What is the same thing: however it is spaced, in small or large letters."""
    if found.kind == "email":
        return plain_email(found.text)
    if found.kind in NAMED:
        return " ".join(found.text.casefold().split())
    if found.kind in ("phone", "card", "iban", "national_id"):
        return _SPOKEN.sub("", found.text).upper()
    return found.text
