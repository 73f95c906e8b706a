"""Stand-ins for personal data: the same thing is [EMAIL_3] wherever it stands.

The map back is kept by whoever asks for it, outside of any dataset, and readable by nobody else.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.data.finding.found import NAMED, Found

_SCHEMA = 1
_SPOKEN = re.compile(r"[\s().\-/]")


class Pseudonyms:
    """Numbers run by kind, in the order in which things are met."""

    def __init__(self, known: Mapping[tuple[str, str], str] | None = None) -> None:
        self._known = dict(known or {})
        self._counts = Counter(kind for kind, _ in self._known)

    def of(self, found: Found) -> str:
        thing = (found.kind, _plain(found))
        if thing not in self._known:
            self._counts[found.kind] += 1
            label = re.sub(r"\W+", "_", found.kind).upper()
            self._known[thing] = f"[{label}_{self._counts[found.kind]}]"
        return self._known[thing]

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


def keep(names: Pseudonyms, path: Path) -> None:
    """Save them where the person wants them. Raises StudioError where that can't be."""
    try:
        names.save(path.expanduser())
    except OSError as error:
        raise StudioError(
            f"{path} can't be written.",
            f"The system says: {error.strerror or error}.",
            "Choose another place.",
            code="cannot_write",
        ) from error


def _plain(found: Found) -> str:
    """What is the same thing: however it is spaced, in small or large letters."""
    if found.kind == "email":
        return found.text.casefold()
    if found.kind in NAMED:
        return " ".join(found.text.casefold().split())
    if found.kind in ("phone", "card", "iban", "national_id"):
        return _SPOKEN.sub("", found.text).upper()
    return found.text
