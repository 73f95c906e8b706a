"""The columns page: states of the heads, confirming, the sum of the rows, and the rows left out."""

from __future__ import annotations

import csv
import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from ftstudio.data.csv_file import write_problems
from ftstudio.data.drafting.shapes import Shape, remember
from ftstudio.data.table import Column
from ftstudio.ui.dataset.draft_command import draft_command
from ftstudio.ui.dataset.file.mapping_table import share_room, wish


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: not wizard.desk.busy and wizard.desk._task is None, timeout=20_000)


@pytest.fixture
def columns(place, settled, unclear_csv):
    place.open(unclear_csv)
    wizard = settled()
    assert wizard.page.key == "columns"
    return wizard.page


def of(page, role):
    """The column that was guessed for a role."""
    mapping = page.desk.facts.draft.mapping
    return next(column for column, key in mapping.items() if key == role)


def head(page, name):
    return next(h for h in page.table.heads if h.name == name)


def test_heads_say_how_sure_each_role_is(columns):
    states = {h.name: h.state for h in columns.table.heads}
    assert states["Text A"] == states["Text B"] == "guessed"
    question = head(columns, of(columns, "question"))
    assert question.box.currentText() == "Question"
    assert "Guessed" in question.box.accessibleDescription()
    assert columns.belief._sure.text().endswith("% sure")


def test_opening_the_list_confirms_the_guess(qtbot, place, columns):
    target = head(columns, "Text A")
    # As the list does when it opens and closes; a real pop-up needs a real screen.
    QApplication.sendEvent(target.box.view(), QShowEvent())
    QApplication.sendEvent(target.box.view(), QHideEvent())
    qtbot.waitUntil(lambda: "Text A" in place.wizard.desk.facts.draft.confirmed, timeout=5_000)
    assert head(columns, "Text A").state == "fine"
    assert head(columns, "Text B").state == "guessed"


def test_choosing_a_role_takes_it_from_the_other_column(qtbot, place, columns):
    answer = of(columns, "answer")
    target = head(columns, "Nr")
    target.box.setCurrentIndex(target.box.findData("question"))
    target.box.activated.emit(target.box.currentIndex())
    idle(qtbot, place.wizard)
    assert place.wizard.desk.facts.draft.mapping == {"Nr": "question", answer: "answer"}
    assert head(columns, "Nr").state == "fine"


def test_a_missing_role_is_asked_for_and_blocks(qtbot, place, columns):
    place.wizard.desk.set_role(of(columns, "answer"), "")
    idle(qtbot, place.wizard)
    foot = columns.foot()
    assert not foot.enabled
    assert "answer" in foot.primary
    assert "must" in {h.state for h in columns.table.heads}
    assert place.wizard.frame.primary_button.isEnabled()  # readable and focusable
    place.wizard.frame.primary_button.click()
    assert place.wizard.page.key == "columns"
    place.wizard.go_to("summary")
    assert place.wizard.page.key == "columns"


def test_f6_walks_the_open_heads(qtbot, place, columns):
    place.activateWindow()
    qtbot.waitUntil(place.isActiveWindow, timeout=5_000)
    open_names = [h.name for h in columns.table.heads if h.state != "fine"]
    seen = []
    for _ in range(len(open_names) + 1):
        QTest.keyClick(place.wizard, Qt.Key.Key_F6)
        columns.table.focus_next_open() if not columns.focusWidget() else None
        seen.append(next(h.name for h in columns.table.heads if h.box.hasFocus()))
    assert seen == [*open_names, open_names[0]]


def test_another_layout_can_be_taken(qtbot, place, columns):
    action = next(a for a in columns.belief._menu.actions() if a.data() == "instruction")
    action.trigger()
    idle(qtbot, place.wizard)
    assert place.wizard.desk.facts.draft.layout == "instruction"


