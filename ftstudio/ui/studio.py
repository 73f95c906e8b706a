"""What every place is handed: the workspace and the settings of this window."""

from __future__ import annotations

from dataclasses import dataclass

from ftstudio.core.paths import Workspace
from ftstudio.core.settings import Settings


@dataclass
class Studio:
    workspace: Workspace
    settings: Settings

    def remember(self, **values: object) -> None:
        """Set and save settings; a full or read-only disk must not stop the window."""
        import logging

        for name, value in values.items():
            setattr(self.settings, name, value)
        try:
            self.settings.save(self.workspace)
        except OSError as error:
            logging.getLogger(__name__).warning("settings not saved: %s", error)
