import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ftstudio.basemodels import token
from ftstudio.jobs.events import Failed, Finished, Phase, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.lock import Holder, write_holder
from ftstudio.ui import hub_panel
from ftstudio.ui.hub_panel import HubPanel


def at_work(folder, module):
    """This process stands for the worker, so that the job counts as running."""
    assert module == "ftstudio.worker.download"
    write_holder(folder, Holder.of(os.getpid(), 0))


@pytest.fixture
def panel(qtbot, workspace, monkeypatch, tmp_path):
    """A panel whose downloads are written by the test."""
    monkeypatch.setattr(hub_panel.launch, "start", at_work)
    monkeypatch.setattr(token, "token_file", lambda: tmp_path / "token")
    made = HubPanel(workspace)
    qtbot.addWidget(made)
    made.ask("org/small")
    yield made
    made.shut_down()


def say(panel, *events):
    with panel._folder.events.open("a") as file:
        file.writelines(event.model_dump_json() + "\n" for event in events)


def begin(panel):
    panel.begin()
    say(panel, Started(pid=1, device="network"))


def test_what_is_no_name_is_told_at_once(panel, workspace):
    panel.name.setText("gpt2")
    panel.begin()
    assert "not the name of a model" in panel.notice.message()
    assert list(workspace.jobs.iterdir()) == []


def test_progress_in_figures_and_the_model_arrives(qtbot, panel):
    begin(panel)
    assert panel.is_busy()
    phase = Phase(
        name="downloading", text="Fetching · licence: mit", done=5e8, total=2e9, unit="bytes",
        seconds_left=100,
    )  # fmt: skip
    say(panel, phase)
    qtbot.waitUntil(lambda: "of 2.0 GB" in panel.words.text())
    assert panel.words.text() == "500 MB of 2.0 GB · 15.0 MB a second · 2 min left"
    assert panel.what.full_text() == "Fetching · licence: mit"
    assert panel.bar.accessibleName().endswith("15.0 MB a second · 2 min left")
    with qtbot.waitSignal(panel.arrived) as blocker:
        say(panel, Finished(output="/models/org--small"))
    assert blocker.args == ["/models/org--small"]
    assert not panel.is_busy()


def test_cancel_keeps_what_has_arrived(qtbot, panel):
    begin(panel)
    panel.cancel.click()
    assert '"stop"' in panel._folder.commands.read_text()
    say(panel, Stopped(step=0, kept=False))
    qtbot.waitUntil(lambda: not panel.is_busy())
    assert "is kept" in panel.notice.message()


def test_a_gate_asks_for_a_token(qtbot, panel):
    begin(panel)
    say(panel, Failed(what="Gated.", why="Why.", remedy="Accept the licence.", code="hub_gated"))
    qtbot.waitUntil(lambda: not panel.is_busy())
    assert "Accept the licence" in panel.notice.message()
    assert not panel._token_row.isHidden()
    panel.token.setText("hf_abc")
    panel.begin()
    assert token.read_token() == "hf_abc"
    assert panel.token.text() == ""
    assert panel._token_row.isHidden()  # while it fetches, there is nothing to say there
    assert "hf_abc" not in (panel._folder.path / "job.json").read_text()


def test_a_download_under_way_is_shown_again(qtbot, panel, workspace):
    begin(panel)
    folder = JobFolder(panel._folder.path)
    panel.shut_down()
    again = HubPanel(workspace)
    qtbot.addWidget(again)
    again.follow(folder)
    assert again.is_busy()
    assert again.name.text() == "org/small"
    again.shut_down()


def test_escape_closes_the_panel_alone(qtbot, panel):
    seen, closed = [], []
    page = QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(panel)
    QShortcut(QKeySequence("Esc"), page).activated.connect(lambda: seen.append(1))
    panel.closed.connect(lambda: closed.append(1))
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert seen == [1]
    panel.ask()
    QTest.keyClick(panel.name, Qt.Key.Key_Escape)
    assert panel.isHidden()
    assert (closed, seen) == ([1], [1])
    panel.setParent(None)
