"""Finds the columns that hold pictures: names of files, web addresses, or the pictures in JSON."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from ftstudio.data.columns.column_names import name_says
from ftstudio.data.conversations.turns import parse_json
from ftstudio.data.table import Column

HELD = 0.5  # share of the cells from which a column holds pictures
WEB = ("http://", "https://", "//", "ftp://")
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_WRITTEN = {"/9j/": "jpeg", "iVBORw0KGgo": "png", "R0lGOD": "gif", "UklGR": "webp"}  # in base64
_SURELY = 0.9
_LONGEST_NAME = 500
_WHOLE = re.compile(r"data:image/|[0-9a-f]{64}\.\w+$")  # the second: read from bytes
_KINDS = ("text", "list", "object")
# What names a picture's file in an object, or holds its bytes.
PLACES = ("path", "url", "image", "image_url", "file_name", "value", "bytes", "src", "uri")


def share_of_pictures(column: Column, sample: Sequence[Any]) -> float:
    """How many of the filled cells name a picture, a little more where the column's name does."""
    filled = [text for row in sample if (text := row.get(column.name))]
    named = is_named(column)
    found = sum(1 for text in filled if _all_pictures(text, named))
    return found / max(1, len(filled)) + (0.2 if named and filled else 0)


def is_named(column: Column) -> bool:
    """Called like pictures, or the pictures themselves stood there."""
    whole = any(map(_WHOLE.match, column.examples))
    return whole or name_says(column.name, "images") >= 0.7


def on_the_web(column: Column, sample: Sequence[Any]) -> float:
    """The share of its cells that only give an address."""
    filled = [text for row in sample if (text := row.get(column.name))]
    web = sum(1 for text in filled if any(one.lower().startswith(WEB) for one in _places(text)))
    return web / max(1, len(filled))


def picture_columns(columns: Sequence[Column], sample: Sequence[Any]) -> list[Column]:
    """Those that hold hardly anything else."""
    some = [column for column in columns if column.filled and column.kind in _KINDS]
    return [column for column in some if share_of_pictures(column, sample) >= _SURELY]


def place_of(item: Any) -> str:
    """What names this picture (or is it, in base64); empty where nothing does."""
    if isinstance(item, dict):
        item = next((item[key] for key in PLACES if isinstance(item.get(key), (str, dict))), None)
        item = item.get("url") if isinstance(item, dict) else item
    if not isinstance(item, str):
        return ""
    text = item.strip()
    kind = _written(text)
    return f"data:image/{kind};base64,{text}" if kind else text


def _written(text: str) -> str:
    """The kind of a picture that stands here in base64."""
    kind = next((kind for head, kind in _WRITTEN.items() if text.startswith(head)), "")
    if not kind or len(text) < 64:
        return ""
    try:
        base64.b64decode(text[:64], validate=True)
    except (binascii.Error, ValueError):
        return ""
    return kind


def _places(text: str) -> list[str]:
    value = parse_json(text)
    items = value if isinstance(value, list) else [text if value is None else value]
    return [place_of(item) for item in items]


def _all_pictures(text: str, named: bool) -> bool:
    places = _places(text)
    return bool(places) and all(_is_picture(place, named) for place in places)


def _is_picture(place: str, named: bool) -> bool:
    if place.startswith("data:image/"):
        return True
    if len(place) > _LONGEST_NAME or "\n" in place:
        return False
    if place.lower().startswith(WEB):
        if named and " " not in place:
            return True
        try:
            place = urlsplit(place).path
        except ValueError:
            return False
    return place.strip().lower().endswith(_ENDINGS)
