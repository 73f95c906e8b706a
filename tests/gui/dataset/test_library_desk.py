"""Comparing, mixing, lineage and erasing a person, from the library, by clicks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from ftstudio.data.prepare import prepare
from ftstudio.data.sides.split import SplitChoice
from ftstudio.data.versions.library import list_versions
from ftstudio.data.versions.mix import freeze_mix, shares_of


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def library(qtbot, place, studio, tmp_path):
    """Two versions of nearly the same file."""
    lines = ["Question,Answer"]
    for i in range(40):
        lines.append(f"How do I open drawer {i * 7919}?,Pull at handle number {i * 104729}.")
    lines.append("Who knows more?,Ask Anna Kowalska on any day of the week.")
    path = tmp_path / "drawers.csv"
    path.write_text("\n".join(lines), "utf-8")
    prepare(path, studio.workspace, name="Drawers one", few=True)
    lines[1] = "How do I open drawer 0?,Push it instead."
    path.write_text("\n".join([*lines, "A new one?,With a new answer."]), "utf-8")
    prepare(path, studio.workspace, name="Drawers two", few=True)
    for source in studio.workspace.sources.glob("*"):
        assert source.is_dir()
    place._look()
    qtbot.waitUntil(lambda: len(place.library.versions()) == 2, timeout=20_000)
    place.library.select(place.library.versions()[0].id)
    qtbot.waitUntil(lambda: place.library.version_panel.version is not None, timeout=10_000)
    return place


def choose(place, words):
    panel = place.library.version_panel
    next(a for a in panel.menu.actions() if words in a.text()).trigger()
    return place.desk.dialog


def test_two_versions_are_compared_row_by_row(qtbot, library):
    dialog = choose(library, "Compare")
    qtbot.waitUntil(lambda: dialog.comparison is not None, timeout=20_000)
    assert len(dialog.comparison.added) == 1
    assert "1 is new" in dialog.sentence.text()
    assert dialog.parts.button("added").text() == "New 1"
    click(dialog.parts.button("changed"))
    assert dialog.table.rows.rowCount() == len(dialog.comparison.changed) == 1
    answer = dialog.detail.labels[1]
    assert "→ Push it" in answer.plain()
    assert "line-through" in answer.text()
    assert "underline" in answer.text()
    dialog.reject()


def test_versions_are_mixed_and_their_passes_shown_live(qtbot, library, studio):
    dialog = choose(library, "Mix")
    assert dialog.passes[0].text().startswith("once")
    click(dialog.how.button("weights"))
    dialog.weights[1].setValue(4)
    assert not dialog.passes[1].text().startswith("once")
    dialog.boxes[1].click()
    assert not dialog.allowed()
    assert "needs two" in dialog.sum.text()
    dialog.boxes[1].click()
    click(dialog.main_button)
    qtbot.waitUntil(lambda: "held back to check with" in dialog.notice.message(), timeout=30_000)
    assert len(library.library.versions()) == 2
    held = sum(one.counts["validation"] for one in library.library.versions())
    rough = f"Go on with {held} validation rows – a rough result"
    assert dialog.notice._action.text() == rough
    click(dialog.notice._action)
    qtbot.waitUntil(lambda: len(library.library.versions()) == 3, timeout=30_000)
    mixed = next(v for v in library.library.versions() if v.manifest.get("made_from"))
    assert mixed.name.endswith(", mixed")
    qtbot.waitUntil(lambda: library.library.version_panel.version is not None, timeout=10_000)
    library.library.select(mixed.id)
    dialog = choose(library, "Where")
    qtbot.waitUntil(lambda: bool(dialog.boxes), timeout=20_000)
    assert {box.title for box in dialog.boxes["before"]} == {"Drawers one", "Drawers two"}
    assert dialog.boxes["learners"] == []
    dialog.reject()


def test_what_a_mixture_left_out_is_counted(qtbot, library, studio, tmp_path):
    other = SplitChoice(validation=0.5, seed=7)
    prepare(tmp_path / "drawers.csv", studio.workspace, name="Drawers three", split=other, few=True)
    mixed = freeze_mix(
        studio.workspace, shares_of(list_versions(studio.workspace)), "All three", few=True
    )
    every = mixed.manifest["left_out_as_held_back"]
    near = mixed.manifest["left_out_as_nearly_held_back"]
    assert every > 0
    assert library.library.version_panel.left_out.isHidden()
    library._look()
    qtbot.waitUntil(lambda: len(library.library.versions()) == 4, timeout=20_000)
    library.desk._on_mixed(mixed)
    panel = library.library.version_panel
    qtbot.waitUntil(lambda: panel.version is not None and panel.version.id == mixed.id)
    told = f"{every} rows; of these say only nearly the same: {near}."
    assert panel.left_out.isVisible()
    assert panel.left_out.text().endswith(told)
    said = [label.text() for label in library.library.notice.findChildren(QLabel)]
    assert any(words.endswith(told) for words in said)


def test_a_person_is_found_first_and_erased_after_typing_again(
    qtbot, library, studio, tmp_path, monkeypatch
):
    click(library.library.erase_button)
    dialog = library.desk.dialog
    QTest.keyClicks(dialog.person, "Anna Kowalska")
    QTest.keyClick(dialog.person, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.typed.isVisible(), timeout=20_000)
    assert "dataset “Drawers one”: 1" in dialog.said()
    assert "dataset “Drawers two”: 1" in dialog.said()
    assert not dialog.allowed()
    before = {version.id for version in list_versions(studio.workspace)}
    QTest.keyClicks(dialog.typed, "Anna Kowalsk")
    assert not dialog.allowed()
    QTest.keyClicks(dialog.typed, "a")
    click(dialog.main_button)
    qtbot.waitUntil(lambda: "for good" in dialog.said(), timeout=30_000)
    assert "The dataset “Drawers one” is without the person now." in dialog.said()
    assert not any(one in dialog.said() for one in before)
    after = list_versions(studio.workspace)
    assert before.isdisjoint(version.id for version in after)
    assert all("Anna" not in e.answer for v in after for e in v.examples("train"))
    copy = tmp_path / "for the files.md"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (str(copy), ""))
    click(dialog.save_button)
    told = copy.read_text("utf-8")
    assert "Kowalska" not in told
    assert all(one in told for one in before)
    dialog.reject()
    qtbot.waitUntil(
        lambda: {v.id for v in library.library.versions()} == {v.id for v in after},
        timeout=20_000,
    )


def test_nobody_found_is_said_and_nothing_can_be_erased(qtbot, library):
    click(library.library.erase_button)
    dialog = library.desk.dialog
    QTest.keyClicks(dialog.person, "Nobody Atall")
    click(dialog.find_button)
    qtbot.waitUntil(lambda: "found nowhere" in dialog.said(), timeout=20_000)
    assert dialog.main_button.isHidden()
    dialog.person.clear()
    QTest.keyClicks(dialog.person, "ab")
    click(dialog.find_button)
    qtbot.waitUntil(lambda: "too short" in dialog.notice.message(), timeout=20_000)
    dialog.reject()


def test_the_likeliest_version_is_offered_first(qtbot, library, studio, tmp_path):
    path = tmp_path / "moods.csv"
    rows = [f"I was sent parcel {i} late and it was open,{['good', 'bad'][i % 2]}"
            for i in range(40)]  # fmt: skip
    path.write_text("\n".join(["text,label", *rows]), "utf-8")
    moods = prepare(path, studio.workspace, name="Moods", few=True)
    library._look()
    qtbot.waitUntil(lambda: len(library.library.versions()) == 3, timeout=20_000)
    library.library.select(library.library.versions()[1].id)
    dialog = choose(library, "Compare")
    assert [dialog.other.itemText(i).split(" ·")[0] for i in (0, 1)] == ["Drawers one", "Moods"]
    dialog.reject()
    library.library.select(moods.id)
    choose(library, "Mix")
    assert "only datasets of the same kind" in library.library.notice.message()


def test_keys_walk_through_the_rows_that_differ(qtbot, library):
    dialog = choose(library, "Compare")
    dialog.other.setCurrentIndex(0)
    qtbot.waitUntil(lambda: dialog.comparison is not None, timeout=20_000)
    assert not dialog.parts.button("removed").isEnabled()
    dialog._rows["changed"] *= 3
    dialog._show()
    seen = []
    for _ in range(3):
        QTest.keyClick(dialog, Qt.Key.Key_N)
        seen.append(dialog.table.currentIndex().row())
    QTest.keyClick(dialog, Qt.Key.Key_P)
    assert [*seen, dialog.table.currentIndex().row()] == [1, 2, 0, 2]
    assert dialog.where.text().startswith("3 of 3")
    dialog.reject()


def test_an_example_is_read_whole_and_the_keys_walk(qtbot, library):
    panel = library.library.version_panel
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() > 3, timeout=10_000)
    panel.table.setFocus()
    panel.table.selectRow(1)
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    dialog = library.desk.dialog

    def words():
        return [label.text() for label in dialog.bubbles.findChildren(QLabel)]

    first, second = (panel.table.rows.row(i)["question"] for i in (1, 2))
    qtbot.waitUntil(lambda: first in words(), timeout=10_000)
    QTest.keyClick(dialog, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: second in words(), timeout=10_000)
    assert dialog.where.text().startswith("3 of ")
    QTest.keyClick(dialog, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: first in words(), timeout=10_000)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
