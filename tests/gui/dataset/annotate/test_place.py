"""From the data place to judging and back, with what was made of it selected."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ftstudio.adapters.learned import Learner
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.versions.library import list_versions
from ftstudio.ui.dataset.data_place import DataPlace


def judged(qtbot, studio, place, count, few=False):
    place.library.judge_button.click()
    page = place.annotate.choose_page
    qtbot.waitUntil(lambda: page.source.count() > 0, timeout=20_000)
    page.ways.card("mark").click()
    page.who.setText("Anna")
    page.begin.click()
    judge = place.annotate.judge_page
    qtbot.waitUntil(judge.isVisible, timeout=20_000)
    for at in range(count):
        QTest.keyClick(judge, Qt.Key.Key_J if at % 2 else Qt.Key.Key_K)
    judge.use.click()
    if few:  # the same stop as before any dataset, with the same way on
        said = judge.notice.message
        qtbot.waitUntil(lambda: "held back to check with" in said(), timeout=20_000)
        assert "validation row" in judge.notice._action.text()
        judge.notice._action.click()
    qtbot.waitUntil(lambda: place.annotate is None, timeout=20_000)


def test_a_judged_draft_opens_as_a_new_one(qtbot, studio, draft):
    place = DataPlace(studio)
    qtbot.addWidget(place)
    place.show()
    place.open(None)
    qtbot.waitUntil(lambda: place.library.selected() == draft.id, timeout=20_000)
    judged(qtbot, studio, place, 20)
    assert "20 rows of the kind" in place.library.notice.message()
    qtbot.waitUntil(lambda: place.library.selected() not in ("", draft.id), timeout=20_000)
    place.library.notice._on_action()
    qtbot.waitUntil(
        lambda: place.wizard is not None and place.wizard.desk.facts is not None, timeout=20_000
    )
    assert place.wizard.desk.facts.total == 20
    place.hide()


def test_a_judged_dataset_becomes_a_new_version(qtbot, studio, draft):
    session = DraftSession.open(studio.workspace, draft)
    session.go_on_with_few()
    version = session.freeze()
    place = DataPlace(studio)
    qtbot.addWidget(place)
    place.show()
    place.open(None)
    qtbot.waitUntil(lambda: place.library.selected() == version.id, timeout=20_000)
    judged(qtbot, studio, place, 24, few=True)
    kinds = {one.facts.kind for one in list_versions(studio.workspace)}
    assert kinds == {"chat", "feedback"}
    panel = place.library.version_panel
    qtbot.waitUntil(
        lambda: panel.version is not None and panel.version.facts.kind == "feedback", timeout=20_000
    )
    assert panel._of_file.isHidden()  # it was made of judgements: no file has so many rows
    place.hide()


def test_keys_begin_and_leave_and_what_learned_is_told(qtbot, annotate, draft):
    page, left = annotate.choose_page, []
    page.left.connect(lambda: left.append(1))
    page.who.clear()
    QTest.keyClick(page.who, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.focusWidget() is page.begin  # it says what is missing
    page.show_learners([Learner("adapter", "a1", "Parcels v1", (draft.id,))])
    assert "“Parcels v1” learned from these rows" in page.follows.text()
    page.show_learners([Learner("run", "r1", "Other", ("ds-1",))])
    assert "learned" not in page.follows.text()
    QTest.keyClick(page.begin, Qt.Key.Key_Escape)
    assert left == [1]
    page.who.setText("Anna")
    page.ways.card("mend").click()
    QTest.keyClick(page.who, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(annotate.judge_page.isVisible, timeout=20_000)
