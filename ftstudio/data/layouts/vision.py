"""Conversations and texts about pictures, wherever the pictures lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftstudio.core.example import Example, Message
from ftstudio.data.column_names import name_says
from ftstudio.data.column_roles import EXACT, best, find_text
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt
from ftstudio.data.texts import PICTURE
from ftstudio.data.turns import Unusable, is_talk, parse_json, read_turns

_NOT_YET = "They can be cleaned, divided and kept; training on pictures comes later."
_NO_FILMS = "It shows a film or a sound; only texts and pictures can be kept."
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_MARKS = (PICTURE, "<img>", "<|image|>", "<image_placeholder>")
_OTHERS = ("<video>", "<audio>")
_PICTURES = ("image", "image_url", "input_image")
_FILMS = ("video", "video_url", "audio", "audio_url", "input_audio")
_PARTS = (*_PICTURES, *_FILMS)
_PLACES = ("path", "url", "image", "image_url", "file_name", "value")  # what names a picture's file


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
        return Guess("vision", confidence, f"{where}{beside}. {_NOT_YET}", mapping, sure)
    if not mapping or pictures is None:
        return Guess("vision", 0.02, "No column holds pictures.", {}, frozenset())
    rest = [column for column in columns if column is not pictures]
    text = find_text(rest) or best(rest, "label", EXACT)
    if text is not None:
        mapping[text.name] = "text"
    about = f", and “{text.name}” says what they show" if text is not None else ""
    reason = f"“{pictures.name}” names picture files{about}. {_NOT_YET}"
    return Guess("vision", 0.9 if text is not None else 0.6, reason, mapping, frozenset(mapping))


def _share_of_files(column: Column, sample: Sequence[Row]) -> float:
    filled = [text for row in sample if (text := row.get(column.name))]
    named = 0.2 if name_says(column.name, "images") >= 1 else 0.0
    return sum(map(_names_files, filled)) / max(1, len(filled)) + (named if filled else 0)


def _names_files(text: str) -> bool:
    """The name of a picture's file, or a list of them, or of pictures' bytes and paths."""
    value = parse_json(text)
    if value is None:
        return _is_picture(text)
    items = value if isinstance(value, list) else [value]
    paths = [item.get("path", "") if isinstance(item, dict) else item for item in items]
    return bool(paths) and all(_is_picture(str(path)) for path in paths)


def _is_picture(text: str) -> bool:
    named = len(text) < 500 and text.strip().lower().endswith(_ENDINGS)
    return named or text.startswith("data:image/")


def _talk(columns: Sequence[Column], sample: Sequence[Row]) -> tuple[Column | None, float]:
    """The column with conversations, and how many of them show a picture."""
    likeliest: tuple[Column | None, float] = (None, 0.0)
    for column in columns:
        talks = [text for row in sample if (text := row.get(column.name))]
        talks = [text for text in talks if is_talk(parse_json(text))]
        if column.kind != "list" or len(talks) < 0.5 * len(sample):
            continue
        seen = sum(map(shows_pictures, talks)) / max(1, len(talks))
        if likeliest[0] is None or seen > likeliest[1]:
            likeliest = (column, seen)
    return likeliest


def shows_pictures(text: str) -> bool:
    """Whether a conversation (JSON) has a picture, sound or film among its parts."""
    value = parse_json(text)
    turns = value if isinstance(value, list) else []
    return any(_turn_shows(turn) for turn in turns)


def _turn_shows(turn: Any) -> bool:
    if not isinstance(turn, dict):
        return False
    for said in (turn.get("content"), turn.get("value")):
        if isinstance(said, str) and any(mark in said for mark in (*_MARKS, *_OTHERS)):
            return True
        parts = said if isinstance(said, list) else []
        if any(isinstance(part, dict) and part.get("type") in _PARTS for part in parts):
            return True
    return False


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    """Rows without a picture among them are read as conversations."""
    number, talk = int(row["_row"] or 0), cell(row, mapping, "messages")
    files, text = cell(row, mapping, "images"), cell(row, mapping, "text").strip()
    try:
        named = _files(files)
        if not talk.strip():
            return _captioned(named, text, number)
        turns, shown = _with_marks(parse_json(talk))
        messages = read_turns(turns, pictured=True)
        images = _matched(messages, shown, named)
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(talk or files or text))
    return Example(messages=messages, images=images or None, source_row=number)


def _captioned(named: list[str], text: str, number: int) -> Example:
    if not named:
        raise Unusable("It holds neither a picture nor a conversation.")
    if not text:
        raise Unusable("Nothing is said of the picture, so there is nothing to learn.")
    asked = Message(role="user", content=PICTURE * len(named))
    answer = Message(role="assistant", content=text)
    return Example(messages=[asked, answer], images=named, source_row=number)


def _files(text: str) -> list[str]:
    """The pictures that a cell names: one, a list, or objects with a path."""
    if text.strip() in ("", "[]", "null"):
        return []
    value = parse_json(text)
    items = value if isinstance(value, list) else [text.strip() if value is None else value]
    return [_file(item) for item in items]


def _file(item: Any) -> str:
    if isinstance(item, dict):
        item = next((item[key] for key in _PLACES if isinstance(item.get(key), (str, dict))), None)
        item = item.get("url") if isinstance(item, dict) else item
    if not isinstance(item, str) or not item.strip():
        raise Unusable("A picture is named by something that is no file.")
    return item.strip()


def _with_marks(talk: Any) -> tuple[Any, list[str | None]]:
    """The talk with a mark in the place of each picture, and the files that its parts name."""
    shown: list[str | None] = []
    if not isinstance(talk, list):
        return talk, shown
    return [_marked(turn, shown) for turn in talk], shown


def _marked(turn: Any, shown: list[str | None]) -> Any:
    if not isinstance(turn, dict):
        return turn
    changed = dict(turn)
    for name in ("content", "value"):
        said = turn.get(name)
        if isinstance(said, str):
            if any(mark in said for mark in _OTHERS):
                raise Unusable(_NO_FILMS)
            for mark in _MARKS:
                said = said.replace(mark, PICTURE)
            shown += [None] * said.count(PICTURE)
            changed[name] = said
        elif isinstance(said, list):
            parts = [_part(part, shown) for part in said]
            if all(isinstance(part, str) for part in parts):
                changed[name] = "".join(parts)
            else:
                changed[name] = [
                    {"type": "text", "text": part} if isinstance(part, str) else part
                    for part in parts
                ]
    return changed


def _part(part: Any, shown: list[str | None]) -> Any:
    """A text, the mark of a picture, or what else a turn may hold."""
    if not isinstance(part, dict):
        return part
    kind = part.get("type")
    if kind in _FILMS:
        raise Unusable(_NO_FILMS)
    if kind not in _PICTURES:
        text = part.get("text")
        return text if isinstance(text, str) and kind in (None, "text", "input_text") else part
    named = {name: part[name] for name in _PLACES if part.get(name)}
    shown.append(_file(named) if named else None)
    return PICTURE


def _matched(messages: list[Message], shown: list[str | None], named: list[str]) -> list[str]:
    """A file for each mark; where no text has one, the pictures stand before the question."""
    own = [file for file in shown if file]
    if shown and len(own) == len(shown):
        return own
    files = own + named if not own else []
    if not shown and named:
        first = next((i for i, m in enumerate(messages) if m.role == "user"), 0)
        text = PICTURE * len(named) + "\n" + messages[first].content
        messages[first] = messages[first].model_copy(update={"content": text})
    elif len(files) != len(shown):
        raise Unusable(f"Its texts show {len(shown)} pictures, and {len(files or own)} are named.")
    return files


LAYOUT = Layout(
    key="vision",
    title="Conversations about pictures",
    term="vision chat, image and caption",
    help="Each row shows a picture and what is said of it. It can be kept, not trained on yet.",
    roles=(
        Role("images", "Pictures", "images", required=True, unless="messages"),
        Role("messages", "Conversation", "messages", required=False),
        Role("text", "Text about it", "caption", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
)
