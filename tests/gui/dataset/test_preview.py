"""The preview: a real child renders the rows; lengths, limits, split and leaving."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from ftstudio.core.assets import starter_model
from ftstudio.core.example import Example, Message
from ftstudio.techniques.rendering import render_chat
from ftstudio.ui.dataset.bubbles_view import BubblesView
from ftstudio.ui.dataset.facts import count_leaks
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
    assert page._where.text() == "Row 1 of 31"
    first = page.tokens.toPlainText()
    QTest.keyClick(page, Qt.Key.Key_Right)
    page.next.click()
    assert page._where.text() in ("Row 2 of 31", "Row 3 of 31")
    assert page.tokens.toPlainText() != first
    page.view.button("bubbles").click()
    assert page.bubbles.isVisible()
    assert not page.tokens.isVisible()
    page._go(-1)
    assert page._where.text() == "Row 31 of 31"


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


def test_leaks_are_counted():
    def ask(question: str) -> Example:
        return Example(messages=[Message(role="user", content=question)])

    examples = [ask("Where?"), ask(" where? "), ask("When?")]
    assert count_leaks(examples, ["train", "validation", "test"]) == 1
    assert count_leaks(examples, ["train", "train", "test"]) == 0


def test_bars_never_straddle_the_limit():
    lengths = [10] * 50 + [130] * 4 + [129, 128, 127]
    for limit in (16, 64, 100, 128, 129, 500):
        counts, width = bin_lengths(lengths, limit)
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
