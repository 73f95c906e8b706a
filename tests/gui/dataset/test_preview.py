"""The preview: a real child renders the rows; lengths, limits, split and leaving."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from ftstudio.core.assets import starter_model
from ftstudio.core.example import Example, Message
from ftstudio.core.units import format_bytes
from ftstudio.techniques.rendering import render_chat
from ftstudio.ui.dataset.bubbles_view import BubblesView
from ftstudio.ui.dataset.length_plot import bin_lengths, nice_step


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: not wizard.desk.busy and wizard.desk._task is None, timeout=20_000)


@pytest.fixture
def page(qtbot, place, settled, xlsx):
    place.open(xlsx)
    wizard = settled()
    wizard.go_to("preview")
    qtbot.waitUntil(lambda: wizard.page.preview is not None, timeout=60_000)
    idle(qtbot, wizard)
    yield wizard.page
    wizard.page.left()


def test_the_text_on_green_is_what_training_learns(page):
    from ftstudio.worker.model import load_tokenizer

    tokenizer = load_tokenizer(starter_model())
    for sampled in page.desk.facts.sample:
        row = render_chat(sampled.example, tokenizer)
        shown = page.preview.rows[sampled.place]
        assert shown["tokens"] == len(row.input_ids)
        assert shown["learned_tokens"] == sum(row.learned)
        text = "".join(piece["text"] for piece in shown["text_pieces"])
        assert text == tokenizer.decode(row.input_ids)
    assert page.preview.lengths == [
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


def test_a_shorter_limit_cuts_and_is_found_by_the_checks(qtbot, page):
    assert page.lengths.chip.text() == "None cut off"
    page._on_limit(16)
    qtbot.waitUntil(lambda: page.preview.limit == 16, timeout=60_000)
    idle(qtbot, page)
    assert page.preview.cut == 30
    assert page.lengths.chip.text() == "96.8 % cut off"
    assert any(piece["cut"] for piece in page.preview.rows[0]["text_pieces"])


def test_where_nothing_is_learned_it_can_not_go_on(qtbot, page):
    page._on_limit(4)
    qtbot.waitUntil(lambda: page.preview.limit == 4, timeout=60_000)
    assert len(page.preview.zero_learned) == 31
    assert not page.foot().enabled
    assert "longer" in page.foot().primary


def test_a_longer_text_is_the_one_click_remedy(qtbot, page):
    page.lengths._show_limits(page.preview, 4)
    page._on_limit(4)
    qtbot.waitUntil(lambda: page.preview.limit == 4, timeout=60_000)
    idle(qtbot, page)
    assert page.barren.all
    longest = max(page.preview.lengths)
    assert page.barren.longer >= longest
    assert page.foot().secondary == f"Read up to {page.barren.longer} tokens"
    page.secondary()
    qtbot.waitUntil(lambda: page.preview.limit >= longest, timeout=60_000)
    assert not page.barren.rows
    assert page.foot().enabled


def test_rows_with_nothing_to_learn_are_left_out_by_one_click(qtbot, page):
    from ftstudio.worker.model import load_tokenizer

    tokenizer = load_tokenizer(starter_model())
    rows = [render_chat(s.example, tokenizer) for s in page.desk.facts.sample]
    limit = max(row.learned.index(True) for row in rows)  # some answers begin before it
    page._on_limit(limit)
    qtbot.waitUntil(lambda: page.preview.limit == limit, timeout=60_000)
    idle(qtbot, page)
    barren = page.barren.rows
    assert 0 < len(barren) < 31
    assert not page.foot().enabled
    assert f"{len(barren)} rows have nothing to learn from" in page.notice.message()
    page.notice._action.click()
    qtbot.waitUntil(lambda: page.desk.facts.total == 31 - len(barren), timeout=30_000)


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
    assert guess.run.method.title in page.lengths._cost.text()
    qtbot.waitUntil(lambda: page.preview.limit == 64, timeout=20_000)
    assert page.lengths.memory.isVisible()  # the price stays when the rows are written anew
    page.left()


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


def test_the_same_wish_is_answered_from_disk(qtbot, page, monkeypatch):
    from ftstudio.jobs import launch

    monkeypatch.setattr(launch, "start", lambda *_: pytest.fail("a child was started again"))
    limit = page.preview.limit
    page.run._answered = ""
    page.preview = None
    page._on_limit(0)
    qtbot.waitUntil(lambda: page.preview is not None, timeout=10_000)
    assert page.preview.limit == limit


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
    from ftstudio.jobs import launch

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
