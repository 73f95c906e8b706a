"""The plot: what is drawn, the crosshair, smoothing, log scale, saving."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ftstudio.ui import theme
from ftstudio.ui.monitor.loss_card import LossCard
from ftstudio.ui.monitor.loss_plot import LossPlot
from ftstudio.ui.monitor.loss_series import LossSeries


def long_series(count: int = 5000) -> LossSeries:
    series = LossSeries()
    steps = np.arange(1, count + 1)
    series.extend(steps.tolist(), (1 + 2 * np.exp(-steps / 800)).tolist())
    series.add_validation(0, 3.2)
    series.add_validation(2500, 1.2)
    return series


@pytest.fixture
def card(qtbot: QtBot) -> LossCard:
    card = LossCard()
    qtbot.addWidget(card)
    card.resize(1000, 450)
    card.show()
    qtbot.waitExposed(card)
    card.plot.show_series(long_series(), 6000)
    card.plot.draw_now()
    return card


def test_few_points_are_drawn_and_the_axis_reaches_to_the_end(card: LossCard) -> None:
    drawn = len(card.plot._raw.getData()[0])
    assert 100 < drawn < 2 * card.plot.width()
    low, high = card.plot.getPlotItem().getViewBox().viewRange()[0]
    assert low <= 0
    assert 6000 <= high <= 6300
    assert len(card.plot._unseen_dots.getData()[0]) == 2


def test_redraws_are_at_most_twenty_a_second(card: LossCard, qtbot: QtBot) -> None:
    drawn = []
    card.plot._raw.sigPlotChanged.connect(lambda item: drawn.append(1))
    began = time.monotonic()
    for step in range(5001, 5101):
        card.plot.series.extend([step], [1.0])
        card.plot.redraw_soon()
        qtbot.wait(3)
    qtbot.wait(100)
    assert 1 <= len(drawn) <= 20 * (time.monotonic() - began) + 2
    assert card.plot._raw.getData()[0][-1] >= 5080  # the last bucket begins there


def test_arrow_keys_walk_along_the_curve_and_tell_its_values(card: LossCard, qtbot: QtBot) -> None:
    card.plot.setFocus()
    qtbot.keyClick(card.plot, Qt.Key.Key_Left)
    assert card.values().startswith("step 4,9")
    assert "smoothed 1.0" in card.values()
    qtbot.keyClick(card.plot, Qt.Key.Key_Home)
    assert "at step 5000" in card.plot.accessibleDescription()


def test_zooming_stops_following_until_a_double_click(card: LossCard, qtbot: QtBot) -> None:
    view = card.plot.getPlotItem().getViewBox()
    view.setXRange(1000, 2000, padding=0)
    card.plot.draw_now()
    assert view.viewRange()[0] == [1000, 2000]
    card.plot.show_all()
    card.plot.draw_now()
    assert view.viewRange()[0][1] >= 6000


def test_smoothing_and_log_scale_change_what_is_drawn(card: LossCard) -> None:
    before = card.plot._smooth.getData()[1].copy()
    card.smoothing.setValue(90)
    card.plot.draw_now()
    assert not np.allclose(before[:50], card.plot._smooth.getData()[1][:50])
    card.log.setChecked(True)
    card.plot.draw_now()
    assert card.plot._raw.getData()[1].max() < 0.6  # log10 of 3


def test_losses_of_zero_and_no_number_do_not_break_the_log_scale(
    card: LossCard, qtbot: QtBot
) -> None:
    series = LossSeries()
    series.extend([1, 2, 3, 4], [0.0, float("nan"), float("inf"), 2.0])
    card.plot.show_series(series, 4)
    card.plot.set_log(True)
    card.plot.draw_now()
    card.grab()
    steps, drawn = card.plot._raw.getData()
    assert steps[np.isfinite(drawn)].tolist() == [4]
    assert np.isfinite(card.plot.getPlotItem().getViewBox().viewRange()).all()


def test_an_empty_run_draws_an_empty_plot(card: LossCard) -> None:
    card.plot.show_series(LossSeries(), 0)
    card.plot.draw_now()
    assert card.values() == ""
    card.grab()


def test_saved_numbers_are_all_points_and_the_looks(card: LossCard, tmp_path: Path) -> None:
    card.plot.save_csv(tmp_path / "a.csv")
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text("utf-8").splitlines()))
    assert len(rows) == 5000 + 1  # step 0 has only a look
    at = {int(row["step"]): row for row in rows}
    assert at[2500]["loss_on_unseen_examples"] == "1.2"
    assert float(at[1]["loss"]) == pytest.approx(2.9975, abs=1e-3)


def test_the_picture_is_twice_as_large_as_on_the_screen(card: LossCard, tmp_path: Path) -> None:
    card.plot.save_png(tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    assert image.size() == card.plot.size() * 2
    colors = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7)
              for y in range(0, image.height(), 7)}  # fmt: skip
    assert len(colors) > 3


@pytest.mark.parametrize("name", ["a.csv", "a.png"])
def test_a_folder_that_can_not_be_written_is_an_error_in_words(
    card: LossCard, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    with qtbot.waitSignal(card.failed) as caught:
        card._write(tmp_path / "nowhere" / name)
    assert f"{name} could not be saved" in caught.args[0].what


def test_colours_follow_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    plot = LossPlot()
    qtbot.addWidget(plot)
    light = plot._smooth.opts["pen"].color().name()
    theme.apply_theme(qapp, "dark")
    try:
        qtbot.waitUntil(lambda: plot._smooth.opts["pen"].color().name() != light)
        assert plot._smooth.opts["pen"].color() == theme.color("plot1")
    finally:
        theme.apply_theme(qapp, "light")
