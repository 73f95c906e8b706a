"""An adapter's settings as one line of plain words; no Qt."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ftstudio.core.params import ParamSpec
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.techniques import methods

_TOLD = ("rank", "alpha", "epochs", "learning_rate", "batch_size", "max_length", "seed")


def settings_rows(method: str, settings: dict[str, Any]) -> str:
    """ "Capacity 16 · Strength 32 · Passes over the data 3": those that matter, in that order."""
    specs = _specs(method)
    told = [name for name in _TOLD if name in settings and name in specs]
    rest = [name for name in settings if name not in specs] if not told else []
    parts = [_in_words(specs[name], settings[name]) for name in told]
    parts += [f"{name} {settings[name]}" for name in rest]
    return " · ".join(part for part in parts if part)


@lru_cache(maxsize=32)
def _specs(method: str) -> dict[str, ParamSpec]:
    declared = methods().get(method)
    own = declared.params.specs() if declared else ()
    return {spec.name: spec for spec in (*own, *TrainingSettings.specs())}


def _in_words(spec: ParamSpec, value: Any) -> str:
    if value is None:
        return ""
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{spec.title} {shown} {spec.unit}".strip()
