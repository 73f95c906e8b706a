"""What the person chose for the app itself, remembered between starts."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import ValidationError

from ftstudio.core.params import Params, param
from ftstudio.core.paths import Workspace, write_text


class Settings(Params):
    theme: Literal["system", "light", "dark"] = param(
        "system",
        title="Colours",
        labels={"system": "As the computer", "light": "Light", "dark": "Dark"},
        help="Light, dark, or whatever the computer uses.",
    )
    detail: Literal["simple", "all"] = param(
        "simple",
        title="How many settings to show",
        labels={"simple": "The few that matter", "all": "All of them"},
        help="Every setting keeps its safe default while it is hidden.",
    )
    keep_awake: bool = param(
        True,
        title="Keep the computer awake while training",
        help="Sleep is allowed again the moment the run ends.",
    )
    notify: bool = param(
        True,
        title="Tell me when a run ends",
        help="One notification, and only while another window has the focus.",
    )
    try_tight: bool = param(
        True,
        title="Try what is tight before it starts",
        term="dry run",
        help="Three steps on the longest rows, where the card gets nearly full. About a minute.",
    )
    # Remembered, not shown: where the person was and what they used last.
    last_place: str = param("home", title="", help="", level="all")
    last_model: str = param("", title="", help="", level="all")
    last_folder: str = param("", title="", help="", level="all")
    recent_files: str = param("", title="", help="", level="all")  # one path per line
    geometry: str = param("", title="", help="", level="all")
    told_about_closing: bool = param(False, title="", help="", level="all")
    meaning_model: str = param("", title="", help="", level="all")  # compares meanings
    names_model: str = param("", title="", help="", level="all")  # finds names and addresses
    annotator: str = param("", title="", help="", level="all")  # who judges rows here

    @classmethod
    def load(cls, workspace: Workspace) -> Settings:
        """The saved settings. A damaged or newer file gives the defaults, name by name."""
        try:
            raw = json.loads(workspace.settings_file.read_text("utf-8"))
        except (OSError, ValueError):
            return cls()
        if not isinstance(raw, dict):
            return cls()
        settings = cls()
        for name in cls.model_fields.keys() & raw.keys():
            try:
                setattr(settings, name, raw[name])
            except ValidationError:
                continue
        return settings

    def save(self, workspace: Workspace) -> None:
        write_text(workspace.settings_file, self.model_dump_json(indent=2))
