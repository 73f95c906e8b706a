"""What a cell shows in a table: nested values in words, as a person would tell them."""

from __future__ import annotations

from typing import Any

from ftstudio.data.conversations.turns import is_talk, is_turn, parse_json

_LONGEST = 100_000  # characters; longer cells are shown as they stand
_SHOWN = 400  # characters that can be seen in a row of a table
_WHAT = ("content", "value", "text", "message", "parts", "tool_calls", "function_call")


def in_words(text: str | None) -> str | None:
    """“human: Hi! → gpt: Hello.” of turns, “input: … · output: …” of names; else the text."""
    if not text or len(text) > _LONGEST:
        return text
    value = parse_json(text)
    if not isinstance(value, (list, dict)):
        return text
    return None if not value else _said(value)[:_SHOWN]


def _said(value: Any, depth: int = 0) -> str:
    if is_turn(value):
        return _turn(value, depth)
    if is_talk(value):
        return " → ".join(_turn(turn, depth) for turn in value[:6])
    if depth > 3:
        return "…"
    if isinstance(value, dict):
        told = [(str(name), _said(item, depth + 1)) for name, item in list(value.items())[:6]]
        return " · ".join(f"{name}: {item}" for name, item in told if item)
    if isinstance(value, list):
        between = " | " if any(isinstance(item, (dict, list)) for item in value) else " · "
        return between.join(_said(item, depth + 1) for item in value[:6])
    return "" if value is None else " ".join(str(value).split())


def _turn(turn: dict[str, Any], depth: int) -> str:
    who = next((str(turn[name]) for name in ("role", "from", "speaker") if name in turn), "")
    said = next((turn[name] for name in _WHAT if turn.get(name)), "")
    if isinstance(said, list) and all(isinstance(part, dict) for part in said):
        words = " ".join(_part(part, depth) for part in said[:6])
    else:
        words = _said(said, depth + 1)
    return f"{who}: {words}" if who else words


def _part(part: dict[str, Any], depth: int) -> str:
    held = next((part[name] for name in ("text", "value") if isinstance(part.get(name), str)), None)
    if held is not None and not str(part.get("type", "text")).startswith(
        ("image", "video", "audio")
    ):
        return " ".join(held.split())
    return f"({part['type']})" if "type" in part else _said(part, depth + 1)
