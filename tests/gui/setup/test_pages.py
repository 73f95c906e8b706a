from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QBoxLayout

from ftstudio.basemodels import hub
from ftstudio.basemodels.catalogue import add_folder, remembered
from ftstudio.planning.stages import RECIPES
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not_learn
from ftstudio.ui.setup.settings_card import FieldsPopup, NamePopup
from tests.gui.setup.conftest import on_a_card, show
from tests.model_folders import make_model

# The offscreen screen can't hold a pop-up's keyboard; a real one can.
QUIET = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_every_goal_of_the_catalogue_has_a_card(opened):
    page = show(opened, "goal")
    facts = opened.desk.dataset.facts
    assert {card.key for card in page.group.cards()} == {*objectives(), *RECIPES}
    for card in page.group.cards():
        if card.key in RECIPES:
            continue
        refusal = why_not_learn(objectives()[card.key], facts)
        assert card.locked == bool(refusal)
        assert (refusal or "") in card.accessibleDescription()
    assert page.group.current() == "instruct"
    assert not page.group.card("instruct").isHidden()


def test_what_suits_the_data_comes_first_and_the_rest_behind_a_link(opened):
    page = show(opened, "goal")
    goals = [card for card in page.group.cards() if card.key in objectives()]
    locked = [card.locked for card in goals]
    assert locked == sorted(locked)
    shown = [card for card in goals if not card.isHidden()]
    families = [objectives()[card.key].family for card in shown]
    assert sorted(families) == sorted({one.family for one in objectives().values()})
    opened.frame.secondary.emit()
    assert not any(card.isHidden() for card in page.group.cards())


def test_a_goal_is_chosen_and_comes_into_the_plan(qtbot, opened):
    others = [k for k, o in objectives().items() if "chat" in o.learns_from and k != "instruct"]
    page = show(opened, "goal")
    for key in others:
        page.group.chosen.emit(key)
        assert opened.desk.objective.key == key
        assert opened.desk.plan().objective == key
        assert objectives()[key].title in page.foot().primary


def test_a_goal_that_the_data_can_not_teach_is_not_kept(opened):
    opened.desk.draft.objective = "gone"
    assert opened.desk.objective.key == "instruct"


def test_who_is_not_sure_is_asked(opened):
    page = show(opened, "goal")
    page.guide.change.setCurrentIndex(page.guide.change.findData("facts"))
    page.guide._renew()
    page.guide.take.click()
    assert (opened.desk.objective.key, opened.desk.draft.preset) == ("instruct", "thorough")
    page.guide.change.setCurrentIndex(page.guide.change.findData("judgement"))
    page.guide._renew()
    assert page.guide.take.isHidden()
    assert "pairs" in page.guide.reason.text()


def test_few_rows_are_called_few(opened):
    page = show(opened, "goal")
    assert "few" in page.group.card("instruct").fits.text()


def test_a_base_model_has_one_question(qtbot, opened, tmp_path):
    folder = make_model(tmp_path / "base", template=False)
    opened.desk.add_model_folder(folder)
    qtbot.waitUntil(lambda: opened.desk.needs_chat_format() and bool(opened.desk.proposals))
    page = show(opened, "model")
    assert not page.format_card.isHidden()
    assert page.asks()
    assert opened.desk.plan().objective_params["template"] == "chatml"
    opened.desk.choose_model(opened.desk.around.models[0].ref.path)
    assert page.format_card.isHidden()


def test_a_folder_that_is_no_model_is_told_and_nothing_changes(qtbot, opened, tmp_path):
    before = opened.desk.model
    (tmp_path / "pictures").mkdir()
    opened.desk.add_model_folder(tmp_path / "pictures")
    qtbot.waitUntil(lambda: "can't be used" in opened.notice.message())
    assert opened.desk.model == before


def test_a_model_that_has_gone_can_be_taken_off_the_list(qtbot, opened, workspace, tmp_path):
    folder = make_model(tmp_path / "mine")
    add_folder(workspace, folder)
    folder.rename(tmp_path / "moved")
    page = show(opened, "model")
    opened.desk.look_around()
    qtbot.waitUntil(lambda: "mine" in page.notice.message())
    qtbot.mouseClick(page.notice._action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: remembered(workspace) == [] and opened.desk.ready)
    assert opened.desk.around.unusable == []
    assert page.notice.message() == ""


