"""Every form is drawn from a declaration."""

from __future__ import annotations

from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox
from pytestqt.qtbot import QtBot

from ftstudio.core.params import Params, param
from ftstudio.core.settings import Settings
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.ui.widgets.number_field import NumberField, show_number
from ftstudio.ui.widgets.params_form import ParamsForm
from ftstudio.ui.widgets.text import FieldLabel


class Sample(Params):
    rank: int = param(16, title="Capacity", term="rank", help="8–16", minimum=1, maximum=256)
    rate: float | None = param(
        None, title="Step size", help="Small.", minimum=1e-7, maximum=1, logarithmic=True
    )
    rows: bool = param(True, title="Keep rows", help="Or not.")
    kind: Literal["a", "b"] = param("a", title="Kind", help="Which.", labels={"a": "Alpha"})
    most: int | None = param(None, title="At most", help="Empty: all.", empty="no limit")
    name: str = param("", title="Name", help="Any.")
    hidden: float = param(0.5, title="Dropout", help="Rarely.", level="all", maximum=1)
    memory: str = param("kept", title="", help="")


@pytest.fixture
def form(qtbot: QtBot) -> ParamsForm:
    made = ParamsForm(Sample, {"rank": 8}, "simple")
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_kind_gets_its_control(form: ParamsForm) -> None:
    assert isinstance(form.control("rank"), NumberField)
    assert isinstance(form.control("rows"), QCheckBox)
    assert isinstance(form.control("kind"), QComboBox)
    for name in ("rank", "rate", "rows", "kind", "name", "hidden"):
        control = form.control(name)
        assert control.accessibleName()
        assert control.whatsThis()


def test_remembered_settings_are_not_drawn_but_kept(form: ParamsForm) -> None:
    with pytest.raises(KeyError):
        form.control("memory")
    assert form.values()["memory"] == "kept"


def test_values_given_and_defaults(form: ParamsForm) -> None:
    assert form.values()["rank"] == 8
    assert form.values()["rate"] is None
    assert Sample(**form.values()).hidden == 0.5


def test_simple_hides_and_all_shows(form: ParamsForm) -> None:
    assert not form.control("hidden").isVisible()
    form.set_level("all")
    assert form.control("hidden").isVisible()


def test_typing_changes_and_a_mistake_is_named(form: ParamsForm, qtbot: QtBot) -> None:
    field = form.control("rank")
    assert isinstance(field, NumberField)
    field.selectAll()
    with qtbot.waitSignal(form.changed) as heard:
        qtbot.keyClicks(field, "32")
    assert heard.args[0]["rank"] in (3, 32)
    field.selectAll()
    qtbot.keyClicks(field, "999")
    assert form.problems() == ["Capacity: At most 256."]
    assert form.values()["rank"] == 99  # the last that was valid
    assert field.property("tone") == "bad"


def test_choices_and_ticks(form: ParamsForm, qtbot: QtBot) -> None:
    combo, box = form.control("kind"), form.control("rows")
    assert isinstance(combo, QComboBox)
    assert combo.itemText(0) == "Alpha"
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert form.values()["kind"] == "b"
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert form.values()["rows"] is False


def test_set_values_is_silent(form: ParamsForm, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.set_values({"rank": 64, "rows": False, "kind": "b", "name": "x", "rate": 0.0002})
    rate = form.control("rate")
    assert isinstance(rate, NumberField)
    assert rate.text() == "0.0002"
    assert form.values()["rank"] == 64


def test_empty_means_decided_for_you(form: ParamsForm, qtbot: QtBot) -> None:
    rate = form.control("rate")
    assert isinstance(rate, NumberField)
    qtbot.keyClicks(rate, "0,0002")
    assert form.values()["rate"] == 0.0002
    rate.selectAll()
    qtbot.keyClick(rate, Qt.Key.Key_Backspace)
    assert form.values()["rate"] is None
    assert rate.placeholderText() == "decided for you"
    most = form.control("most")
    assert isinstance(most, NumberField)
    assert most.placeholderText() == "no limit"


def test_arrow_keys_step_by_factors_where_declared(form: ParamsForm, qtbot: QtBot) -> None:
    rate = form.control("rate")
    assert isinstance(rate, NumberField)
    form.set_values({"rate": 0.0002})
    qtbot.keyClick(rate, Qt.Key.Key_Up)
    assert form.values()["rate"] == pytest.approx(0.0004)


@pytest.mark.parametrize(
    ("value", "words"),
    [(3.0, "3"), (2e-4, "0.0002"), (1e-7, "0.0000001"), (None, ""), (0.1, "0.1")],
)
def test_numbers_as_people_write_them(value: float | None, words: str) -> None:
    assert show_number(value) == words


@pytest.mark.parametrize("declared", [TrainingSettings, Settings])
def test_the_apps_own_settings_can_be_drawn(declared: type[Params], qtbot: QtBot) -> None:
    form = ParamsForm(declared, None, "all")
    qtbot.addWidget(form)
    assert declared(**form.values()) == declared()
    assert not form.problems()


class Dependent(Params):
    kind: Literal["a", "b"] = param("a", title="Kind", help="Which.", labels={"b": "Beta"})
    share: float = param(0.1, title="Share", help="Of Beta.", maximum=1, only_if={"kind": ("b",)})
    text: str = param("", title="Text", help="Any.")
    strict: bool = param(True, title="Strictly", help="How.", only_if={"text": ()})


def test_a_setting_that_does_not_count_is_greyed_and_says_why(qtbot: QtBot) -> None:
    form = ParamsForm(Dependent, {"share": 0.3})
    qtbot.addWidget(form)
    form.show()
    share, kind, line = form.control("share"), form.control("kind"), form.control("text")
    assert not share.isEnabled()
    assert form.why_idle("share") == "Counts only where “Kind” is “Beta”."
    assert share.accessibleDescription() == form.why_idle("share")
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(1)
    kind.activated.emit(1)
    assert share.isEnabled()
    assert form.why_idle("share") == ""
    assert form.values()["share"] == 0.3  # it was only at rest
    assert not form.control("strict").isEnabled()
    qtbot.keyClicks(line, "x")
    assert form.control("strict").isEnabled()
    form.set_values({"kind": "a"})
    assert not share.isEnabled()


def test_reasons_from_outside_grey_as_well(form: ParamsForm) -> None:
    form.set_idle({"rank": "The goal switches it off.", "elsewhere": "Not here."})
    assert not form.control("rank").isEnabled()
    assert form.why_idle("rank") == "The goal switches it off."
    form.set_idle({})
    assert form.control("rank").isEnabled()


def test_a_click_on_a_name_goes_to_its_field(form: ParamsForm, qtbot: QtBot) -> None:
    names = {label.text(): label for label in form.findChildren(FieldLabel)}
    for title, name in (("Name", "name"), ("Kind", "kind"), ("Capacity", "rank")):
        qtbot.mouseClick(names[title], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(form.control(name).hasFocus)


def test_each_edit_is_told_also_one_that_cannot_be_used(form: ParamsForm, qtbot: QtBot) -> None:
    told: list[list[str]] = []
    form.edited.connect(lambda: told.append(form.problems()))
    rank = form.control("rank")
    assert isinstance(rank, NumberField)
    rank.clear()
    qtbot.keyClicks(rank, "x")
    assert told == [["Capacity: This is not a number."]]
