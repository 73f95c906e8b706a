"""A value of any kind as the text that is kept of it."""

from __future__ import annotations

import datetime
import json
from typing import Any

_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


def as_text(value: Any) -> str | None:
    """A value as the text that is kept; lists and objects become JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value) if not isinstance(value, float) else _float_text(value)
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        return _JSON.encode(value)
    return str(value)


def _float_text(value: float) -> str:
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))
