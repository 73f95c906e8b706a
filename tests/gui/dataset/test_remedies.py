"""Every finding that the report card can tell has a remedy of one click, and it remedies."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from ftstudio.data import kind
from ftstudio.data.drafting import overview, report
from ftstudio.data.sides import few
from ftstudio.data.step import steps
from ftstudio.ui.dataset.cleaning.step_dialog import StepDialog

Pairs = list[tuple[str, str]]


def chats(*more: tuple[str, str], count: int = 130) -> str:
    """So many usual rows, each about something of its own, and some odd ones."""
    usual = [(f"How do I pay bill {i * 7919} of town {i}?", f"At desk {i * 31}, floor {i}.")
             for i in range(count)]  # fmt: skip
    return table("Question,Answer", [*usual, *more])


def sorted_texts(**counts: int) -> str:
    names = [name for name, count in counts.items() for _ in range(count)]
    return table("text,label", [(f"Message number {i * 7919}", name)
                                for i, name in enumerate(names)])  # fmt: skip


def table(head: str, rows: Pairs) -> str:
    return "\n".join([head, *(f'"{one}","{other}"' for one, other in rows)]) + "\n"


def talks(*odd: str, count: int = 30) -> str:
    """Conversations as lines of JSON; `odd` by the first letters of who speaks."""
    names = {"u": "user", "a": "assistant"}
    lines = []
    for i, who in enumerate(["ua"] * count + list(odd)):
        turns = [{"role": names[one], "content": f"Line {n} of talk {i * 7919}."}
                 for n, one in enumerate(who)]  # fmt: skip
        lines.append(json.dumps({"messages": turns}))
    return "\n".join(lines)


def german(count: int) -> Pairs:
    return [(f"Wo finde ich bitte die Rechnung Nummer {i * 7919} vom letzten Monat?",
             f"Die Rechnung liegt in den Einstellungen Ihres Kontos, ganz unten, Blatt {i}.")
            for i in range(count)]  # fmt: skip


def english(count: int) -> Pairs:
    return [(f"Where can I please find the invoice number {i * 7919} of last month?",
             f"You will find it in the settings of your account, at the bottom, sheet {i}.")
            for i in range(count)]  # fmt: skip


@dataclass(frozen=True)
class Case:
    key: str  # of the finding
    text: str
    name: str = "rows.csv"
    takes_back: str = ""  # a safe step, so that there is something to find
    first: tuple[str, dict[str, object]] | None = None  # a step that is done before
    limit: int = 0  # of the model
    closer: bool = False  # found by the closer look
    leads_to: str = ""  # the page, where no step can help
    more: str = ""  # a further file that is chosen there


TYPED = ("Who is it?", "It is me.")
CASES = {
    "spaces": Case("trim", chats(("  Who is it? ", " It is me.")), takes_back="trim"),
    "nothing said": Case("drop_empty", chats(("Who is it?", "")), takes_back="drop_empty"),
    "twice": Case(
        "drop_exact_duplicates", chats(TYPED, TYPED), takes_back="drop_exact_duplicates"
    ),
    "two answers": Case("drop_contradictions", chats(TYPED, ("Who is it?", "Nobody is here."))),
    "too long": Case("drop_long", chats(("Tell all.", "word " * 90)), limit=60),
    "broken letters": Case("fix_mojibake", chats(("Where is the cafÃ©?", "In KÃ¶ln, at the end."))),
    "tags": Case("html_to_text", chats(("Where is it?", "<p>Over <b>there</b>.</p><br>Yes."))),
    "one class twice": Case("map_values", sorted_texts(Billing=60, billing=52, gift=60)),
    "refusals": Case(
        "drop_refusals", chats(("Who am I?", "I'm sorry, but as an AI language model I can't."))
    ),
    "gaps": Case("drop_placeholders", chats(("Who is it?", "It is {{name}}, dear [Your Name]."))),
    "uneven": Case("balance_labels", sorted_texts(often=110, seldom=10)),
    "very uneven": Case("balance_labels", sorted_texts(often=450, seldom=6)),
    "open end": Case("cut_open_end", talks("uau"), "talks.jsonl"),
    "in a row": Case("join_questions", talks("uuaua"), "talks.jsonl"),
    "languages": Case(
        "keep_language", table("Question,Answer", [*english(40), *german(4)]), closer=True
    ),
    "nearly": Case(
        "mark_near_duplicates", closer=True,
        text=chats(("How can I change the address of my newest order?", "Open Orders, Address."),
                   ("How can I change the address of my newest order??", "Open Orders, Address.")),
    ),
    "people": Case("hide_personal", chats(("Whom may I ask?", "Ask anna.k@example.org.")),
                   closer=True),
    "far longer": Case("lengths", chats(("Tell all.", "A long story is told here. " * 200))),
    "short answers": Case(
        "lengths", table("Question,Answer", [(f"Is {i * 7919} odd?", "ab"[i % 2] if i < 70 else
                                              f"That is said of it on page {i}.")
                                             for i in range(120)]),
    ),
    "short alone": Case(
        "lengths", table("Question,Answer", [(f"Is {i * 7919} odd?", "ab"[i % 2])
                                             for i in range(60)]), leads_to="columns",
    ),
    "rare": Case("rare_classes", sorted_texts(bill=60, gift=60, odd=2)),
    "rare of two": Case("rare_classes", sorted_texts(bill=9, odd=4)),
    "one class": Case("one_value", sorted_texts(bill=60, gift=9), leads_to="columns",
                      first=("map_values", {"pairs": "gift ="})),
    "few to check": Case("few_to_check", chats(count=60)),
    "no way to check": Case("few_to_check", chats(count=30), leads_to="file",
                            more=chats(count=300)),
    "few": Case("few_rows", chats(count=4), leads_to="file", more=chats(count=300)),
    "rather few": Case("amount", chats(count=130), leads_to="file", more=chats(count=300)),
    "none left": Case(
        "few_rows", chats(count=30), first=("drop_by_length", {"shortest_answer": 5_000})
    ),
    "unread": Case(
        "unread", talks(count=30) + '\n{"messages": [{"role"', "talks.jsonl", leads_to="file"
    ),
    "unusable": Case("unusable", leads_to="columns", name="talks.jsonl", text=talks(count=30)
                     + '\n{"messages": [{"role": "bing", "content": "a"}]}'),
}  # fmt: skip
_WORST = ("fine", "look", "decide", "blocks")


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: wizard.desk.resting and not wizard.desk.busy, timeout=30_000)


def shown(page, key):
    return next((row for row in page.rows if row.finding.key == key), None)


def weight(row) -> tuple[int, int]:
    """How bad it is; nought where it is not told any more."""
    return (0, 0) if row is None else (_WORST.index(row.finding.severity), row.finding.count)


@pytest.fixture
def at_report(qtbot, place, settled, tmp_path) -> Callable:
    def make(case: Case):
        path = tmp_path / case.name
        path.write_text(case.text, "utf-8")
        place.open(path)
        wizard = settled()
        idle(qtbot, wizard)
        wizard.go_to("clean")
        if case.takes_back:
            recipe = [one.key for one in wizard.desk.facts.draft.steps]
            wizard.desk.take_back(recipe.index(case.takes_back))
        if case.first:
            wizard.desk.apply("", *case.first)
        if case.limit:
            wizard.desk.set_lengths({131 + 1: 200}, case.limit)
        idle(qtbot, wizard)
        if case.closer:
            look(qtbot, wizard)
        return wizard

    return make


def look(qtbot, wizard):
    if not wizard.page.closer.fresh(wizard.desk.facts):
        wizard.page.closer.start(wizard.desk.facts)
    qtbot.waitUntil(lambda: not wizard.page.closer.running, timeout=30_000)


def see_first(qtbot, page, row):
    """What the step would do is shown before the click."""
    here = QPointF(4, 4)
    QApplication.sendEvent(row.remedy_button, QEnterEvent(here, here, here))
    begins = f"“{row.finding.remedy_title}”"
    qtbot.waitUntil(lambda: page.effect.what().startswith(begins), timeout=30_000)
    assert "has nothing to do" not in page.effect.what()


@pytest.mark.parametrize("name", CASES)
def test_one_click_remedies(qtbot, at_report, tmp_path, monkeypatch, name):
    case = CASES[name]
    more = tmp_path / f"more-{case.name}"
    more.write_text(case.more, "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(more)], ""))
    wizard = at_report(case)
    page = wizard.page
    for row in page.rows:
        assert row.finding.remedy_title, row.finding
        qtbot.waitUntil(row.remedy_button.isVisible, timeout=5_000)
    row = shown(page, case.key)
    assert row is not None, [(one.finding.key, one.finding.sentence) for one in page.rows]
    before, undone = weight(row), wizard.desk.undo.index()
    if row.finding.step_key:
        see_first(qtbot, page, row)
    QTest.mouseClick(row.remedy_button, Qt.MouseButton.LeftButton)
    idle(qtbot, wizard)
    if case.leads_to and not case.more:
        assert wizard.page.key == case.leads_to
        return
    if case.more:
        assert wizard.desk.facts.total >= 300
        wizard.go_to("clean")
        idle(qtbot, wizard)
    if case.closer:
        look(qtbot, wizard)
    after = weight(shown(page, case.key))
    assert after == (0, 0) or (case.key == "amount" and after[1] > before[1])
    if not case.more:
        assert wizard.desk.undo.index() == undone + 1
        wizard.undo.click()
        idle(qtbot, wizard)
        assert weight(shown(page, case.key)) == before


def test_every_finding_was_gone_over():
    told = {step.key for step in steps().values() if step.offered}
    for module in (kind, report, overview, few):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and node.func.id in ("Finding", "_finding"):
                given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "key")]
                told |= {one.value for one in given if isinstance(one, ast.Constant)}
    told |= {"unread", "unusable"}  # told from a table of theirs
    assert len(told) >= 21
    assert {case.key for case in CASES.values()} == told


def test_a_default_can_be_adjusted(qtbot, at_report):
    wizard = at_report(CASES["uneven"])
    page = wizard.page
    adjust = shown(page, "balance_labels").choice_buttons["Adjust …"]
    QTest.mouseClick(adjust, Qt.MouseButton.LeftButton)
    dialog = page.dialog
    assert isinstance(dialog, StepDialog)
    assert (dialog.key, dialog.values["least"]) == ("balance_labels", 28)
    qtbot.waitUntil(lambda: dialog.effect is not None, timeout=20_000)
    assert dialog.effect.added == 18
    dialog.reject()


def test_a_closer_look_leaves_what_is_pointed_at(qtbot, at_report):
    wizard = at_report(CASES["spaces"])
    page = wizard.page
    see_first(qtbot, page, shown(page, "trim"))
    said = page.effect.what()
    look(qtbot, wizard)
    page.closer.looked.emit()
    assert page.effect.isVisible()
    assert page.effect.what() == said
    wizard.desk.apply("", "trim")
    idle(qtbot, wizard)
    assert not page.effect.isVisible() or page.effect.what() != said


def test_going_on_with_few_is_one_click_too(qtbot, at_report):
    wizard = at_report(CASES["no way to check"])
    row = shown(wizard.page, "few_to_check")
    (on,) = row.choice_buttons.values()
    QTest.mouseClick(on, Qt.MouseButton.LeftButton)
    idle(qtbot, wizard)
    assert not wizard.desk.facts.few_asks
    assert shown(wizard.page, "few_to_check") is None
