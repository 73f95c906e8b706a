"""A model of the person's own is chosen, reads in a process of its own, and what it found becomes
a step."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

from ftstudio.basemodels import readers
from ftstudio.data import meant, named, row_outline
from ftstudio.data.finding.names import Span
from ftstudio.data.steps.hide_personal import STEP as hide_personal
from ftstudio.data.steps.hide_personal import PersonalParams
from ftstudio.data.steps.mark_same_meaning import STEP, MeaningParams
from ftstudio.ui.bridge import background
from ftstudio.ui.dataset.cleaning.effect_card import EffectCard
from ftstudio.ui.dataset.cleaning.model_dialog import MODEL_STEPS, ModelDialog
from tests.readers import bag_encoder, bert, tiny_gliner, word_tagger
from tests.unit.data.conftest import rows_of

WORDS = [{"parcel", "package"}, {"where", "whither"}, {"is"}, {"my"}, {"refund", "repay"},
         {"monday"}, {"comes"}, {"it"}, {"never"}, {"please"}]  # fmt: skip
ROWS = rows_of(
    ("where is my parcel", "it comes monday"),
    ("refund please", "never"),
    ("my package is whither", "monday it comes"),
    ("please repay", "never"),
    ("is it my parcel", "monday"),
)


@pytest.fixture
def dialog(qtbot, studio):
    made = []

    def make(key="mark_same_meaning", rows=ROWS, fixed=None):
        one = MODEL_STEPS[key](rows, studio, fixed)
        qtbot.addWidget(one)
        one.show()
        made.append(one)
        return one

    yield make
    for one in made:
        one.done(0)


@pytest.fixture
def point_to(monkeypatch):
    def make(folder):
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))

    return make


def test_from_no_model_to_groups_that_are_added(qtbot, dialog, studio, point_to, tmp_path):
    one = dialog()
    assert not one.add_button.isEnabled()
    assert one.hint.text() == "Choose a model to go on"
    assert "No model that compares meanings" in one.box.title.text()
    point_to(bag_encoder(tmp_path / "org--tiny-meanings", WORDS))
    one.box.choose_button.click()
    qtbot.waitUntil(lambda: one.box.model is not None, timeout=10_000)
    assert one.box.title.text() == "org/tiny-meanings"
    assert studio.settings.meaning_model.endswith("org--tiny-meanings")
    one.box.read_button.click()
    assert one.box.at_work
    assert not one.box.stop_button.isHidden()
    qtbot.waitUntil(lambda: "4 rows" in one.said.text(), timeout=150_000)
    assert one.said.text() == "4 rows mean the same as another one, in 2 groups."
    view = one.groups_view()
    assert [row.number for row in view.shown()] == [1, 3]
    assert view.shown()[1].note == "100 %"
    assert one.add_button.isEnabled()
    outcome = STEP.apply(ROWS, MeaningParams(**one.values))
    assert [row.near for row in outcome.rows] == ["meaning-1", "meaning-2"] * 2 + [None]
    assert not list(studio.workspace.jobs.iterdir())  # nothing of the rows is left behind

    again = dialog(fixed=one.values)  # the model is remembered, and what it found stands there
    qtbot.waitUntil(lambda: again.box.model is not None and again.groups_view() is not None,
                    timeout=10_000)  # fmt: skip
    again.form.control("keep").setCurrentIndex(1)
    assert again.add_button.isEnabled()


def test_a_wrong_folder_is_refused_in_a_sentence(qtbot, dialog, studio, point_to, tmp_path):
    folder = bert(tmp_path / "pickled", {"a": 1})
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    one = dialog()
    point_to(folder)
    one.box.choose_button.click()
    qtbot.waitUntil(lambda: not one.notice.isHidden(), timeout=10_000)
    assert one.box.model is None
    assert studio.settings.meaning_model == ""


def test_a_model_that_is_gone_is_told_and_another_can_be_chosen(qtbot, dialog, studio, tmp_path):
    studio.remember(meaning_model=str(tmp_path / "gone"))
    one = dialog()
    qtbot.waitUntil(lambda: "is not there" in one.box.more.text(), timeout=10_000)
    assert one.box.choose_button.isVisible()
    assert not one.box.read_button.isVisible()


def test_it_can_be_stopped(qtbot, dialog, studio, tmp_path):
    studio.remember(meaning_model=str(bag_encoder(tmp_path / "tiny", WORDS)))
    one = dialog()
    qtbot.waitUntil(lambda: one.box.model is not None, timeout=10_000)
    one.box.read_button.click()
    one.box.stop_button.click()
    assert not one.box.at_work
    assert one.box.read_button.isVisible()
    qtbot.waitUntil(lambda: not list(studio.workspace.jobs.iterdir()), timeout=60_000)
    assert not one.values["read"]


def test_closed_while_it_begins_nothing_is_left(qtbot, studio, tmp_path):
    studio.remember(meaning_model=str(bag_encoder(tmp_path / "tiny", WORDS)))
    one = MODEL_STEPS["mark_same_meaning"](ROWS, studio)
    one.show()
    qtbot.waitUntil(lambda: one.box.model is not None, timeout=10_000)
    one.box.read_button.click()
    one.close()
    one.deleteLater()
    background.wait_all(20)
    qtbot.wait(100)
    background.wait_all(20)
    qtbot.waitUntil(lambda: not list(studio.workspace.jobs.iterdir()), timeout=60_000)


def test_rows_that_came_later_are_told(qtbot, dialog, studio):
    values = MeaningParams(read="1:00000000", groups="1 2=0.95", at=0.9, parts="both").model_dump()
    one = dialog(fixed=values)
    qtbot.waitUntil(lambda: "let it compare again" in one.said.text(), timeout=10_000)
    assert one.said.text().startswith("No two rows are so much alike in meaning. 5 rows are new")


def test_the_report_card_leads_there_and_the_step_can_be_changed(qtbot, place, settled, xlsx):
    place.open(xlsx)
    wizard = settled()
    wizard.go_to("clean")
    page = wizard.page
    page.model_card.buttons["mark_same_meaning"].click()
    assert isinstance(page.dialog, ModelDialog)
    rows = wizard.desk.facts.current
    read = row_outline.written({row.key: meant.outline_of(row.example) for row in rows})
    groups = meant.written([meant.Group([row.key for row in rows[:3]], [1.0, 0.95, 0.93])])
    params = {"read": read, "groups": groups, "at": 0.9, "parts": "both"}
    page.dialog.box.read.emit({"params": params, "cut": 0})
    page.dialog.add_button.click()
    qtbot.waitUntil(lambda: wizard.desk.resting, timeout=20_000)
    step = wizard.desk.facts.draft.steps[-1]
    assert (step.key, step.changed, step.remark) == ("mark_same_meaning", 3, "")
    assert len({row.near for row in wizard.desk.facts.current if row.near}) == 1
    place_of_step = len(wizard.desk.facts.draft.steps) - 1
    page.done.change_wanted.emit(place_of_step)
    qtbot.waitUntil(lambda: isinstance(page.dialog, ModelDialog), timeout=20_000)
    qtbot.waitUntil(lambda: page.dialog.groups_view() is not None, timeout=20_000)
    assert len(page.dialog.groups_view().shown()) == 3
    page.dialog.close()
    wizard.desk.take_back(0)  # stray spaces come back: the row is not as it was compared
    qtbot.waitUntil(lambda: wizard.desk.resting, timeout=20_000)
    told = page.done.rows[-1].accessibleName()
    assert "1 row is new or has changed since the model compared them" in told


TALK = rows_of(
    ("I am Ann Berg, write to ann@example.org", "Hello Ann Berg."),
    ("is it far", "no"),
)


def test_names_are_found_and_hidden(qtbot, dialog, studio, point_to, tmp_path, monkeypatch):
    one = dialog("hide_personal", TALK)
    assert "No model that finds names" in one.box.title.text()
    assert one.add_button.isEnabled()  # numbers and addresses on the net are hidden without it
    point_to(word_tagger(tmp_path / "ner", {"Ann": "B-PER", "Berg": "I-PER"}))
    one.box.choose_button.click()
    qtbot.waitUntil(lambda: one.box.model is not None, timeout=10_000)
    assert studio.settings.names_model.endswith("ner")
    one.box.read_button.click()
    assert not one.add_button.isEnabled()
    qtbot.waitUntil(lambda: "found" in one.said.text(), timeout=150_000)
    assert one.said.text() == "The model found 2 names in 1 row."
    assert one.add_button.isEnabled()
    params = PersonalParams(**one.values)
    first = hide_personal.apply(TALK, params).rows[0].example
    assert first.question == "I am [NAME_1], write to [EMAIL_1]"
    assert "Ann" not in params.model_dump_json()

    kept = tmp_path / "stand-ins.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(kept), ""))
    one.keep_button.click()
    qtbot.waitUntil(lambda: "2 stand-ins lie in stand-ins.json" in one.notice.message(),
                    timeout=10_000)  # fmt: skip
    things = json.loads(kept.read_text("utf-8"))["things"]
    assert {thing["name"]: thing["text"] for thing in things} == {
        "[NAME_1]": "ann berg", "[EMAIL_1]": "ann@example.org"
    }  # fmt: skip
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "x"), ""))
    one.keep_button.click()
    qtbot.waitUntil(lambda: "can't be written" in one.notice.message(), timeout=10_000)


def test_a_model_that_finds_no_names_is_refused(qtbot, dialog, point_to, tmp_path):
    one = dialog("hide_personal", TALK)
    point_to(bag_encoder(tmp_path / "bag", WORDS))
    one.box.choose_button.click()
    qtbot.waitUntil(lambda: not one.notice.isHidden(), timeout=10_000)
    assert one.box.model is None


def test_before_it_is_added_all_rows_that_change_are_counted(qtbot, dialog):
    rows = rows_of(*[(f"I am Ann, write to ann{at}@example.org", "yes") for at in range(9)])
    spans = {row.key: {0: [Span(5, 8, "name")]} for row in rows[2:]}
    read = row_outline.written({row.key: named.outline_of(row.example) for row in rows})
    values = PersonalParams(spans=named.written(spans), read=read, by="tiny").model_dump()
    one = dialog("hide_personal", rows, values)
    qtbot.waitUntil(lambda: one.findChild(EffectCard) is not None, timeout=10_000)
    said = " ".join(label.text() for label in one.findChild(EffectCard).findChildren(QLabel))
    assert "9 rows would change" in said
    assert one.said.text() == "The model found 7 names in 7 rows."


def test_a_gliner_model_says_what_to_install(qtbot, dialog, point_to, tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "_GLINER_PACKAGE", "no_such_package")
    one = dialog("hide_personal", TALK)
    assert "GLiNER" in one.box.more.text()
    point_to(tiny_gliner(tmp_path / "gliner", {"Ann": "name"}))
    one.box.choose_button.click()
    qtbot.waitUntil(lambda: 'pip install "ftstudio[names]"' in one.notice.message(), timeout=10_000)
    assert one.box.model is None