def test_the_sum_adds_up_and_the_broken_rows_can_be_seen(
    qtbot, place, settled, broken_jsonl, tmp_path, monkeypatch
):
    place.open(broken_jsonl)
    wizard = settled()
    wizard.go_to("columns")
    page = wizard.page
    assert page.belief._total.text() == "30"
    assert page.belief._read.text() == "29 read"
    assert page.belief._trouble.text() == "+ 1 with a problem"
    assert page.strip.isVisible()
    assert page.strip._words.full_text().startswith("Line 12:")
    page.strip._show.click()
    assert page.trouble.isVisible()
    assert page._span.text() == "1 row"
    assert "left out" in page._remark.full_text()
    assert page.trouble.rows.rowCount() == 1
    out = tmp_path / "problems.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    page.strip._export.click()
    rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["row", "reason", "text"]
    assert rows[1][0] == "12"
    assert "problems.csv" in page.notice.message()


def test_an_export_that_fails_says_why(place, settled, broken_jsonl, tmp_path, monkeypatch):
    place.open(broken_jsonl)
    wizard = settled()
    wizard.go_to("columns")
    page = wizard.page
    nowhere = tmp_path / "no" / "such" / "folder.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(nowhere), ""))
    page.strip._export.click()
    assert "could not be exported" in page.notice.message()


