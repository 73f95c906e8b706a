"""Pictures of a row: small in its bubbles, decoded in a thread, large by a click."""

from __future__ import annotations

import struct
import threading
import zlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from ftstudio.core.example import Example, Message
from ftstudio.ui.dataset.rows import picture_reading, picture_tile
from ftstudio.ui.dataset.rows.bubbles_view import BubblesView
from ftstudio.ui.dataset.rows.picture_dialog import PictureDialog
from ftstudio.ui.dataset.rows.picture_tile import PictureTile


@pytest.fixture
def two(tmp_path):
    paths = []
    for name, width, height, ink in (("a.png", 640, 320, "red"), ("b.jpg", 90, 400, "blue")):
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(ink)
        assert image.save(str(tmp_path / name))
        paths.append(str(tmp_path / name))
    return paths


def huge_png(path):
    """Says it has 64 million pixels; a few bytes long."""

    def chunk(kind, body):
        whole = kind + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8000, 8000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"x") + chunk(b"IEND", b""))
    return str(path)


def row(images, *turns):
    roles = ("user", "assistant")
    messages = [Message(role=roles[i % 2], content=said) for i, said in enumerate(turns)]
    return Example(messages=messages, images=images)


def shown(qtbot, example):
    view = BubblesView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.set_example(example)
    view.show()
    tiles = view.findChildren(PictureTile)
    qtbot.waitUntil(lambda: all(tile.shown is not None for tile in tiles), timeout=10_000)
    return view, tiles


def test_each_picture_stands_in_the_bubble_that_shows_it(qtbot, two):
    example = row(two, "<image>Who is this?", "A red one.", "And this?<image>", "A blue one.")
    view, tiles = shown(qtbot, example)
    assert [tile.path for tile in tiles] == two
    assert tiles[0].parent() is not tiles[1].parent()
    assert "1 of 2: 640 × 320 pixels" in tiles[0].accessibleName()
    words = [label.text() for label in view.findChildren(QLabel)]
    assert "[picture 1] Who is this?" in words
    assert "And this? [picture 2]" in words
    assert tiles[0].shown.image.width() <= 400  # never the whole of it
    assert tiles[0].width() > tiles[1].width()  # each in its own shape


def test_pictures_that_no_text_marks_stand_with_the_first_question(qtbot, two):
    view, tiles = shown(qtbot, row(two, "What are these?", "Colours.", "Sure?", "Yes."))
    assert [tile.path for tile in tiles] == two
    assert tiles[0].parent() is tiles[1].parent()
    assert "What are these?" in [label.text() for label in view.findChildren(QLabel)]


def test_a_picture_is_decoded_outside_the_windows_thread(qtbot, two, monkeypatch):
    threads = []

    def decode(path, side):
        threads.append(threading.current_thread())
        return picture_reading.decode(path, side)

    monkeypatch.setattr(picture_tile, "decode", decode)
    monkeypatch.setattr(picture_reading, "_thumbnails", type(picture_reading._thumbnails)())
    shown(qtbot, row(two[:1], "<image>Who?", "Red."))
    assert threads
    assert threading.main_thread() not in threads
    threads.clear()
    shown(qtbot, row(two[:1], "<image>Who?", "Red."))
    assert threads == []  # what was seen before is there at once


def test_what_cannot_be_shown_says_why(qtbot, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    paths = [str(tmp_path / "gone.png"), str(tmp_path / "broken.png"), huge_png(tmp_path / "h.png")]
    _, tiles = shown(qtbot, row(paths, "<image><image><image>Who?", "Nobody."))
    assert all(tile.shown.image is None for tile in tiles)
    said = [tile.accessibleName() for tile in tiles]
    assert "it is not there" in said[0]
    assert "broken" in said[1]
    assert "too large" in said[2]
    opened = []
    tiles[0].opened.connect(opened.append)
    tiles[0].click()
    assert opened == []


def test_a_click_shows_it_large_and_the_arrows_walk(qtbot, two):
    view, tiles = shown(qtbot, row(two, "<image>Who?<image>", "Both."))
    tiles[0].setFocus()
    QTest.keyClick(tiles[0], Qt.Key.Key_Return)
    (dialog,) = view.window().findChildren(PictureDialog)
    qtbot.waitUntil(lambda: "640 × 320" in dialog.facts.full_text(), timeout=10_000)
    QTest.keyClick(dialog, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "90 × 400" in dialog.facts.full_text(), timeout=10_000)
    assert "Picture 2 of 2" in dialog.canvas.accessibleName()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
