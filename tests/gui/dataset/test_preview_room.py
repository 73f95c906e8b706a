"""The preview has room in a window 800 high: nothing scrolls, and nothing moves under the eyes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from ftstudio.basemodels.catalogue import add_folder
from ftstudio.core.assets import starter_model
from ftstudio.core.example import Example, Message
from ftstudio.core.rendered import Piece, RenderedRow
from ftstudio.ui.dataset.facts import Sampled
from ftstudio.ui.dataset.preview.preview_row import PreviewRow

_ROOM = (1072, 800)  # what the rail leaves of 1280 × 800


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: wizard.desk.resting and not wizard.desk.busy, timeout=30_000)


def scrolls(wizard) -> bool:
    wizard.grab()  # all layouts are done
    return wizard.frame._pages.currentWidget().verticalScrollBar().maximum() > 0


def places(page) -> list[object]:
    page.grab()
    return [part.mapTo(page, part.rect().topLeft()) for part in (page.row, page._below, page.split)]


@pytest.fixture
def long_rows(tmp_path) -> Path:
    """A very long question first; some of the others say nearly the same."""
    lines = ["Question,Answer"]
    for i in range(40):
        asked = " ".join(f"lamp{i} does not shine at night" for _ in range(1 + 40 * (i % 4 == 0)))
        lines.append(f"{asked}?,Row {i}: change the wick and light it again.")
    path = tmp_path / "lamps.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_nothing_scrolls_or_moves(qtbot, place, settled, long_rows):
    place.resize(*_ROOM)
    place.open(long_rows)
    wizard = settled()
    wizard.go_to("preview")
    page = wizard.page
    qtbot.waitUntil(lambda: page.run.running, timeout=30_000)
    assert page.meter.isVisible()
    assert not scrolls(wizard)
    before = places(page)
    qtbot.waitUntil(lambda: page.preview is not None, timeout=60_000)
    idle(qtbot, wizard)
    qtbot.waitUntil(lambda: page.lengths._guess is not None, timeout=20_000)
    assert page.sums.isVisible()
    assert places(page)[:2] == before[:2]
    assert not scrolls(wizard)
    page.lengths.choose(64)
    idle(qtbot, wizard)
    assert page.notice.isVisible()
    assert page.row.legend["learned"][1].text() == "nothing is learned"
    assert not scrolls(wizard)
    page.row.toggle()
    assert not scrolls(wizard)
    page.left()


def test_a_refused_row_says_why(qtbot, place, settled, studio, long_rows, tmp_path):
    strict = tmp_path / "strict"
    shutil.copytree(starter_model(), strict)
    template = strict / "chat_template.jinja"
    refuses = "{% if 'lamp4 ' in messages[0].content %}{{ raise_exception('no fours') }}{% endif %}"
    template.write_text(refuses + template.read_text("utf-8"), "utf-8")
    add_folder(studio.workspace, strict)
    studio.settings.last_model = str(strict)
    place.resize(*_ROOM)
    place.open(long_rows)
    wizard = settled()
    wizard.go_to("preview")
    page = wizard.page
    qtbot.waitUntil(lambda: page.preview is not None, timeout=60_000)
    idle(qtbot, wizard)
    assert page.preview.refusal(4)
    page._go(4)
    assert page.preview.refusal(4) in page.row.tokens.toPlainText()
    page._go(5)
    assert "refuses" not in page.row.tokens.toPlainText()
    assert "refuses" in page.notice.message()
    assert not scrolls(wizard)
    page.left()


def test_a_row_too_long_to_be_shown_says_where_it_is_whole(qtbot):
    row = PreviewRow()
    qtbot.addWidget(row)
    messages = [Message(role="user", content="Why?"), Message(role="assistant", content="so " * 90)]
    row.show_kind("chat")
    row.show_place(Sampled(0, Example(messages=messages), "train"), 1, 1)
    for written, told in (("user: Why? so so …", True), ("user: Why? " + "so " * 90, False)):
        pieces = (Piece(written, learned=True, special=False),)
        row.show_tokens(RenderedRow(0, pieces, 99, ((0, 99),), {}), 512)
        assert ("whole under “Chat bubbles”" in row.clipped.text()) is told
    assert any(label.text() == "so " * 90 for label in row.bubbles.findChildren(QLabel))
