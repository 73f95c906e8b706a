"""Texts that are no tables and can't be read yet, known by their first lines: mails, chats."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ftstudio.data.format import Probe

MAILS = (
    "Copy question and answer of each mail into a table with two columns, or export the mailbox "
    "as CSV."
)
_CHAT = "Copy question and answer into a table with two columns, and choose that."
_CONVERT = "Export it as CSV or JSON from the program it came from."
_SUBTITLES = "Save what is said as plain text (.txt)."


@dataclass(frozen=True)
class TextKind:
    """What it is, and what to do instead."""

    what: str
    remedy: str


_MAIL_LINES = re.compile(
    r"(?:return-path|received|delivered-to|from|to|cc|subject|date|message-id|mime-version|"
    r"reply-to|content-type|x-[\w-]+|dkim-signature|arc-[\w-]+|authentication-results): ",
    re.I,
)
_WHATSAPP = re.compile(
    r"[\u200e\ufeff]*\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d\d([:.]\d\d)?"
    r"[\s\u202f]?([ap]\.?m\.?)?\]?( -)? ",
    re.I,
)
_SUBTITLE = re.compile(r"\d\d:\d\d:\d\d[,.]\d{3} --> \d\d:\d\d:\d\d[,.]\d{3}")
_BY_NAME = {
    ".yaml": ("a YAML file", _CONVERT),
    ".yml": ("a YAML file", _CONVERT),
    ".sql": ("a script for a database (SQL)", "Export the table itself as CSV."),
    ".toml": ("a TOML file", _CONVERT),
    ".ipynb": ("a notebook (Jupyter)", "Save the table that it makes as CSV, and choose that."),
}


def text_kind(probe: Probe) -> TextKind | None:
    """None: nothing that is known to be of no use here."""
    if not probe.text:
        return None
    text = probe.text.lstrip()
    if text.startswith("From ") and _mail_lines(text.partition("\n")[2]) >= 2:
        return TextKind("a mailbox (.mbox)", MAILS)
    if _mail_lines(text) >= 3:
        return TextKind("an e-mail (.eml)", MAILS)
    if probe.suffix in (".txt", "") and _is_chat(text):
        return TextKind("a chat exported from WhatsApp", _CHAT)
    if text.startswith("WEBVTT") or _SUBTITLE.match(text.partition("\n")[2]):
        return TextKind("a file of subtitles", _SUBTITLES)
    if text.startswith("<?xml") and not re.search(r"<!doctype html|<html", text[:2000], re.I):
        return TextKind("an XML file", _CONVERT)
    named = _BY_NAME.get(probe.suffix)
    return TextKind(*named) if named else None


def _mail_lines(text: str) -> int:
    """How many of the lines before the first empty one are the head of a mail."""
    found = 0
    for line in text.splitlines()[:40]:
        if not line.strip():
            break
        if _MAIL_LINES.match(line):
            found += 1
        elif not line[:1].isspace():
            return 0
    return found


def _is_chat(text: str) -> bool:
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    dated = [line for line in lines if _WHATSAPP.match(line)]
    return len(dated) > 2 and len(dated) >= 0.5 * len(lines) and _speaks(dated)


def _speaks(lines: list[str]) -> bool:
    said = sum(1 for line in lines if re.search(r"[\]-] [^:]{1,60}: ", line))
    return said >= 0.6 * len(lines)
