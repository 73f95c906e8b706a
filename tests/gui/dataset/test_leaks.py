"""The leak card: four counted checks, the own test file, and rows that teach nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from ftstudio.ui.widgets.text import ElidedLabel
from tests.nasty.shared_data import SHARED, needs_shared

MADE = SHARED / "nasty" / "made"


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: wizard.desk.resting and not wizard.desk.busy, timeout=30_000)


@pytest.fixture
def preview(qtbot, place, settled, monkeypatch):
    """Opens a file at the preview, without the child that renders rows."""
    from ftstudio.ui.dataset.preview.preview_run import PreviewRun

    monkeypatch.setattr(PreviewRun, "start", lambda *_: None)

    def make(path: Path):
        place.open(path)
        wizard = settled()
        idle(qtbot, wizard)
        wizard.go_to("preview")
        looked(qtbot, wizard.page)
        return wizard

    return make


def looked(qtbot, page):
    qtbot.waitUntil(lambda: page.leaks.leaks is not None, timeout=30_000)


@pytest.fixture
def unlike(tmp_path) -> Path:
    """No row says nearly the same as another one."""
    lines = ["Question,Answer"]
    for i in range(40):
        asked, said = (hashlib.sha256(f"{i}{part}".encode()).hexdigest() for part in "ab")
        lines.append(f"{asked[:30]} {asked[30:]}?,{said}")
    path = tmp_path / "unlike.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_nothing_leaks_in_a_file_without_doubles(preview, unlike):
    page = preview(unlike).page
    assert page.leaks.said("same") == "0"
    assert page.leaks.said("near") == "0"
    assert page.leaks.said("test") == "none chosen"
    assert page.leaks.chip.text() == "None left"
    assert page.leaks.together_button.isHidden()


def test_no_words_are_cut_beside_a_test_file(qtbot, preview, unlike, tmp_path, monkeypatch):
    test = tmp_path / "my test.csv"
    test.write_text("\n".join(unlike.read_text("utf-8").splitlines()[:21]), "utf-8")
    page = preview(unlike).page
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(test), ""))
    QTest.mouseClick(page.leaks.test_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.leaks.said("test") == "20 of 20 rows", timeout=30_000)
    *names, sentence = page.leaks.findChildren(ElidedLabel)
    qtbot.waitUntil(lambda: [one.text() for one in names] == [one.full_text() for one in names])
    assert len(names) == 4
    assert sentence.toolTip() == sentence.full_text()  # one line of it; its figure stands above


def test_rows_of_the_own_test_file_are_found_and_left_out(
    qtbot, preview, unlike, tmp_path, monkeypatch
):
    test = tmp_path / "my test.csv"
    test.write_text("\n".join([*unlike.read_text("utf-8").splitlines()[:2], "New?,No."]), "utf-8")
    wizard = preview(unlike)
    page = wizard.page
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(test), ""))
    QTest.mouseClick(page.leaks.test_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.leaks.said("test") == "1 of 2 rows", timeout=30_000)
    page.leaks._lines["test"][2].click()
    qtbot.waitUntil(lambda: "1 of 1" in page.leaking.dialog.count.text(), timeout=10_000)
    page.leaking.dialog.reject()
    before = wizard.desk.facts.total
    QTest.mouseClick(page.leaks.leave_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.leaks.said("test") == "0 of 2 rows", timeout=30_000)
    idle(qtbot, wizard)
    assert wizard.desk.facts.total == before - 1
    wizard.desk.undo.undo()
    qtbot.waitUntil(lambda: page.leaks.said("test") == "1 of 2 rows", timeout=30_000)


def test_near_twins_on_both_sides_are_kept_on_one(qtbot, preview, xlsx):
    wizard = preview(xlsx)
    page = wizard.page
    assert page.leaks.said("near") == "4"
    assert "nearly the same" in page.leaks._more.full_text()
    QTest.mouseClick(page.leaks.together_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.leaks.said("near") == "0", timeout=30_000)
    assert wizard.desk.facts.draft.split.near


def test_a_test_file_that_cannot_be_read_is_refused_in_words(
    qtbot, preview, xlsx, tmp_path, monkeypatch
):
    page = preview(xlsx).page
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "gone.csv"), ""))
    page.leaks.test_button.click()
    qtbot.waitUntil(lambda: bool(page.notice.message()), timeout=30_000)


@needs_shared
def test_a_test_file_known_to_leak_is_caught(qtbot, preview, monkeypatch):
    page = preview(MADE / "leak_train.csv").page
    tests = sorted(MADE.glob("leak_*test*")) or sorted(MADE.glob("leak_eval*"))
    if not tests:
        pytest.skip("the shared data has no test file that leaks")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tests[0]), ""))
    page.leaks.test_button.click()
    qtbot.waitUntil(lambda: "of" in page.leaks.said("test"), timeout=30_000)
    assert not page.leaks.said("test").startswith("0")
