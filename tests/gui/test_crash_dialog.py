"""Diagnostics can be read before they are copied, and hold nothing personal."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ftstudio import __version__
from ftstudio.ui.crash_dialog import CrashDialog, diagnostics, without_names


def _error() -> Exception:
    try:
        raise KeyError("column")
    except KeyError as error:
        return error


def test_diagnostics_have_versions_and_the_place() -> None:
    words = diagnostics(_error())
    assert f"ftstudio {__version__}" in words
    assert "KeyError: 'column'" in words
    assert "test_crash_dialog.py" in words


@pytest.mark.parametrize(
    "words",
    ['File "/home/anna/data/x.py"', "/Users/anna/Library", r"C:\Users\anna\x", "anna's workspace"],
)
def test_names_are_taken_out(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "anna")
    assert "anna" not in without_names(words)


def test_the_home_folder_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/somewhere/private"))
    assert without_names("/somewhere/private/ws/x") == "~/ws/x"


def test_shown_is_what_is_copied(qtbot: QtBot) -> None:
    dialog = CrashDialog(diagnostics(_error()))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.details.toPlainText()
    assert dialog.details.isReadOnly()
