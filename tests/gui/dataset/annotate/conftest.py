"""A draft with forty rows, and the place where they are judged."""

from __future__ import annotations

import json

import pytest

from ftstudio.data.draft import Draft
from ftstudio.data.drafting.session import DraftSession
from ftstudio.ui.dataset.annotate.place import AnnotatePlace


@pytest.fixture
def draft(studio, tmp_path):
    path = tmp_path / "tickets.csv"
    lines = ["question,answer", *(f"Where is parcel {i}?,It comes on day {i}." for i in range(24))]
    path.write_text("\n".join(lines), "utf-8")
    session = DraftSession(studio.workspace, Draft(name="Tickets"))
    session.choose_file(path)
    session.draft.save(studio.workspace)
    return session.draft


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.jsonl"
    lines = [{"question": f"Where is parcel {i}?", "answer": f"Model {i}."} for i in range(6)]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return path


@pytest.fixture
def annotate(qtbot, studio, draft):
    made = AnnotatePlace(studio)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    made.activateWindow()
    made.open(draft.id)
    qtbot.waitUntil(lambda: made.choose_page.source.count() > 0, timeout=20_000)
    qtbot.waitUntil(made.isActiveWindow, timeout=10_000)
    yield made
    made.hide()


@pytest.fixture
def begin(qtbot, annotate):
    def go(way: str, who: str = "Anna", **more):
        page = annotate.choose_page
        page.ways.card(way).click()
        page.who.setText(who)
        for name, value in more.items():
            getattr(page, name).setText(value) if name == "classes" else setattr(page, name, value)
        page._show_foot()
        page.begin.click()
        qtbot.waitUntil(annotate.judge_page.isVisible, timeout=20_000)
        annotate.activateWindow()
        qtbot.waitUntil(annotate.isActiveWindow, timeout=10_000)
        return annotate.judge_page

    return go
