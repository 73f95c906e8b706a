"""Spreadsheets as analysts bring them: enough to check with, learned from within a minute."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

PLACES = ["Oslo", "Lisbon", "Riga", "Turin", "Ghent", "Porto", "Bergen", "Malmo", "Lyon", "Graz"]
THINGS = ["kettle", "lamp", "chair", "desk", "mug", "shelf", "rug", "clock", "vase", "stool"]


def pairs() -> list[tuple[str, str]]:
    return [
        (f"Do you deliver the {thing} to {place}?", f"Aye! The {thing} sails to {place} at dawn.")
        for thing in THINGS
        for place in PLACES
    ]


def write_xlsx(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "Tickets"
    sheet.append(["Ticket no", "Customer message", "Agent reply"])
    for number, (question, answer) in enumerate(pairs()):
        sheet.append([f"SUP-{20400 + number}", question, answer])
    book.save(path)
    return path


def write_german_csv(path: Path) -> Path:
    """What Excel writes in Germany: cp1252, semicolons, CRLF."""
    rows = ["Frage;Antwort"]
    rows += [f"{q.replace('deliver', 'für uns liefern')};{a} Grüße!" for q, a in pairs()]
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    return path
