"""Where a command may write a file: never over anything but what such a command wrote before."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ftstudio.core.errors import StudioError

_BEGINNING = 4_096  # bytes by which a file is known


def demand_place(out: Path, what: str, is_ours: Callable[[str], bool]) -> None:
    """Before any work is done: raises StudioError where `out` is a folder, can lie in none, or is
    a file that such a command did not write. The folder is made where there is none."""
    if os.path.isdir(out):
        raise _refused(out, what, "It is a folder.", "Name a file in it.")
    _make_folder_of(out, what)
    if os.path.lexists(out) and not is_ours(_beginning(out)):
        raise _refused(
            out, what, "There is another file already, which would be lost.",
            "Name another file, or delete this one first.",
        )  # fmt: skip


def demand_new_folder(out: Path | None) -> None:
    """A dataset's folder is new or empty; that is looked at before hours of work."""
    if out is None:
        return
    if not os.path.lexists(out):
        return _make_folder_of(out, "The dataset")
    try:
        if os.path.isdir(out) and not os.listdir(out):
            return
    except OSError:
        pass  # it can't be looked into, so it can't be written either
    raise StudioError(
        f"{out} is there already.",
        "A dataset is never written over anything.",
        "Name another folder, or empty this one first.",
        code="target_exists",
    )


def _make_folder_of(out: Path, what: str) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or error
        raise _refused(
            out, what, f"The system says: {why}.", "Choose a folder of your own."
        ) from error


def _beginning(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_BEGINNING).decode("utf-8-sig", "replace")
    except OSError:
        return "?"


def _refused(out: Path, what: str, why: str, remedy: str) -> StudioError:
    return StudioError(f"{what} can't be written to {out}.", why, remedy, code="cannot_write")
