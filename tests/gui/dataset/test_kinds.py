"""Files of other kinds than questions and answers, from the drop to the frozen dataset."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QMenu

from ftstudio.core.example import Example, Message
from ftstudio.data.sides.few import Few
from ftstudio.data.versions.library import list_versions
from ftstudio.ui.dataset.rows.bubbles_view import BubblesView
from ftstudio.ui.widgets.card import Chip
from tests.gui.dataset.conftest import go_on_with_few

CLASSES = ("billing", "delivery", "repair")


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: not wizard.desk.busy and wizard.desk._task is None, timeout=20_000)


def words(view) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel)]


def chips(view) -> list[str]:
    return [chip.text() for chip in view.findChildren(Chip)]


@pytest.fixture
def label_csv(tmp_path):
    rows = [f"My lamp number {i} does something odd,{CLASSES[i % 3]}" for i in range(48)]
    rows += ["A text without class,", "My lamp number 1 does something odd,repair"]
    path = tmp_path / "messages.csv"
    path.write_text("\n".join(["message,category", *rows]), "utf-8")
    return path


@pytest.fixture
def pairs_jsonl(tmp_path):
    lines = [
        json.dumps({"prompt": f"Is lamp {i} lit?", "chosen": f"Yes, {i} is. Glad to help!",
                    "rejected": "No idea." if i else "Yes, 0 is. Glad to help!"})
        for i in range(30)
    ]  # fmt: skip
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def previewed(qtbot, wizard):
    wizard.go_to("preview")
    page = wizard.page
    qtbot.waitUntil(lambda: page.preview is not None, timeout=60_000)
    idle(qtbot, wizard)
    return page


def kept(qtbot, place, wizard):
    wizard.go_to("summary")
    idle(qtbot, wizard)
    go_on_with_few(qtbot, wizard)
    with qtbot.waitSignal(wizard.frozen, timeout=30_000):
        wizard.page.secondary()
    qtbot.waitUntil(lambda: bool(place.library.version_panel._lines), timeout=20_000)
    (version,) = list_versions(place._studio.workspace)
    return version


def test_texts_with_classes_become_a_dataset(qtbot, place, settled, label_csv):
    place.open(label_csv)
    wizard = settled()
    assert wizard.page.key == "summary"  # all is clear; the row without class is left out
    facts = wizard.desk.facts
    assert (facts.kind, facts.draft.mapping) == ("label", {"message": "text", "category": "label"})
    assert facts.total == 49
    assert wizard.page._kind.text() == (
        "Texts with classes · 3 classes: repair 17, billing 16, delivery 16"
    )
    titles = {finding.title for finding in facts.report.findings}
    assert "Same text, different classes" in titles
    page = previewed(qtbot, wizard)
    assert page.foot().enabled
    assert "My lamp number" in page.row.tokens.toPlainText()
    assert not page.row.legend["learned"][1].isVisible()
    assert page.row.legend["marks"][1].isVisible()  # read as a question, as training does
    assert not page.sums._sums[1][1].isVisible()
    assert "Every class gives its share." in page.split._leak.text()
    few = Few(validation=20, classes=["repair", "billing"])
    page.split.show_facts(replace(wizard.desk.facts, few=few))
    assert page.split._leak.text().endswith("0 found. 2 classes have no row to check with.")
    page.row.view.button("bubbles").click()
    assert page.row.view.button("bubbles").text() == "Text and class"
    assert chips(page.row.bubbles.widget()) == ["billing"]
    version = kept(qtbot, place, wizard)
    assert version.facts.labels == {"billing": 16, "delivery": 16, "repair": 17}
    panel = place.library.version_panel
    assert "Texts with classes" in panel._facts.text()
    assert [panel.table.model().headerData(i, panel.table.horizontalHeader().orientation())
            for i in range(3)] == ["Text", "Class", "Part"]  # fmt: skip
    assert panel._lines[0].answer == "billing"
    assert place.library._version_row(version).lines[0] == "Texts with classes"


def test_pairs_become_a_dataset(qtbot, place, settled, pairs_jsonl):
    place.open(pairs_jsonl)
    wizard = settled()
    facts = wizard.desk.facts
    assert (facts.kind, facts.total) == ("preference", 29)  # one says the same twice
    assert facts.draft.steps[1].rows_out == 29
    page = previewed(qtbot, wizard)
    assert "Glad to help!" in page.row.tokens.toPlainText()
    assert "No idea." not in page.row.tokens.toPlainText()
    page.row.view.button("bubbles").click()
    shown = words(page.row.bubbles.widget())
    assert {"Better answer · chosen", "Worse answer · rejected", "No idea."} <= set(shown)
    assert page.row.view.button("bubbles").text() == "Both answers"
    version = kept(qtbot, place, wizard)
    assert version.facts.kind == "preference"
    assert " ↔ No idea." in place.library.version_panel._lines[0].answer


def test_documents_become_a_dataset(qtbot, place, settled, tmp_path):
    path = tmp_path / "notes.txt"
    page = "The keeper trims the wick and writes the hour into the book. " * 8
    path.write_text("\n\n".join(f"Entry {i}. {page}" for i in range(60)), "utf-8")
    place.open(path)
    wizard = settled()
    assert (wizard.desk.facts.kind, wizard.desk.facts.leaks) == ("text", 0)
    shown = previewed(qtbot, wizard)
    assert shown.within.cut == 0
    shown.lengths.choose(64)
    idle(qtbot, wizard)
    assert min(shown.preview.lengths) > 64
    assert shown.within.cut == 0
    assert shown.lengths.chip.text() == "None cut off"
    assert not shown.lengths.plot._cuts
    assert shown.row.view.button("bubbles").text() == "As a page"
    assert "No text stands on both sides" in shown.split._leak.text()
    shown.row.view.button("bubbles").click()
    assert any(text.startswith("Entry 0.") for text in words(shown.row.bubbles.widget()))
    assert kept(qtbot, place, wizard).facts.kind == "text"


def test_a_judged_answer_and_a_number_have_their_chip(qtbot):
    view = BubblesView()
    qtbot.addWidget(view)
    turns = [Message(role="user", content="Lit?"), Message(role="assistant", content="Go away.")]
    view.set_example(Example(messages=turns, good=False))
    assert chips(view.widget()) == ["bad"]
    assert "Answer · assistant" in words(view.widget())  # nothing that should be said like this
    view.set_example(Example(messages=turns, good=True))
    assert chips(view.widget()) == ["good"]
    assert "Answer · assistant · learned" in words(view.widget())
    view.set_example(Example(messages=turns[:1], number=4.5))
    assert chips(view.widget()) == ["4.5"]
    view.set_example(Example(messages=turns[:1], labels=[f"c{i}" for i in range(20)]))
    assert len(chips(view.widget())) == 12
    assert "and 8 more" in words(view.widget())


def test_two_answers_go_below_one_another_in_a_narrow_window(qtbot):
    view = BubblesView()
    qtbot.addWidget(view)
    answer = [Message(role="assistant", content="Yes.")]
    example = Example(messages=[], chosen=answer, rejected=answer)
    for width, beside in ((900, True), (400, False)):
        view.resize(width, 500)
        view.show()
        qtbot.waitExposed(view)
        view.set_example(example)
        better, worse = (
            next(label for label in view.widget().findChildren(QLabel) if label.text() == title)
            for title in ("Better answer · chosen", "Worse answer · rejected")
        )
        qtbot.waitUntil(lambda one=worse: one.mapTo(view, one.rect().topLeft()).y() > 0)
        tops = [label.mapTo(view, label.rect().topLeft()).y() for label in (better, worse)]
        assert (tops[0] == tops[1]) is beside


def test_a_sample_of_every_other_kind_is_at_hand(qtbot, place, settled):
    place.open("new")
    page = place.wizard.page
    (menu,) = page._recent.findChildren(QMenu)
    titles = [action.text() for action in menu.actions()]
    assert len(titles) == len(set(titles)) == 6
    menu.actions()[titles.index("Ratings")].trigger()
    wizard = settled()
    assert (wizard.desk.facts.kind, wizard.desk.facts.total) == ("number", 400)
