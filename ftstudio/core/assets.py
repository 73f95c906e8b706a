"""Where the files that ship with the app lie: icons, font, starter model, samples."""

from __future__ import annotations

from pathlib import Path

from ftstudio.core.errors import StudioError

_PACKAGE = Path(__file__).resolve().parent.parent


def resources() -> Path:
    """The `resources/` folder: inside an installed package, or beside it in a checkout."""
    for folder in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        if folder.is_dir():
            return folder
    raise StudioError(
        "The app's own files are missing.",
        f"There is no resources folder beside {_PACKAGE}.",
        "Install the app again.",
        code="resources_missing",
    )


def starter_model() -> Path:
    return resources() / "starter_model"


def samples() -> Path:
    return resources() / "samples"
