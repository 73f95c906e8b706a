"""Labels, notices, choices, bars, drops: what each promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ftstudio.cli.estimate_verb import TITLES
from ftstudio.core.errors import StudioError
from ftstudio.planning.memory_estimate import PARTS
from ftstudio.ui import theme
from ftstudio.ui.widgets.card import Chip
from ftstudio.ui.widgets.choice_cards import ChoiceCard, ChoiceGroup
from ftstudio.ui.widgets.empty_state import EmptyState
from ftstudio.ui.widgets.file_drop import FileDrop
from ftstudio.ui.widgets.memory_bar import MemoryBar, MemoryLegend, part_words
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.table_view import RowsTable
from ftstudio.ui.widgets.text import ElidedLabel

GB = 10**9


def test_elided_text_has_ellipsis_and_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("a sentence that is much longer than its room")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text() == label.accessibleName()
    label.resize(800, 20)
    assert label.text() == label.full_text()
    assert label.toolTip() == ""


def test_trailing_figure_changes_sides_with_the_layout(qtbot: QtBot) -> None:
    label = ElidedLabel("11 of 64 GB")
    qtbot.addWidget(label)
    label.set_trailing()
    assert label.alignment() & Qt.AlignmentFlag.AlignRight
    label.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft


def test_notice_shows_all_three_sentences_and_acts_once(qtbot: QtBot) -> None:
    bar, calls = NoticeBar(), []
    qtbot.addWidget(bar)
    assert bar.message() == ""
    bar.show_error(StudioError("What.", "Why.", "Remedy."), "Mend", lambda: calls.append(1))
    assert bar.message() == "What. Why. Remedy."
    mend = next(b for b in bar.findChildren(QPushButton) if b.text() == "Mend")
    mend.click()
    assert calls == [1]
    assert bar.isHidden()


def test_undo_is_offered_and_replaced_by_the_next_notice(qtbot: QtBot) -> None:
    bar, calls = NoticeBar(), []
    qtbot.addWidget(bar)
    bar.show_undo("Deleted “A”.", lambda: calls.append("a"))
    bar.show_undo("Deleted “B”.", lambda: calls.append("b"))
    next(b for b in bar.findChildren(QPushButton) if b.text() == "Undo").click()
    assert calls == ["b"]


def test_segmented_by_mouse_and_keys(qtbot: QtBot) -> None:
    control = Segmented([("simple", "Simple"), ("all", "All")])
    qtbot.addWidget(control)
    with qtbot.waitSignal(control.chosen) as heard:
        control.button("all").click()
    assert heard.args == ["all"]
    qtbot.keyClick(control, Qt.Key.Key_Left)
    assert control.current() == "simple"


@pytest.fixture
def group(qtbot: QtBot) -> ChoiceGroup:
    made = ChoiceGroup(2)
    qtbot.addWidget(made)
    for key in ("lora", "full", "qlora", "dora"):
        made.add(ChoiceCard(key, key.title(), "A promise."))
    made.resize(600, 300)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_arrows_move_and_space_chooses(group: ChoiceGroup, qtbot: QtBot) -> None:
    group.card("lora").setFocus()
    qtbot.keyClick(group.card("lora"), Qt.Key.Key_Right)
    assert group.card("full").hasFocus()
    assert group.current() == ""
    qtbot.keyClick(group.card("full"), Qt.Key.Key_Down)
    assert group.card("dora").hasFocus()
    with qtbot.waitSignal(group.chosen) as heard:
        qtbot.keyClick(group.card("dora"), Qt.Key.Key_Space)
    assert heard.args == ["dora"]
    assert group.current() == "dora"


def test_a_locked_card_can_be_read_but_not_chosen(group: ChoiceGroup, qtbot: QtBot) -> None:
    group.card("full").set_locked("Needs 40 GB.")
    with qtbot.assertNotEmitted(group.chosen), qtbot.waitSignal(group.refused):
        qtbot.mouseClick(group.card("full"), Qt.MouseButton.LeftButton)
    assert group.current() == ""
    assert group.card("full").isEnabled()
    assert group.card("full").accessibleDescription() == "Needs 40 GB."


def test_content_of_a_card_keeps_still_when_chosen(group: ChoiceGroup) -> None:
    card = group.card("lora")
    before = [child.mapTo(card, QPoint(0, 0)) for child in card.findChildren(QWidget)]
    group.select("lora")
    after = [child.mapTo(card, QPoint(0, 0)) for child in card.findChildren(QWidget)]
    assert before == after


def test_memory_bar_names_its_parts_and_marks_the_overflow(qtbot: QtBot) -> None:
    bar = MemoryBar({"model": 6 * GB, "optimizer": 3 * GB, "loss": 0}, 20 * GB, 24 * GB)
    qtbot.addWidget(bar)
    bar.resize(240, 18)
    assert [name for name, _ in bar.segments()] == ["model", "optimizer"]
    assert bar.segments()[0][1].width() == pytest.approx(60)
    assert bar.accessibleDescription() == "model 6.0 GB, optimizer 3.0 GB; 20.0 GB free"
    assert bar._overflow() is None
    bar.set({"model": 30 * GB}, 20 * GB, 24 * GB)
    over = bar._overflow()
    assert over is not None
    assert over.right() == pytest.approx(240)


def test_memory_bar_mirrors(qtbot: QtBot) -> None:
    bar = MemoryBar({"model": 6 * GB}, None, 24 * GB)
    qtbot.addWidget(bar)
    bar.resize(240, 18)
    bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert bar.segments()[0][1].right() == pytest.approx(240)


def test_the_parts_of_the_memory_have_one_set_of_words(qtbot: QtBot) -> None:
    legend = MemoryLegend()
    bar = MemoryBar({"model": 6 * GB, "copies": 2 * GB, "margin": GB}, None, 24 * GB)
    for widget in (legend, bar):
        qtbot.addWidget(widget)
    words = part_words(legend)
    assert words == TITLES  # the command line's
    said = ", ".join(
        label.accessibleName() or label.text() for label in legend.findChildren(QLabel)
    )
    assert all(words[part] in said for part in PARTS if part not in ("copies", "cache"))
    assert bar.accessibleDescription() == "model, other models 8.0 GB, margin 1.0 GB"


def test_meter_says_its_figure(qtbot: QtBot) -> None:
    meter = Meter("System memory")
    qtbot.addWidget(meter)
    meter.set(1.7, "11 of 64 GB in use", "warn")
    assert meter.bar.fraction() == 1
    assert meter.accessibleName() == "System memory: 11 of 64 GB in use"


def test_drop_gives_a_path(qtbot: QtBot, tmp_path: Path) -> None:
    field = FileDrop("Drop a spreadsheet here", "or click", ["csv", ".xlsx"])
    qtbot.addWidget(field)
    file = tmp_path / "ümläut 1.csv"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    with qtbot.waitSignal(field.chosen) as heard:
        field.dropEvent(event)
    assert heard.args == [file]
    assert "*.csv *.xlsx" in field.name_filter()


def test_click_and_enter_open_the_dialog(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    several = [tmp_path / "a.csv", tmp_path / "b.csv"]
    answers = [[str(several[0])], [], list(map(str, several))]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a: (answers.pop(0), ""))
    field = FileDrop("Drop", "hint", ["csv"])
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.chosen):
        qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(field.chosen):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    with qtbot.waitSignal(field.several) as heard:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard.args == [several]
    assert not answers


def test_table_asks_only_for_the_rows_it_shows(qtbot: QtBot) -> None:
    asked: list[tuple[int, int]] = []

    def fetch(start: int, count: int) -> list[dict[str, object]]:
        asked.append((start, count))
        return [
            {"_row": i + 2, "q": f"Question {i}", "a": None} for i in range(start, start + count)
        ]

    table = RowsTable()
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.set_source(["q", "a"], 1_000_000, fetch, ["Question", "Answer"])
    table.show()
    qtbot.wait(20)
    assert len(asked) == 1
    table.scrollToBottom()
    qtbot.wait(20)
    assert len(asked) <= 3
    model = table.rows
    assert model.data(model.index(999_999, 0)) == "Question 999999"
    assert model.data(model.index(5, 1)) == "empty"
    assert model.headerData(5, Qt.Orientation.Vertical) == "7"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Question"


def test_page_keeps_its_width_when_the_bar_appears(qtbot: QtBot) -> None:
    page = QWidget()
    QVBoxLayout(page)
    area = PageArea(page)
    qtbot.addWidget(area)
    area.resize(400, 300)
    area.show()
    before = page.width()
    page.setMinimumHeight(900)
    qtbot.wait(20)
    assert area.verticalScrollBar().isVisible()
    assert abs(page.width() - before) <= 1


def test_empty_state_offers_one_action(qtbot: QtBot) -> None:
    empty = EmptyState("layers", "No adapters yet", "They appear here.", "New fine-tune")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.action):
        empty.button.click()


def test_painted_widgets_change_with_the_theme(qtbot: QtBot, qapp: object) -> None:
    from PySide6.QtWidgets import QApplication

    assert isinstance(qapp, QApplication)
    chip, meter = Chip("Fits", "ok"), Meter("Memory")
    meter.set(0.5, "half")
    for widget in (chip, meter):
        qtbot.addWidget(widget)
        widget.show()
    light = [chip.grab().toImage(), meter.grab().toImage()]
    theme.apply_theme(qapp, "dark")
    assert chip.grab().toImage() != light[0]
    assert meter.grab().toImage() != light[1]
