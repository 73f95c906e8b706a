"""The bundled sample: a support desk's spreadsheet, with the blemishes that real ones have."""

from __future__ import annotations

from pathlib import Path

from ftstudio.core.assets import samples
from ftstudio.core.errors import StudioError


def example_file() -> Path:
    """The sample spreadsheet. Raises StudioError where it is missing."""
    found = sorted(samples().glob("*.xlsx"))
    if not found:
        raise StudioError(
            "The example can't be opened.",
            f"There is no spreadsheet in {samples()}.",
            "Install the app again, or bring a file of your own.",
            code="example_missing",
        )
    return found[0]
