"""Further names of a frozen version: the same rows, frozen again under another one.

They lie beside the content, which never changes, and are no part of what is hashed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ftstudio.core.paths import write_text

FILE = "names.json"


def names_in(folder: Path) -> tuple[str, ...]:
    """The newest first; none where nobody noted any, or where the list can't be read."""
    try:
        told = json.loads((folder / FILE).read_text("utf-8"))
        return tuple(str(name) for name in told["also"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def note_name(folder: Path, own: str, name: str) -> None:
    """Keep a name that differs from the version's own."""
    known = [one for one in names_in(folder) if one != name]
    if name and name != own:
        set_names(folder, [name, *known])


def set_names(folder: Path, names: Sequence[str]) -> None:
    """These and no others. Raises OSError where the place can't be written."""
    if names:
        write_text(folder / FILE, json.dumps({"schema": 1, "also": list(names)}, indent=2))
    else:
        (folder / FILE).unlink(missing_ok=True)
