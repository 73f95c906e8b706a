"""The summary: the licence and its question, what undo leaves alone, what is a click away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ftstudio.data.draft import list_drafts
from ftstudio.data.recipe import AppliedStep
from ftstudio.ui.dataset.cleaning.done_list import DoneList
from ftstudio.ui.dataset.licence_box import LicenceBox, Source


def click(button):
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: wizard.desk.resting and not wizard.desk.busy, timeout=30_000)


def choose(box, key, place=0):
    combo = box.boxes[place]
    combo.setCurrentIndex(combo.findData(key))
    combo.activated.emit(combo.currentIndex())


@pytest.fixture
def wizard(qtbot, place, settled, xlsx):
    place.open(xlsx)
    made = settled()
    idle(qtbot, made)
    made.go_to("summary")
    return made


def test_the_use_is_asked_only_where_it_matters(qtbot, wizard, studio, place):
    box = wizard.page.licence
    assert not box.asking.isVisible()
    choose(box, "mit")
    assert not box.asking.isVisible()
    choose(box, "cc-by-nc-4.0")
    assert box.asking.isVisible()
    assert "must not be either" in box.words.text()
    click(box.use.button("no"))
    assert box.words.text().startswith("Allowed, as it is not for business")
    click(box.use.button("yes"))
    assert "This use breaks it" in box.words.text()
    assert box.words.property("tone") == "bad"
    said = wizard.page.foot()
    assert said.primary == "Say how to go on with few rows"  # the one thing that is in the way
    assert "held back" in said.missing
    wizard.desk.go_on_with_few()
    idle(qtbot, wizard)
    assert wizard.page.foot().enabled  # told, and never in the way
    idle(qtbot, wizard)
    (draft,) = list_drafts(studio.workspace)
    assert (draft.licence, draft.commercial) == ("cc-by-nc-4.0", True)
    with qtbot.waitSignal(wizard.desk.frozen, timeout=30_000) as caught:
        wizard.page.secondary()
    version = caught.args[0]
    assert version.manifest["commercial"] is True
    assert "This use breaks it" in (version.path / "README.md").read_text("utf-8")
    qtbot.waitUntil(lambda: place.library.version_panel.version is not None, timeout=10_000)
    click(place.library.version_panel.lineage_link)
    qtbot.waitUntil(lambda: bool(place.desk.dialog.boxes), timeout=10_000)
    (file,), (here,) = place.desk.dialog.boxes["files"], place.desk.dialog.boxes["here"]
    assert version.manifest["sources"][0]["sha256"][:12] in file.more
    assert "3. Leave out exact duplicates: 1 left out" in here.more
    assert version.id in here.more
    place.desk.dialog.reject()


def test_undo_leaves_licence_and_name_alone(qtbot, wizard):
    desk = wizard.desk
    desk.take_back(2)
    idle(qtbot, wizard)
    choose(wizard.page.licence, "cc-by-nc-4.0")
    click(wizard.page.licence.use.button("no"))
    idle(qtbot, wizard)
    desk.undo.undo()
    idle(qtbot, wizard)
    assert [step.key for step in desk.facts.draft.steps][-1] == "drop_exact_duplicates"
    assert (desk.facts.draft.licence, desk.facts.draft.commercial) == ("cc-by-nc-4.0", False)
    assert desk.draft.licence == "cc-by-nc-4.0"
    assert wizard.page.licence.use.current() == "no"


def test_every_source_has_its_own_licence_and_what_follows_is_of_both(qtbot):
    box = LicenceBox()
    qtbot.addWidget(box)
    told = []
    box.chosen.connect(lambda place, key: told.append((place, key)))
    box.show_sources([Source("a.csv", "mit"), Source("b.csv", "cc-by-sa-4.0", "LICENSE")], None)
    assert "Read in LICENSE." in box.words.text()
    assert "on the same terms" in box.words.text()
    assert box.asking.isHidden()
    choose(box, "odbl", 0)
    assert told == [(0, "odbl")]
    assert "can't both be kept" in box.words.text()
    choose(box, "cc-by-nc-4.0", 1)
    assert not box.asking.isHidden()
    assert "Read in" not in box.words.text()  # chosen by a person now
    box.show_sources([Source("a.csv", "cc0-1.0")], None)
    assert box.boxes[1].isHidden()
    assert box.words.text() == "It may be used for anything."


def test_a_licence_by_another_name_is_shown_by_it(qtbot):
    box = LicenceBox()
    qtbot.addWidget(box)
    box.show_sources([Source("a.csv", "llama-9")], None)
    assert box.boxes[0].currentText() == "llama-9"
    assert "find out what is allowed" in box.words.text()


def test_the_steps_shown_are_counted_from_one(qtbot):
    made = DoneList()
    qtbot.addWidget(made)
    steps = [
        AppliedStep(key="trim", rows_in=9, rows_out=9),
        AppliedStep(key="drop_empty", rows_in=9, rows_out=8),
        AppliedStep(key="drop_exact_duplicates", rows_in=8, rows_out=7),
    ]
    made.set_steps(steps, only_felt=True)
    assert [row.accessibleName()[:2] for row in made.rows] == ["1.", "2."]
    with qtbot.waitSignal(made.taken_back) as heard:
        made.rows[0].taken_back.emit(made.rows[0]._place)
    assert heard.args == [1]  # by its place in the recipe, whatever stands before it
    made.set_steps(steps)
    assert [row.accessibleName()[:2] for row in made.rows] == ["1.", "2.", "3."]


def test_the_name_stands_there_also_where_the_field_has_the_focus(qtbot, wizard, place):
    """By keys alone the focus falls on the field before the page has shown anything."""
    name = wizard.page.name
    wizard.go_to("clean")
    name.setText("")
    place.activateWindow()
    wizard.go_to("summary")
    name.setFocus()
    qtbot.waitUntil(name.hasFocus)
    name.setText("")
    wizard.page.refresh()
    assert name.text() == "support tickets"
    QTest.keyClicks(name, " of May")
    typed = name.text()
    wizard.page.refresh()
    assert name.text() == typed != "support tickets"


def test_what_a_person_decided_was_not_done_by_itself(qtbot, wizard):
    said = wizard.page._cleaned.text
    assert said() == "done because it is safe; each can be taken back"
    wizard.desk.apply("Short", "drop_by_length", {"longest": 40})
    qtbot.waitUntil(lambda: said() == "each can be taken back", timeout=20_000)
    idle(qtbot, wizard)
    while wizard.desk.facts.draft.steps:
        wizard.desk.take_back(0)
        idle(qtbot, wizard)
    assert said() == ""  # nothing was done


def test_rows_that_were_only_marked_are_not_called_changed(qtbot):
    made = DoneList()
    qtbot.addWidget(made)
    counts = {"rows_in": 500, "rows_out": 500, "changed": 102}
    marked = AppliedStep(key="mark_near_duplicates", params={}, **counts)
    assert made.what_it_did(marked) == "102 rows marked"
    assert made.what_it_did(marked.model_copy(update={"key": "trim"})) == "102 rows changed"
