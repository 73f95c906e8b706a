"""The pictures of a version: copied into it, each named by the sha256 of what it holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.data.pictures import name_by_content
from ftstudio.data.watched import heard

Tell = Callable[[float], None]  # may raise to stop
PICTURES = "images"  # the folder in a version


def named_pictures(
    examples: Sequence[Example], tell: Tell | None = None
) -> tuple[Sequence[Example], dict[str, Path]]:
    """The examples with their pictures called by what they show, and where those lie now."""
    names: dict[str, str] = {}
    places = {place for example in heard(examples, tell) for place in example.images or ()}
    try:
        for place in places:
            names[place] = name_by_content(Path(place))
            if tell:
                tell(0.0)
    except OSError as error:
        raise _picture_gone(place, error) from error
    if not names:
        return examples, {}
    named = []
    for example in heard(examples, tell):
        own = [names[place] for place in example.images or ()]
        meta = {**example.meta, "images": own}
        named.append(example.model_copy(update={"images": own, "meta": meta}) if own else example)
    return named, {name: Path(place) for place, name in names.items()}


def copy_pictures(
    folder: Path, pictures: Mapping[str, Path], tell: Tell | None = None
) -> dict[str, Any]:
    """Copy them into the version; what changed since it was named is not taken."""
    if not pictures:
        return {}
    folder.mkdir(mode=0o700)
    for name, place in pictures.items():
        try:
            shutil.copyfile(place, folder / name)
        except FileNotFoundError as error:
            raise _picture_gone(str(place), error) from error
        with (folder / name).open("rb+") as file:
            os.fsync(file.fileno())
        if name_by_content(folder / name) != name:
            raise _picture_gone(str(place), OSError("it changed meanwhile"))
        if tell:
            tell(1.0)
    size = sum((folder / name).stat().st_size for name in pictures)
    return {"images": {"count": len(pictures), "bytes": size}}


def _picture_gone(place: str, error: OSError) -> StudioError:
    return StudioError(
        "A picture of the dataset is not there any more.",
        f"{place} can't be read: {error.strerror or error}.",
        "Put it back, or choose the file again, so that its row is left out.",
        code="picture_missing",
    )
