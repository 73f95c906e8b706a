"""Conversations and texts about pictures, wherever the pictures lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftstudio.core.example import Example, Message
from ftstudio.core.units import format_share, plural
from ftstudio.data.columns.column_roles import EXACT, Pair, beside, best, find_pair, find_text
from ftstudio.data.columns.picture_columns import (
    HELD,
    PLACES,
    is_named,
    on_the_web,
    place_of,
    share_of_pictures,
)
from ftstudio.data.conversations.turns import Unusable, is_talk, parse_json, read_turns
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt
from ftstudio.data.texts import PICTURE

_NOT_YET = "They can be cleaned, divided and kept; training on pictures comes later."
_ON_THE_WEB = (
    "They are addresses on the web, and nothing is fetched: save the pictures beside the file and "
    "name them, or choose another layout, which leaves them out."
)
_NO_FILMS = "It shows a film or a sound; only texts and pictures can be kept."
_MARKS = (PICTURE, "<img>", "<|image|>", "<image_placeholder>")
_OTHERS = ("<video>", "<audio>")
_PICTURES = ("image", "image_url", "input_image")
_FILMS = ("video", "video_url", "audio", "audio_url", "input_audio")
_PARTS = (*_PICTURES, *_FILMS)


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    held = [c for c in columns if c.filled and share_of_pictures(c, sample) >= HELD]
    held = [column for column in held if is_named(column)] or held[:1]
    talk, seen = _talk(columns, sample)
    mapping = {column.name: "images" for column in held}
    if talk is not None and (held or seen >= 0.1):
        mapping[talk.name] = "messages"
        where = f"The conversations in “{talk.name}” show pictures in {format_share(seen)}"
        where += " of the rows"
        if not seen:
            where = f"“{talk.name}” holds conversations"
        beside = f", whose files {_named(held)}" if held else ""
        confidence = 0.99 if seen >= 0.5 else 0.85 if held else 0.5 + 0.9 * min(seen, 0.5)
        sure = frozenset(column.name for column in columns)
        return Guess("vision", confidence, f"{where}{beside}. {_NOT_YET}", mapping, sure)
    if not held:
        return Guess("vision", 0.02, "No column holds pictures.", {}, frozenset())
    rest = [column for column in columns if column not in held]
    about, confidence = _asked_about(rest, mapping)
    if not about:
        text = find_text(rest) or best(rest, "label", EXACT)
        if text is not None:
            mapping[text.name] = "text"
            about = f", and “{text.name}” says what they show"
        confidence = 0.9 if text is not None else 0.6
    web = max(on_the_web(column, sample) for column in held)
    reason = f"{_named(held)}{about}. {_ON_THE_WEB if web else _NOT_YET}"
    if web >= 0.5:
        confidence = min(confidence, 0.75)
    if not is_named(held[0]):
        confidence = min(confidence, 0.9)
    return Guess("vision", confidence, reason, mapping, frozenset(mapping))


def _named(held: Sequence[Column]) -> str:
    names = " and ".join(f"“{column.name}”" for column in held)
    return f"{names} {'names' if len(held) == 1 else 'name'} pictures"


def _asked_about(rest: Sequence[Column], mapping: dict[str, str]) -> tuple[str, float]:
    """Adds what is asked about the pictures and answered; says so, and how sure that is."""
    asked, answer, confidence = _instructed(rest)
    if not asked or answer is None:
        pair = find_pair(rest, max((column.filled for column in rest), default=0))
        confidence = _pair_confidence(pair)
        if pair is None or not confidence:
            return "", 0.0
        asked, answer = [pair.question], pair.answer
    mapping.update({column.name: "question" for column in asked})
    mapping[answer.name] = "answer"
    others = [column for column in rest if column.name not in mapping]
    if (system := best(others, "system", EXACT)) is not None:
        mapping[system.name] = "system"
    if best(others, "rejected") is not None:
        return f", and “{asked[0].name}” asks about them (a worse answer is left out)", 0.6
    return f", “{asked[0].name}” asks about them, and “{answer.name}” holds the answers", confidence


def _instructed(rest: Sequence[Column]) -> tuple[list[Column], Column | None, float]:
    """An instruction, and the text that it is about."""
    texts = [column for column in rest if column.kind not in ("list", "object") and column.filled]
    instruction = best(texts, "instruction", EXACT)
    if instruction is None:
        return [], None, 0.0
    others = [column for column in texts if column is not instruction]
    answer = best(others, "answer")
    given = best([column for column in others if column is not answer], "input", EXACT)
    return [instruction, *([given] if given is not None else [])], answer, 0.97


def _pair_confidence(pair: Pair | None) -> float:
    """0 where the rest is hardly a question and its answer."""
    if pair is None:
        return 0.0
    if pair.named == 2:
        return 0.97
    other = pair.answer if pair.by_name[0] >= 0.7 else pair.question
    if pair.named == 1 and not beside(other):
        return 0.85
    return 0.8 if pair.question.questions > 0.5 and not beside(pair.answer) else 0.0


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
    cells = [row.get(column) or "" for column, role in mapping.items() if role == "images"]
    text = cell(row, mapping, "text").strip()
    try:
        named = [file for one in cells for file in _files(one)]
        if talk.strip():
            turns, shown = _with_marks(parse_json(talk))
            messages = read_turns(turns, pictured=True)
        elif {"question", "answer"} & set(mapping.values()):
            messages, shown = _turns_of(row, mapping, text)
        else:
            return _captioned(named, text, number)
        images = _matched(messages, shown, named)
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(talk or " ".join(cells) or text))
    return Example(messages=messages, images=images or None, source_row=number)


def _turns_of(row: Row, mapping: Roles, text: str) -> tuple[list[Message], list[str | None]]:
    """A question and its answer in columns of their own."""
    asked, answer = cell(row, mapping, "question"), cell(row, mapping, "answer") or text
    turns, shown = _with_marks([{"content": asked}, {"content": answer}])
    messages = [
        Message(role="user", content=turns[0]["content"]),
        Message(role="assistant", content=turns[1]["content"]),
    ]
    if system := cell(row, mapping, "system").strip():
        messages.insert(0, Message(role="system", content=system))
    return messages, shown


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
    if not (place := place_of(item)):
        raise Unusable("A picture is named by something that is no file.")
    return place


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
    named = {name: part[name] for name in PLACES if part.get(name)}
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
        raise Unusable(plural(
            len(shown), "Its texts show 1 picture; named: {named}.",
            "Its texts show {n} pictures; named: {named}.", named=len(files or own),
        ))  # fmt: skip
    return files


LAYOUT = Layout(
    key="vision",
    title="Conversations about pictures",
    term="vision chat, image and caption",
    help="Each row shows a picture and what is said of it. It can be kept, not trained on yet.",
    roles=(
        Role("images", "Pictures", "images", required=True, many=True, unless="messages"),
        Role("question", "Question about it", "user turn", required=False, many=True),
        Role("answer", "Answer", "assistant turn", required=False),
        Role("messages", "Conversation", "messages", required=False),
        Role("text", "Text about it", "caption", required=False),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
)
