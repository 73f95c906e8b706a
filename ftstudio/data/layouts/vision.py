"""Conversations and texts about pictures: known when seen, though not learned from yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftstudio.core.example import Example
from ftstudio.data.column_names import name_says
from ftstudio.data.column_roles import find_text
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt
from ftstudio.data.turns import Unusable, is_talk, parse_json, read_turns

NOT_YET = "Training on pictures is not offered yet, so rows that hold pictures are left out."
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_MARKS = ("<image>", "<img>", "<video>", "<audio>", "<|image|>", "<image_placeholder>")
_PARTS = ("image", "image_url", "input_image", "video", "video_url", "audio", "audio_url",
          "input_audio")  # fmt: skip


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    pictures = max(columns, key=lambda c: _share_of_files(c, sample), default=None)
    held = pictures is not None and _share_of_files(pictures, sample) >= 0.5
    talk, seen = _talk(columns, sample)
    mapping: dict[str, str] = {}
    if pictures is not None and held:
        mapping[pictures.name] = "images"
    if talk is not None and (held or seen >= 0.1):
        mapping[talk.name] = "messages"
        where = f"The conversations in “{talk.name}” show pictures in {seen:.0%} of the rows"
        beside = f", whose files “{pictures.name}” names" if pictures is not None and held else ""
        confidence = 0.99 if seen >= 0.5 else 0.85 if held else 0.5 + 0.9 * min(seen, 0.5)
        sure = frozenset(column.name for column in columns)
        return Guess("vision", confidence, f"{where}{beside}. {NOT_YET}", mapping, sure)
    if not mapping or pictures is None:
        return Guess("vision", 0.02, "No column holds pictures.", {}, frozenset())
    text = find_text([column for column in columns if column is not pictures])
    if text is not None:
        mapping[text.name] = "text"
    about = f", and “{text.name}” says what they show" if text is not None else ""
    reason = f"“{pictures.name}” names picture files{about}. {NOT_YET}"
    return Guess("vision", 0.9 if text is not None else 0.6, reason, mapping, frozenset(mapping))


def _share_of_files(column: Column, sample: Sequence[Row]) -> float:
    filled = [text for row in sample if (text := row.get(column.name))]
    named = 0.2 if name_says(column.name, "images") >= 1 else 0.0
    return sum(map(_names_files, filled)) / max(1, len(filled)) + (named if filled else 0)


def _names_files(text: str) -> bool:
    """The name of a picture's file, or a list of them, or of pictures' bytes and paths."""
    value = parse_json(text)
    if value is None:
        return len(text) < 500 and text.strip().lower().endswith(_ENDINGS)
    items = value if isinstance(value, list) else [value]
    paths = [item.get("path", "") if isinstance(item, dict) else item for item in items]
    return bool(paths) and all(str(path).lower().endswith(_ENDINGS) for path in paths)


def _talk(columns: Sequence[Column], sample: Sequence[Row]) -> tuple[Column | None, float]:
    """The column with conversations, and how many of them show a picture."""
    best: tuple[Column | None, float] = (None, 0.0)
    for column in columns:
        talks = [text for row in sample if (text := row.get(column.name))]
        talks = [text for text in talks if is_talk(parse_json(text))]
        if column.kind != "list" or len(talks) < 0.5 * len(sample):
            continue
        seen = sum(map(shows_pictures, talks)) / max(1, len(talks))
        if best[0] is None or seen > best[1]:
            best = (column, seen)
    return best


def shows_pictures(text: str) -> bool:
    """Whether a conversation (JSON) has a picture, sound or film among its parts."""
    value = parse_json(text)
    turns = value if isinstance(value, list) else []
    return any(_turn_shows(turn) for turn in turns)


def _turn_shows(turn: Any) -> bool:
    if not isinstance(turn, dict):
        return False
    for said in (turn.get("content"), turn.get("value")):
        if isinstance(said, str) and any(mark in said for mark in _MARKS):
            return True
        parts = said if isinstance(said, list) else []
        if any(isinstance(part, dict) and part.get("type") in _PARTS for part in parts):
            return True
    return False


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    """Rows without a picture among them are read as conversations."""
    number, talk = int(row["_row"] or 0), cell(row, mapping, "messages")
    files, text = cell(row, mapping, "images"), cell(row, mapping, "text")
    if shows_pictures(talk) or files.strip() not in ("", "[]", "null"):
        shown = files or talk or text
        return Problem(number, f"It shows a picture. {NOT_YET}", excerpt(shown))
    if not talk.strip():
        return Problem(number, "It holds neither a picture nor a conversation.", excerpt(text))
    try:
        return Example(messages=read_turns(parse_json(talk)), source_row=number)
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(talk))


LAYOUT = Layout(
    key="vision",
    title="Conversations about pictures",
    term="vision chat, image and caption",
    help="Each row shows a picture and what is said of it. It can't be trained on yet.",
    roles=(
        Role("images", "Pictures", "images", required=True, unless="messages"),
        Role("messages", "Conversation", "messages", required=False),
        Role("text", "Text about it", "caption", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
    not_yet=NOT_YET,
)