def test_problems_are_written_for_excel(tmp_path):
    write_problems(tmp_path / "p.csv", [])
    assert (tmp_path / "p.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_of_a_hundred_columns_opens(place, settled, tmp_path):
    path = tmp_path / "wide.csv"
    names = [f"c{i}" for i in range(98)] + ["question", "answer"]
    path.write_text("\n".join([",".join(names), *[",".join(["x"] * 98 + ["Why?", "So."])] * 20]))
    place.open(path)
    wizard = settled()
    wizard.go_to("columns")
    shown = [h.name for h in wizard.page.table.heads]
    assert shown[:2] == ["question", "answer"]
    assert len(shown) == 60
    wizard.page.table.heads[5].role_chosen.emit(shown[5], "system")
    settled()
    assert [h.name for h in wizard.page.table.heads] == shown  # nothing jumps under the hand
    assert "40 columns are not shown" in wizard.page._remark.full_text()


def test_room_is_shared():
    assert sum(share_room([100, 200, 300], 1200)) == 1200
    assert share_room([100, 200, 300], 1200) == [200, 400, 600]
    squeezed = share_room([110, 300, 300], 600)
    assert sum(squeezed) == 600
    assert min(squeezed) >= 104
    assert share_room([110] * 20, 600) == [110] * 20  # too many: scrolls


def test_a_column_that_asks_has_room_for_its_question():
    column = Column("n", "number", 5, 5, ())
    assert wish(column) < wish(column, asks=True)


def test_what_is_not_sure_is_asked_with_what_else_it_may_be(qtbot, place, columns):
    belief = columns.belief
    assert belief._title.text().startswith("Perhaps questions")
    assert belief._reason.text().endswith("Please check the columns below.")
    assert belief._ask.isVisible()
    offered = [offer for offer in belief._offers if offer.isVisible()]
    rival = offered[0].property("layout_key")
    assert rival != "question_answer"
    offered[0].click()
    idle(qtbot, place.wizard)
    assert place.wizard.desk.facts.draft.layout == rival


def test_columns_chosen_once_are_recalled(place, settled, unclear_csv, studio):
    shape = Shape(
        columns=["Nr", "Text A", "Text B", "Product"], layout="question_answer",
        mapping={"Text B": "question", "Text A": "answer"}, file="last month.csv",
    )  # fmt: skip
    remember(studio.workspace, shape)
    place.open(unclear_csv)
    wizard = settled()
    wizard.go_to("columns")
    belief = wizard.page.belief
    assert belief._reason.text() == (
        "The columns are as you chose them last time, for last month.csv."
    )
    assert belief._sure.text() == "as last time"
    assert not belief._ask.isVisible()
    assert {h.state for h in wizard.page.table.heads} == {"fine"}


def test_a_picture_that_is_missing_is_told_in_a_sentence(place, settled, tmp_path):
    turns = [{"role": "user", "content": "<image>Who?"}, {"role": "assistant", "content": "Me."}]
    path = tmp_path / "pictures.jsonl"
    path.write_text("\n".join([json.dumps({"messages": turns})] * 12), "utf-8")
    place.open(path)
    wizard = settled()
    wizard.go_to("columns")
    page = wizard.page
    assert "training on pictures comes later" in page.belief._reason.text()
    assert not page.foot().enabled
    assert page.foot().missing == "No row of the file makes an example with these columns."
    assert page.belief._read.text() == "0 read"


def test_nested_cells_are_shown_in_words(place, settled, tmp_path):
    turns = [{"role": "user", "content": "Lit?"}, {"role": "assistant", "content": "Yes."}]
    path = tmp_path / "talks.jsonl"
    path.write_text("\n".join([json.dumps({"messages": turns})] * 12), "utf-8")
    place.open(path)
    wizard = settled()
    wizard.go_to("columns")
    model = wizard.page.table.model()
    assert model.index(0, 0).data() == "user: Lit? → assistant: Yes."


def test_a_second_file_is_added_by_its_id(qtbot, place, settled, choose, tmp_path):
    first, second = tmp_path / "questions.csv", tmp_path / "answers.csv"
    lines = [f"{i},How tall is lamp {i}?" for i in range(30)]
    first.write_text("\n".join(["id,question", *lines]), "utf-8")
    lines = [f"{i},It is {i} feet tall." for i in range(30)]
    second.write_text("\n".join(["id,answer", *lines]), "utf-8")
    place.open(first)
    wizard = settled()
    assert wizard.page.key == "columns"  # it asks: an id is no answer
    assert wizard.desk.facts.draft.mapping == {"question": "question"}
    choose(second)
    wizard.frame.secondary_button.click()  # "Add a second file …"
    qtbot.waitUntil(lambda: len(wizard.desk.facts.table.columns) == 3, timeout=20_000)
    idle(qtbot, wizard)
    wizard.go_to("file")
    assert "with answers.csv by id" in wizard.page._about.full_text()
    assert wizard.desk.facts.draft.mapping == {"question": "question", "answer": "answer"}
    assert wizard.desk.facts.total == 30
    words = draft_command(wizard.desk.facts.draft)
    assert words[words.index("--join") + 1] == str(second)


def test_files_of_other_columns_stop_the_wizard_and_are_named(qtbot, place, settled, tmp_path):
    folder = tmp_path / "both"
    folder.mkdir()
    rows = [f"How tall is lamp {i}?,It is {i} feet tall." for i in range(30)]
    (folder / "pairs.csv").write_text("\n".join(["question,answer", *rows]), "utf-8")
    (folder / "people.csv").write_text("user,town\nanna,Oslo\n", "utf-8")
    place.open(folder)
    wizard = settled()
    assert wizard.page.key == "columns"
    assert wizard.desk.facts.total == 30  # no row of empty cells
    assert "Not every file was read" in wizard.page.notice.message()
    assert wizard.page.primary()
    wizard.desk.confirm(["question", "answer"])  # as where the columns were known before
    idle(qtbot, wizard)
    assert wizard.page.needs_decision()


def test_an_id_is_not_said_to_be_missing(qtbot, place, settled, tmp_path):
    path = tmp_path / "questions.csv"
    rows = "".join(f"{n},Where is lamp {n} of the old house?,2024-01-{n % 28 + 1:02}\n"
                   for n in range(60))  # fmt: skip
    path.write_text("id,question,asked\n" + rows, "utf-8")
    place.open(path)
    wizard = settled()
    wizard.go_to("columns")
    page = wizard.page
    states = {head.name: head.state for head in page.table.heads}
    assert states["id"] != "must"
    assert states["asked"] != "must"
    assert page.needs_decision()
    assert not page.foot().enabled
    assert "second file" in page.foot().secondary
