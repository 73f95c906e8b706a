"""The five ways of judging, by keys as a person presses them."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from ftstudio.data.annotation.log import JudgementLog
from ftstudio.data.annotation.task import list_tasks
from ftstudio.data.drafting.session import DraftSession

Key = Qt.Key


def press(*keys, modifier=Qt.KeyboardModifier.NoModifier):
    """To whatever has the focus, as the keyboard does."""
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None, "the focus is lost"
        QTest.keyClick(target, key, modifier)


def type_in(words):
    QTest.keyClicks(QApplication.focusWidget(), words)


def taken(studio):
    """What lies on the disk."""
    (task,) = list_tasks(studio.workspace)
    return JudgementLog(task.log_path(studio.workspace)).taken


def test_good_and_bad_by_two_keys(studio, begin):
    page = begin("mark")
    assert page.number.text().startswith("Row ")
    press(Key.Key_J, Key.Key_K, Key.Key_J)
    assert [one.good for one in taken(studio)] == [True, False, True]
    assert [one.who for one in taken(studio)] == ["Anna"] * 3
    assert "3 of 24" in page.meter.accessibleName()
    assert "rows a minute" in page.speed.text()


def test_skip_back_and_undo_by_keys(studio, begin):
    page = begin("mark")
    first = page.number.text()
    press(Key.Key_S, Key.Key_J)
    assert "1 skipped" in page.speed.text()
    press(Key.Key_Left)
    assert page.was.text() == "judged already"
    assert page.actions_bar.good.property("kind") == "primary"
    press(Key.Key_U)
    assert [one.skipped for one in taken(studio)] == [True]
    press(Key.Key_U)
    assert (taken(studio), page.number.text()) == ([], first)


def test_a_click_leaves_the_focus_where_keys_are_taken(studio, qtbot, begin):
    page = begin("mark")
    qtbot.mouseClick(page.actions_bar.bad, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.skip, Qt.MouseButton.LeftButton)
    press(Key.Key_J)
    assert [(one.good, one.skipped) for one in taken(studio)] == [
        (False, False), (None, True), (True, False)]  # fmt: skip


def test_two_answers_with_shuffled_sides(studio, begin, answers):
    page = begin("pair", _answers=answers)
    shown = []
    for key in (Key.Key_A, Key.Key_B, Key.Key_T):
        shown.append([view.words() for view in page.view.answers])
        press(key)
    said = taken(studio)
    for (a, b), one, better in zip(shown, said, (0, 1, None), strict=True):
        if better is None:
            assert one.choice == "tie"
        else:
            assert (one.choice == "other") == (a, b)[better].startswith("Model")
    assert "A is better" in page.actions_bar.first.text()


def test_scores_by_digits(studio, begin):
    begin("score")
    press(Key.Key_5, Key.Key_1, Key.Key_9, Key.Key_3)  # there is no 9
    assert [one.number for one in taken(studio)] == [5, 1, 3]


def test_scores_of_a_range_of_ones_own(studio, annotate, begin):
    annotate.choose_page.high.setValue(100)
    annotate.choose_page.low.setValue(0)
    begin("score")
    type_in("85")
    press(Key.Key_Return)
    type_in("7")
    press(Key.Key_Return)
    assert [one.number for one in taken(studio)] == [85, 7]


def test_classes_by_digits_by_typing_and_new_ones(studio, begin):
    page = begin("label", classes="billing, delivery, returns")
    assert [b.accessibleName() for b in page.actions_bar.buttons] == [
        "billing", "delivery", "returns"]  # fmt: skip
    press(Key.Key_2)
    type_in("ret")
    assert [b.accessibleName() for b in page.actions_bar.buttons] == ["returns"]
    press(Key.Key_Return)
    type_in("praise")
    assert page.actions_bar.new.isVisible()
    press(Key.Key_Return)
    press(Key.Key_4)
    assert [one.labels for one in taken(studio)] == [
        ["delivery"], ["returns"], ["praise"], ["praise"]]  # fmt: skip


def test_several_classes_are_kept_by_enter(studio, annotate, begin):
    annotate.choose_page.ways.card("label").click()
    annotate.choose_page.several.setChecked(True)
    begin("label", classes="a, b, c")
    press(Key.Key_1, Key.Key_3, Key.Key_Return)
    press(Key.Key_Return)  # nothing chosen: nothing kept
    press(Key.Key_2, Key.Key_2, Key.Key_3, Key.Key_Enter)
    assert [one.labels for one in taken(studio)] == [["a", "c"], ["c"]]


def test_an_answer_is_mended_and_commands_need_alt(studio, begin):
    page = begin("mend")
    assert QApplication.focusWidget() is page.actions_bar.editor
    press(Key.Key_A, modifier=Qt.KeyboardModifier.ControlModifier)
    type_in("Just so.")
    assert "Changed by you" in page.actions_bar.remark.text()
    press(Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    assert [one.answer for one in taken(studio)] == ["Just so."]
    press(Key.Key_Right, modifier=Qt.KeyboardModifier.AltModifier)
    press(Key.Key_Left, modifier=Qt.KeyboardModifier.AltModifier)
    press(Key.Key_Left, modifier=Qt.KeyboardModifier.AltModifier)
    assert page.actions_bar.editor.toPlainText() == "Just so."
    press(Key.Key_U, modifier=Qt.KeyboardModifier.AltModifier)
    press(Key.Key_U, modifier=Qt.KeyboardModifier.AltModifier)
    assert taken(studio) == []


def test_it_goes_on_where_it_was_left(qtbot, studio, annotate, begin):
    page = begin("mark")
    press(Key.Key_J, Key.Key_J)
    third = page.number.text()
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: annotate.choose_page.rounds.isVisible(), timeout=20_000)
    (button,) = annotate.choose_page.rounds.findChildren(QPushButton)
    assert button.accessibleName().endswith(" · Anna 2")  # rounds of the same rows are told apart
    button.click()
    qtbot.waitUntil(page.isVisible, timeout=20_000)
    assert page.number.text() == third
    assert studio.settings.annotator == "Anna"


def test_two_people_agreement_and_settling(qtbot, studio, annotate, begin):
    page = begin("mark")
    press(Key.Key_J, Key.Key_J, Key.Key_K)
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: annotate.choose_page.rounds.isVisible(), timeout=20_000)
    annotate.choose_page.who.setText("Ben")
    annotate.choose_page.rounds.findChildren(QPushButton)[0].click()
    qtbot.waitUntil(page.isVisible, timeout=20_000)
    assert page.was.text() == ""
    assert not page.others.isVisible()
    press(Key.Key_J, Key.Key_K, Key.Key_K)
    assert page.agreement.figure.text() == "κ 0.40"
    assert "Anna and Ben" in page.agreement.words.text()
    page.agreement.settle.click()
    assert "Anna: good" in page.others.text()
    assert "Ben: bad" in page.others.text()
    press(Key.Key_K)
    assert "settled" in page.done_words.text()
    page.agreement.settle.click()
    assert "3 of 24" in page.meter.accessibleName()


@pytest.mark.parametrize(("way", "words"), [("mark", "Make a new draft"), ("mend", "Use in")])
def test_using_what_was_said(qtbot, studio, annotate, begin, draft, way, words):
    page = begin(way)
    assert words in page.use.text()
    made = []
    annotate.draft_made.connect(lambda draft, said: made.append((draft, said)))
    if way == "mark":
        press(Key.Key_J, Key.Key_K)
    else:
        press(Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    page.use.click()
    qtbot.waitUntil(lambda: bool(made), timeout=20_000)
    assert (made[0][0].id == draft.id) == (way == "mend")


def test_nothing_judged_is_told_beside_the_button(qtbot, begin):
    page = begin("mark")
    page.use.click()
    qtbot.waitUntil(lambda: bool(page.notice.message()), timeout=20_000)
    assert "Nothing can be used yet" in page.notice.message()


def test_using_is_the_main_thing_only_once_something_is_judged(begin):
    page = begin("mark")
    assert page.use.property("kind") == "secondary"
    press(Key.Key_J)
    assert page.use.property("kind") == "primary"
    press(Key.Key_U)
    assert page.use.property("kind") == "secondary"


def test_versions_of_one_name_are_told_apart(qtbot, studio, annotate, draft):
    session = DraftSession.open(studio.workspace, draft)
    session.go_on_with_few()
    first = session.freeze()
    session.apply("drop_by_length", {"shortest_question": 19})
    session.go_on_with_few()
    second = session.freeze()
    page = annotate.choose_page
    annotate.open()
    qtbot.waitUntil(lambda: page.source.findData(second.id) >= 0, timeout=20_000)
    words = [page.source.itemText(i) for i in range(page.source.count())]
    assert len(set(words)) == len(words) >= 2
    for version in (first, second):
        shown = page.source.itemText(page.source.findData(version.id))
        assert version.id in shown
        assert f"{version.total} rows" in shown


def test_what_is_missing_stands_on_the_button(annotate):
    page = annotate.choose_page
    assert page.begin.text() == "Say your name"
    page.ways.card("pair").click()
    assert page.begin.text() == "Choose your model’s answers"
    page.ways.card("mark").click()
    page.who.setText("Anna")
    assert page.begin.text() == "Begin judging"
    assert "another kind of dataset" in page.follows.text()
    page.ways.card("mend").click()
    assert "one step of this draft" in page.follows.text()


def test_samples_of_a_run_are_judged(studio, annotate, begin, tmp_path):
    path = tmp_path / "events.jsonl"
    lines = [{"event": "sample", "step": 9, "index": i, "question": f"Where is parcel {i}?",
              "answer": f"Model {i}.", "reference": "r"} for i in range(3)]  # fmt: skip
    path.write_text("\n".join(['{"event": "step"}', *map(json.dumps, lines)]), "utf-8")
    page = annotate.choose_page
    page.show_runs([("Support-tone v1", path)])
    page.runs.actions()[0].trigger()
    assert page.answers_words.full_text() == "Support-tone v1 · 3 answers"
    judging = begin("mark")
    assert "0 of 3" in judging.meter.accessibleName()
    press(Key.Key_J)
    (one,) = taken(studio)
    assert one.answer.startswith("Model ")
    (task,) = list_tasks(studio.workspace)
    assert (task.answers_from, task.order) == ("Support-tone v1", "model")


def test_a_long_class_keeps_its_key_and_loses_its_middle(qtbot, begin):
    long = "transfer_not_received_by_recipient_after_three_working_days"
    page = begin("label", classes=f"{long}, short")
    (wide,) = [b for b in page.findChildren(QPushButton) if b.accessibleName() == long]
    assert wide.text().endswith("·  1")
    assert "…" in wide.text()
    assert wide.text().startswith("transfer_")
    assert wide.fontMetrics().horizontalAdvance(wide.text()) < wide.width()
    assert wide.toolTip() == long


@pytest.mark.parametrize("way", ["mark", "label", "score"])
def test_ctrl_enter_uses_the_judgements(way, begin, qtbot, answers):
    page = begin(way, **({"classes": "late, early"} if way == "label" else {}))
    with qtbot.waitSignal(page.use_wanted):
        press(Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)


def test_ctrl_enter_keeps_an_answer_that_is_being_written(studio, begin, qtbot):
    page = begin("mend")
    with qtbot.assertNotEmitted(page.use_wanted):
        press(Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    assert len(taken(studio)) == 1