def test_half_a_download_is_discarded_after_a_second_word(qtbot, opened, workspace):
    folder = hub.partial_folder(workspace.models, "org/small")
    folder.mkdir()
    (folder / "config.json").write_bytes(b"12345")
    page = show(opened, "model")
    assert page.discard.isHidden()
    opened.desk.look_around()
    qtbot.waitUntil(lambda: not page.discard.isHidden())
    page.discard.click()
    assert "Delete what has arrived of org/small?" in page.notice.message()
    assert folder.exists()
    qtbot.mouseClick(page.notice._action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.discard.isHidden)
    assert not folder.exists()


def test_the_licence_stands_on_the_card(opened):
    page = show(opened, "model")
    card = page.group.cards()[0]
    assert "Licence: MIT" in card.accessibleDescription()


def test_every_method_has_a_card_with_figures(opened):
    page = show(opened, "method")
    assert set(page.cards) == set(methods())
    for key, card in page.cards.items():
        if opened.desk.proposals[key].refusal:
            assert card.locked
            assert card.refusal.text()
            continue
        assert card.fit.text() == "Fits"
        assert card.need.text().startswith("≈ ")
        assert "a result of" in card.accessibleDescription()


def test_recommended_and_selected_are_two_things(qtbot, opened):
    page = show(opened, "method")
    qtbot.mouseClick(page.cards["full"], Qt.MouseButton.LeftButton)
    assert page.group.current() == "full"
    assert not page.cards["lora"].recommended.isHidden()
    assert page.cards["full"].recommended.isHidden()
    assert page.foot().hint == "Recommended: LoRA"


def test_what_does_not_fit_names_the_ways_out(qtbot, opened):
    page = show(opened, "method")
    on_a_card(opened)
    opened.desk.choose_method("full")
    assert page.cards["full"].fit.text() == "Does not fit"
    assert opened.frame.primary_button.text().startswith("Take LoRA and continue · ")
    assert opened.frame.secondary_button.text() == "Try anyway"
    assert "Firefox holds 900 MB" in page.panel._held.text()
    opened.frame.primary.emit()
    assert opened.desk.method_key == "lora"
    assert opened.pages[opened.index].key == "review"


def test_trying_anyway_is_allowed(opened):
    show(opened, "method")
    on_a_card(opened)
    opened.desk.choose_method("full")
    opened.frame.secondary.emit()
    assert opened.pages[opened.index].key == "review"
    assert opened.desk.method_key == "full"


def test_a_rung_can_be_applied(opened):
    page = show(opened, "method")
    on_a_card(opened)
    opened.desk.choose_method("lora")
    wish = {"batch_size": 16, "accumulation": 1, "activation_checkpointing": False}
    opened.desk.set_training({**opened.desk.proposal.training.model_dump(), **wish})
    opened.desk.situation = replace(
        opened.desk.situation,
        lengths=replace(opened.desk.situation.lengths, longest=1_400, most=900),
    )
    opened.desk.set_training({**opened.desk.proposal.training.model_dump(), "max_length": 1024})
    assert opened.desk.proposal.fit == "does not fit"
    first = opened.desk.ways.rungs()[0]
    page.panel.apply.emit(first, "A change")
    assert opened.desk.proposal.memory.shown == first.total


def test_a_setting_changes_the_plan_and_the_forecast(opened):
    page = show(opened, "settings")
    before = opened.desk.proposal.forecast.schedule.steps
    page.form.changed.emit({**page.form.values(), "epochs": 10.0})
    assert opened.desk.plan().training.epochs == 10
    assert opened.desk.proposal.forecast.schedule.steps > before
    page.method_form.changed.emit({**page.method_form.values(), "rank": 64})
    assert opened.desk.plan().method_params["rank"] == 64


def test_all_settings_stand_beside_each_other_without_being_cut(opened):
    page = show(opened, "settings")
    page.level.chosen.emit("all")
    assert opened._room() <= 1008  # of a window of 1280 pixels
    assert page.minimumSizeHint().width() <= opened._room()
    assert page._halves.direction() == QBoxLayout.Direction.LeftToRight
    opened.resize(940, 820)
    assert page._halves.direction() == QBoxLayout.Direction.TopToBottom
    assert page.minimumSizeHint().width() <= opened._room()


