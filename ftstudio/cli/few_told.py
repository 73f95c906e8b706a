"""What the terminal says of a fresh dataset: too little to check with, or frozen before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftstudio.cli.screen import Screen

if TYPE_CHECKING:
    from ftstudio.data.versions.library import DatasetVersion


def tell(version: DatasetVersion, screen: Screen) -> None:
    """What is lacking to check with, where it was frozen so."""
    from ftstudio.data.sides.few import Few

    if few := version.manifest.get("few_to_check"):
        known = Few.model_validate(few)
        screen.say(f"Rough figures: {known.what} {known.why}")


def tell_again(version: DatasetVersion, name: str, screen: Screen) -> None:
    """The same rows were frozen before, under another name."""
    if name and name != version.name:
        screen.say(f"The same rows were frozen before as {version.name}: it is one dataset. "
                   f"“{name}” is kept as another name of it.")  # fmt: skip
