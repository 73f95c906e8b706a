"""A data place on the screen that isn't there, and files as people have them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtWidgets import QFileDialog

from ftstudio.ui.dataset.data_place import DataPlace
from ftstudio.ui.dataset.wizard import DataWizard

QUESTIONS = ["Where is my parcel?", "Can I get an invoice?", "Is it waterproof?"]
ANSWERS = ["It arrives on Monday.", "Yes, under Orders.", "No, keep it dry."]


@pytest.fixture
def place(qtbot, studio):
    made = DataPlace(studio)
    qtbot.addWidget(made)
    made.resize(1072, 820)
    made.show()
    made.open(None)
    yield made
    made.hide()


@pytest.fixture
def settled(qtbot, place) -> Callable[[], DataWizard]:
    """Waits until the wizard has read its file and nothing is under way."""

    def wait() -> DataWizard:
        def ready() -> bool:
            wizard = place.wizard
            return wizard is not None and wizard.desk.facts is not None and not wizard.desk.busy

        qtbot.waitUntil(ready, timeout=30_000)
        return place.wizard

    return wait


@pytest.fixture
def choose(monkeypatch):
    """The file dialogs answer with this file, and with others where several may be chosen."""

    def make(path: Path, *more: Path) -> None:
        names = [str(path), *map(str, more)]
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (names[0], ""))
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))

    return make


def go_on_with_few(qtbot, wizard: DataWizard) -> None:
    """The way on of a small file, where the summary would ask."""
    desk = wizard.desk
    if desk.facts.few_asks:
        desk.go_on_with_few()
        qtbot.waitUntil(lambda: desk.resting and not desk.facts.few_asks, timeout=30_000)


@pytest.fixture
def enough_csv(tmp_path) -> Path:
    """So many rows that nothing is asked about them."""
    lines = ["Question,Answer"]
    lines += [f"Where is parcel {i}?,It is on its way to town {i}." for i in range(120)]
    path = tmp_path / "parcels.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def xlsx(tmp_path) -> Path:
    """Clean names, and the blemishes of real sheets: spaces, an empty answer, a double."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tickets"
    sheet.append(["Ticket", "Question", "Answer"])
    for i in range(30):
        sheet.append([f"T-{i}", f"{QUESTIONS[i % 3]} ({i})", f"{ANSWERS[i % 3]} Order {i}."])
    sheet.append(["T-30", "  Stray spaces?  ", " Cut them off. "])
    sheet.append(["T-31", "No answer here?", None])
    sheet.append(["T-32", "Where is my parcel? (0)", "It arrives on Monday. Order 0."])
    path = tmp_path / "support tickets.xlsx"
    book.save(path)
    return path


@pytest.fixture
def german_csv(tmp_path) -> Path:
    lines = ["Frage;Antwort"]
    for i in range(40):
        lines.append(f'"Wie lange dauert Lieferung {i}?";"Für Größe {i} zwei Tage; Grüße"')
    path = tmp_path / "fragen.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


@pytest.fixture
def unclear_csv(tmp_path) -> Path:
    lines = ["Nr,Text A,Text B,Product"]
    for i in range(30):
        lines.append(f"{i},Some statement {i} about things,Another longer text {i},{'ABC'[i % 3]}")
    path = tmp_path / "unclear.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def broken_jsonl(tmp_path) -> Path:
    lines = [json.dumps({"prompt": f"Question {i}?", "completion": f"Answer {i}."})
             for i in range(30)]  # fmt: skip
    lines[11] = '{"prompt": "broken", "completion'
    path = tmp_path / "broken.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path
