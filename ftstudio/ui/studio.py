"""What every place is handed: the workspace and the settings of this window."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ftstudio.core.paths import Workspace
from ftstudio.core.settings import Settings

_log = logging.getLogger(__name__)


@dataclass
class Studio:
    workspace: Workspace
    settings: Settings

    def remember(self, **values: object) -> None:
        """Set and save settings; a full or read-only disk must not stop the window."""
        for name, value in values.items():
            setattr(self.settings, name, value)
        try:
            self.settings.save(self.workspace)
        except OSError as error:
            _log.warning("settings not saved: %s", error)
