"""What every place is handed."""

from __future__ import annotations

import pytest

from ftstudio.core.settings import Settings
from ftstudio.ui import studio as studio_module
from ftstudio.ui.studio import Studio


def test_what_is_remembered_is_on_disk(studio: Studio) -> None:
    studio.remember(last_model="starter", detail="all")
    saved = Settings.load(studio.workspace)
    assert (saved.last_model, saved.detail) == ("starter", "all")


def test_a_full_disk_does_not_stop_the_window(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(settings: Settings, workspace: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(studio_module.Settings, "save", full)
    studio.remember(last_place="runs")
    assert studio.settings.last_place == "runs"
    assert "settings not saved" in caplog.text
