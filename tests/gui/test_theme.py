"""Colours that can be read, and a style sheet without gaps."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFont, QFontInfo
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ftstudio.core.assets import resources
from ftstudio.ui import theme


def _luminance(name: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    colour = QColor(name)
    return (
        0.2126 * linear(colour.red())
        + 0.7152 * linear(colour.green())
        + 0.0722 * linear(colour.blue())
    )


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), theme.TEXT_ON)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    tokens = theme.TOKENS[scheme]
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", [t for t in theme.TOKENS["light"] if t.startswith("mem_")])
def test_memory_parts_stand_out(scheme: str, part: str) -> None:
    tokens = theme.TOKENS[scheme]
    assert contrast(tokens[part], tokens["surface"]) >= 3
    assert contrast(tokens[part], tokens["surface2"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_style_sheet_has_only_known_tokens_and_files(scheme: str) -> None:
    sheet = theme.style_sheet("light" if scheme == "light" else "dark")
    assert "$" not in sheet
    for name in re.findall(r"url\(theme:([^)]+)\)", sheet):
        assert (resources() / "theme" / name).is_file(), name


def test_no_rule_uses_a_property_that_qt_owns() -> None:
    """A dynamic property called `size` never matches."""
    sheet = theme.style_sheet("light")
    assert not re.findall(r'\[(size|icon|text|font|enabled|visible|palette)="', sheet)


def test_radius_stays_within_half_the_height_of_a_chip() -> None:
    """A larger radius silently drops all rounding."""
    rule = re.search(r'QLabel\[chip="true"\] \{([^}]+)\}', theme.style_sheet("light"))
    assert rule is not None
    height = int(re.findall(r"min-height: (\d+)px", rule[1])[0])
    assert int(re.findall(r"border-radius: (\d+)px", rule[1])[0]) <= height / 2


def test_inter_has_three_real_weights(qapp: QApplication) -> None:
    widths = set()
    for weight in (QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold):
        font = theme.font(40, weight)
        assert QFontInfo(font).family().startswith("Inter")
        label = QLabel("Hamburgefonstiv")
        label.setFont(font)
        widths.add(label.fontMetrics().horizontalAdvance(label.text()))
    assert len(widths) == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_check_boxes_show_their_state(qapp: QApplication, scheme: str) -> None:
    theme.apply_theme(qapp, "dark" if scheme == "dark" else "light")
    box = QCheckBox("x")
    box.resize(60, 30)
    images = []
    for on in (False, True):
        box.setChecked(on)
        images.append(box.grab().toImage())
    assert images[0] != images[1]
    ground = QColor(theme.TOKENS[scheme]["bg"]).rgb()
    off = images[0]
    assert any(off.pixel(x, off.height() // 2) != ground for x in range(18))


def test_restyle_takes_effect_at_once(qapp: QApplication) -> None:
    label = QLabel("x")
    label.ensurePolished()
    theme.restyle(label, "tone", "bad")
    assert label.palette().color(label.foregroundRole()) == theme.color("bad")


class Deep(QLabel):
    """Counts how often the style is worked out for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("x", parent)
        self.styled = 0

    def changeEvent(self, event: QEvent) -> None:
        self.styled += event.type() == QEvent.Type.StyleChange
        super().changeEvent(event)


def test_another_theme_is_worked_out_once_for_each_widget(qapp: QApplication, qtbot: QtBot) -> None:
    """A sheet put in the place of another one is worked out once per parent: with a wizard open
    the window stood still for seconds."""
    top = inner = QWidget()
    qtbot.addWidget(top)
    for _ in range(12):
        inner = QWidget(inner)
    label = Deep(inner)
    top.show()
    styled = []
    for mode in ("dark", "light"):
        label.styled = 0
        theme.apply_theme(qapp, "dark" if mode == "dark" else "light")
        styled.append(label.styled)
        assert label.palette().color(label.foregroundRole()) == theme.color("text")
    assert max(styled) <= 4
    assert min(styled) > 0
