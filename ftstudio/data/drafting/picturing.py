"""Finds the pictures that an example names: beside the file, in its archive, or in the row."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from ftstudio.core.example import Example
from ftstudio.data.ingest.arrow_rows import FILES
from ftstudio.data.ingest.sides_named import leads_outside, link_home, snapshot
from ftstudio.data.pictures import look_at, name_by_content, suffix_of
from ftstudio.data.table import Problem, RawTable, excerpt

_WEB = ("http://", "https://", "//", "ftp://")


class Pictures:
    """The pictures of one table. Each is looked at once; nothing is decoded and nothing fetched."""

    def __init__(self, table: RawTable) -> None:
        self._kept = table.folder / FILES
        beside = snapshot(table.path) if table.path.is_dir() else table.path.parent
        self._roots = [beside, self._kept]
        self._homes = [link_home(root).resolve() for root in self._roots]
        self._known: dict[str, tuple[str, str] | str] = {}

    def found(self, example: Example) -> Example | Problem:
        """The example with the places and the names of its pictures, or why one can't be used."""
        places: list[str] = []
        names: list[str] = []
        for said in example.images or ():
            if said not in self._known:
                self._known[said] = self._look(said)
            known = self._known[said]
            if isinstance(known, str):
                return Problem(example.source_row, known, excerpt(example.question))
            places.append(known[0])
            names.append(known[1])
        if not places:
            return example
        meta = {**example.meta, "images": names}
        return example.model_copy(update={"images": places, "meta": meta})

    def _look(self, said: str) -> tuple[str, str] | str:
        """Where the picture lies and what it is called by its content; or what is wrong."""
        if said.startswith("data:"):
            return self._from_row(said)
        if said.lower().startswith(_WEB):
            return (
                f"The picture {said[:80]} lies on the web, and nothing is fetched while a file is "
                "read. Save it beside the file and name it in the row."
            )
        said = said.removeprefix("file://")
        path = next((p for root in self._roots if (p := root / said).is_file()), None)
        if path is None:
            return f"The picture {said[:200]} can't be used: it is not there."
        if all(leads_outside(path, home) for home in self._homes):
            return (
                f"The picture {said[:200]} lies outside the folder of the file. Put it beside the "
                "file, or into a folder there."
            )
        return _named(path.resolve(), said)

    def _from_row(self, said: str) -> tuple[str, str] | str:
        """A picture that stands in the row itself becomes a file beside the rows."""
        head, _, written = said.partition(",")
        try:
            raw = base64.b64decode(written, validate=True) if head.endswith(";base64") else b""
        except (binascii.Error, ValueError):
            raw = b""
        suffix = suffix_of(raw[:16])
        if not suffix:
            return "The picture that stands in the row is broken, or none (PNG, JPEG, GIF, WebP)."
        path = self._kept / f"{hashlib.sha256(raw).hexdigest()}{suffix}"
        if not path.is_file():
            path.parent.mkdir(exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(raw)
            os.replace(part, path)
        return _named(path, "that stands in the row")


def _named(path: Path, said: str) -> tuple[str, str] | str:
    if fault := look_at(path).fault:
        return f"The picture {said[:200]} can't be used: {fault}."
    return str(path), name_by_content(path)


def find_pictures(made: Sequence[Example], pictures: Pictures) -> list[Example] | Problem:
    """All examples of a row with their pictures; one that can't be used makes the row a problem."""
    found: list[Example] = []
    for example in made:
        one = pictures.found(example) if example.images else example
        if isinstance(one, Problem):
            return one
        found.append(one)
    return found