def test_presets(opened):
    page = show(opened, "settings")
    page.preset.chosen.emit("quick")
    assert opened.desk.plan().training.epochs == 1
    page.preset.chosen.emit("thorough")
    assert opened.desk.plan().training.patience > 0
    page.preset.chosen.emit("balanced")
    assert opened.desk.plan().training.patience == 0


def test_how_many_settings_are_shown_is_remembered(opened):
    page = show(opened, "settings")
    page.level.chosen.emit("all")
    assert opened.desk.studio.settings.detail == "all"
    assert not page.objective_form.isHidden()


def popup(kind):
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind)]
    return found


def row(page, title):
    return next(row.setting for row in page.settings.rows if row.setting.title == title)


@QUIET
def test_a_line_of_the_review_is_edited_in_place(qtbot, opened):
    page = show(opened, "review")
    page.settings.clicked.emit(row(page, "Passes over the data"))
    asked = popup(FieldsPopup)
    assert set(asked.form.values()) == {"epochs", "patience"}
    asked.form.changed.emit({**asked.form.values(), "epochs": 2.0})
    asked.close()
    assert opened.desk.plan().training.epochs == 2
    assert row(page, "Passes over the data").words.startswith("2,")
    assert opened.pages[opened.index] is page


@QUIET
def test_the_name_is_edited_in_place(qtbot, opened):
    page = show(opened, "review")
    page.settings.clicked.emit(row(page, "Name"))
    asked = popup(NamePopup)
    asked.field.setText("Rosi")
    asked.close()
    assert opened.desk.plan().name == "Rosi"
    assert opened.frame._title.full_text() == "Ready to train Rosi"


@pytest.mark.parametrize(("title", "key"), [("Model", "model"), ("Method", "method")])
def test_other_lines_lead_to_their_page(opened, title, key):
    page = show(opened, "review")
    page.settings.clicked.emit(row(page, title))
    assert opened.pages[opened.index].key == key


def test_all_shows_every_setting(opened):
    page = show(opened, "review")
    simple = len([r for r in page.settings.rows if not r.isHidden()])
    page.settings.level_chosen.emit("all")
    shown = [r.setting.title for r in page.settings.rows if not r.isHidden()]
    assert len(shown) > simple + 5
    assert len(shown) == len(set(shown))


def test_the_story_adds_up_to_the_middle(opened):
    from ftstudio.ui.setup.story import chapters

    desk = opened.desk
    story = chapters(opened, desk.plan(), desk.situation, desk.proposal)
    assert sum(one.seconds for one in story) == pytest.approx(desk.proposal.forecast.middle)


def test_the_command_is_copied(qtbot, opened):
    page = show(opened, "review")
    qtbot.mouseClick(page.command.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("ftstudio train ")
    assert opened.desk.dataset.id in copied


def test_no_room_on_the_disk_stops_the_start(opened, monkeypatch):
    page = show(opened, "review")
    monkeypatch.setattr("ftstudio.planning.disk.free_bytes", lambda folder: 1_000)
    opened.desk._propose()
    assert page.foot().primary.startswith("Not enough disk")
    assert not opened.frame._allowed


def test_defaults_say_where_they_are_from(opened):
    page = show(opened, "settings")
    lora = methods()["lora"].sources
    rate, rank = page.form._rows["learning_rate"].source, page.method_form._rows["rank"].source
    assert lora["learning_rate"] in rate.text()
    assert lora["rank"] in rank.text()
    assert not rank.isHidden()
    assert page.form._rows["seed"].source.isHidden()


def test_a_method_says_where_its_result_runs(opened):
    page = show(opened, "method")
    assert "vLLM" in page.panel.afterwards.text()
    assert "Can be merged" in page.panel.afterwards.text()
    opened.desk.choose_method("adapter_layers")
    assert methods()["adapter_layers"].why_no_merge in page.panel.afterwards.text()


def test_where_other_skills_may_go_every_weight_may_move(opened):
    page = show(opened, "goal")
    assert opened.desk.recommended_key == "lora"
    page.guide.keep.setCurrentIndex(page.guide.keep.findData(False))
    page.guide.keep.activated.emit(page.guide.keep.currentIndex())
    assert opened.desk.recommended_key == "full"
    on_a_card(opened)  # there it does not fit
    assert opened.desk.recommended_key != "full"
