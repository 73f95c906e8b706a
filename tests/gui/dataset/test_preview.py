"""The preview: a real child renders the rows; lengths, limits, split and leaving."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from ftstudio.core.assets import starter_model
from ftstudio.core.example import Example, Message
from ftstudio.core.units import format_bytes
from ftstudio.jobs import launch
from ftstudio.techniques.rendering import render_chat
from ftstudio.ui.dataset.preview.length_plot import bin_lengths, nice_step
from ftstudio.ui.dataset.rows.bubbles_view import BubblesView
from ftstudio.worker.model import load_tokenizer


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: not wizard.desk.busy and wizard.desk._task is None, timeout=20_000)


@pytest.fixture
def opened(qtbot, place, settled):
    """The preview of a file, once it stands."""
    pages = []

    def make(file: Path):
        place.open(file)
        wizard = settled()
        wizard.go_to("preview")
        qtbot.waitUntil(lambda: wizard.page.preview is not None, timeout=60_000)
        idle(qtbot, wizard)
        pages.append(wizard.page)
        return wizard.page

    yield make
    for page in pages:
        page.left()


@pytest.fixture
def page(opened, xlsx):
    return opened(xlsx)


@pytest.fixture
def wordy(opened, tmp_path):
    """Rows whose question alone is longer than the shortest limit, and some that are short."""

    def make(rows: int = 32, shorter: int = 0):
        lines = ["Question,Answer"]
        for i in range(rows):
            many = 3 if i < shorter else 70 + i
            asked = " ".join(f"lamp{i}" for _ in range(many))
            lines.append(f"{asked}?,Row {i} says yes.")
        path = tmp_path / "wordy.csv"
        path.write_text("\n".join(lines), "utf-8")
        return opened(path)

    return make


@pytest.fixture
def no_child(monkeypatch):
    """From now on no worker may be started."""

    def forbid() -> None:
        monkeypatch.setattr(launch, "start", lambda *_: pytest.fail("a child was started again"))

    return forbid


def test_the_text_on_green_is_what_training_learns(page):
    tokenizer = load_tokenizer(starter_model())
    for sampled in page.desk.facts.sample:
        row = render_chat(sampled.example, tokenizer)
        shown = page.preview.rows[sampled.place]
        assert shown.tokens == len(row.input_ids)
        assert shown.learned_within(page.within.limit) == sum(row.learned)
        text = "".join(piece.text for piece in shown.pieces)
        assert text == tokenizer.decode(row.input_ids)
    assert list(page.preview.lengths) == [
        len(render_chat(s.example, tokenizer).input_ids) for s in page.desk.facts.sample
    ]


def test_rows_are_walked_and_seen_as_bubbles(page):
    assert page.row.where.text() == "Row 1 of 31"
    first = page.row.tokens.toPlainText()
    QTest.keyClick(page, Qt.Key.Key_Right)
    page.row.next.click()
    assert page.row.where.text() in ("Row 2 of 31", "Row 3 of 31")
    assert page.row.tokens.toPlainText() != first
    page.row.view.button("bubbles").click()
    assert page.row.bubbles.isVisible()
    assert not page.row.tokens.isVisible()
    page._go(-1)
    assert page.row.where.text() == "Row 31 of 31"


def test_a_shorter_limit_shows_at_once_what_it_cuts(qtbot, wordy, no_child):
    page = wordy(shorter=10)
    no_child()
    assert page.lengths.chip.text() == "None cut off"
    page.lengths.choose(64)
    lengths = page.preview.lengths
    cut = sum(1 for length in lengths if length > 64)
    assert page.within.cut == cut == 22
    assert page.lengths.chip.text() == f"{100 * cut / 32:.1f} % cut off"
    assert page.row.legend["cut"][1].isHidden()
    page._go(-1)
    assert page.row.legend["cut"][1].text() == f"cut off: {lengths[-1] - 64}"
    end = QTextCursor(page.row.tokens.document())
    end.movePosition(QTextCursor.MoveOperation.End)
    assert end.charFormat().fontStrikeOut()
    qtbot.waitUntil(lambda: page.desk._lengths[1] == 64)  # the report card takes it too
    idle(qtbot, page)


def test_a_limit_s_figures_are_those_of_the_rows(qtbot, wordy):
    """Each limit as if the rows were rendered for it alone."""
    page = wordy(shorter=10)
    tokenizer = load_tokenizer(starter_model())
    rows = [render_chat(s.example, tokenizer).learned for s in page.desk.facts.sample]
    for limit in page.preview.limits:
        within = page.preview.at(limit)
        barren = [i for i, learned in enumerate(rows) if True not in learned[:limit]]
        assert within.barren == len(barren)
        assert page.preview.barren_keys(limit) == tuple(str(i + 2) for i in barren)
        assert within.stop_learned == sum(1 for learned in rows if learned[:limit] == learned)


def test_leaving_at_once_keeps_the_limit(qtbot, wordy):
    page = wordy(shorter=31)
    page.lengths.choose(64)
    page.left()
    assert page.desk._lengths[1] == 64
    idle(qtbot, page)


def test_where_nothing_is_learned_it_can_not_go_on(wordy):
    page = wordy()
    page.lengths.choose(64)
    assert page.within.barren == 32
    assert not page.foot().enabled
    assert "longer" in page.foot().primary


def test_a_longer_text_is_the_one_click_remedy(wordy, no_child):
    page = wordy()
    no_child()
    page.lengths.choose(64)
    assert page.barren.all
    longest = max(page.preview.lengths)
    assert page.barren.longer >= longest
    assert page.foot().secondary == f"Read up to {page.barren.longer} tokens"
    page.secondary()
    assert page.within.limit >= longest
    assert not page.barren.count
    assert page.foot().enabled


def test_rows_with_nothing_to_learn_are_left_out_by_one_click(qtbot, wordy):
    page = wordy(shorter=10)
    page.lengths.choose(64)
    assert page.barren.count == 22
    assert not page.foot().enabled
    assert "22 rows have nothing to learn from" in page.notice.message()
    page.notice._action.click()
    qtbot.waitUntil(lambda: page.desk.facts.total == 10, timeout=30_000)
    qtbot.waitUntil(lambda: len(page.preview.lengths) == 10, timeout=60_000)
    assert page.within.limit == 64  # as chosen
    assert page.notice.isHidden()


def test_each_limit_tells_its_share_and_its_price(qtbot, page):
    qtbot.waitUntil(lambda: page.lengths._guess is not None, timeout=20_000)
    box, guess = page.lengths.limits, page.lengths._guess
    for place in range(box.count()):
        limit, words = box.itemData(place), box.itemText(place)
        assert format_bytes(guess.memory(limit).shown) in words
        cut = sum(1 for length in page.preview.lengths if length > limit)
        assert (f"{100 * cut / 31:.1f} % cut" if cut else "none cut") in words
    page.lengths.choose(64)
    cut = sum(1 for length in page.preview.lengths if length > 64)
    assert page.lengths.memory.text() == f"≈ {format_bytes(guess.memory(64).shown)}"
    assert page.lengths.chip.text() == (
        f"{100 * cut / 31:.1f} % cut off" if cut else "None cut off"
    )
    assert guess.run.method.title in page.lengths._cost.full_text()
    assert page.lengths.memory.isVisible()


def test_keys_step_limits_and_turn_the_view(page):
    limit = page.lengths.limits.currentData()
    QTest.keyClick(page, Qt.Key.Key_Plus)
    assert page.lengths.limits.currentData() > limit
    QTest.keyClick(page, Qt.Key.Key_Minus)
    assert page.lengths.limits.currentData() == limit
    QTest.keyClick(page, Qt.Key.Key_T)
    assert page.row.view.current() == "bubbles"
    QTest.keyClick(page, Qt.Key.Key_End)
    assert page.row.where.text() == "Row 31 of 31"
    QTest.keyClick(page, Qt.Key.Key_Home)
    assert page.row.where.text() == "Row 1 of 31"


def test_the_same_wish_is_answered_from_disk(qtbot, page, no_child):
    no_child()
    lengths = page.preview.lengths
    page.run._answered = ""
    page.preview = None
    page.refresh()
    qtbot.waitUntil(lambda: page.preview is not None, timeout=10_000)
    assert page.preview.lengths == lengths


def test_a_step_that_is_switched_off_is_seen_no_more(qtbot, page):
    """It took no row out, so their number is the same with it and without."""
    desk = page.desk

    def shown() -> str:
        rows = page.preview.rows.values() if page.preview is not None else []
        return "".join(piece.text for row in rows for piece in row.pieces)

    desk.apply("", "replace_text", {"pattern": "parcel", "by": "packet"})
    qtbot.waitUntil(lambda: "packet" in shown(), timeout=60_000)
    desk.switch(len(desk.facts.draft.steps) - 1, False)
    qtbot.waitUntil(lambda: "parcel" in shown(), timeout=60_000)
    assert "packet" not in shown()


def test_the_split_can_be_changed(qtbot, page):
    box = page.split.shares["validation"]
    box.setCurrentIndex(box.findData(20))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: page.desk.facts.draft.split.validation == 0.2, timeout=5_000)
    idle(qtbot, page)
    counts = page.desk.facts.counts
    assert counts["validation"] > 3
    assert sum(counts.values()) == 31
    assert "0 found" in page.split._leak.text()


def test_leaving_ends_the_child(qtbot, place, settled, german_csv):
    place.open(german_csv)
    wizard = settled()
    wizard.go_to("preview")
    run = wizard.page.run
    qtbot.waitUntil(lambda: run._folder is not None, timeout=20_000)
    folder = run._folder
    wizard.go_to("summary")
    assert not launch.is_running(folder)
    assert not folder.path.exists()


def test_bars_never_straddle_the_limit():
    lengths = [10] * 50 + [130] * 4 + [129, 128, 127]
    for limit in (16, 64, 100, 128, 129, 500):
        counts, width = bin_lengths(Counter(lengths), limit)
        assert sum(counts) == len(lengths)
        past = sum(c for i, c in enumerate(counts) if i * width >= limit)
        assert past == sum(1 for n in lengths if n > limit)


def test_ticks_are_round():
    assert [nice_step(n) for n in (5, 30, 87, 130, 1340, 9000)] == [1, 5, 20, 20, 200, 2000]


def test_a_very_long_talk_shows_its_beginning(qtbot):
    view = BubblesView()
    qtbot.addWidget(view)
    turns = [Message(role="user" if i % 2 else "assistant", content=f"t{i}") for i in range(1500)]
    view.set_example(Example(messages=turns))
    said = [label.text() for label in view.widget().findChildren(QLabel)]
    assert "t199" in said
    assert "t200" not in said
    assert said[-1] == "… and 1,300 more turns."
