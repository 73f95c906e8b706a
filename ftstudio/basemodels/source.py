"""Where a downloaded model came from: a small file beside it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ftstudio.core.paths import write_text

_FILE = "ftstudio_source.json"


class Source(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str  # org/name
    revision: str  # the commit, so that it can be fetched again exactly

    @property
    def text(self) -> str:
        return f"{self.name} at {self.revision[:12]}"


def write_source(folder: Path, source: Source) -> None:
    write_text(folder / _FILE, source.model_dump_json(indent=2))


def read_source(folder: Path) -> Source | None:
    try:
        return Source.model_validate_json((folder / _FILE).read_text("utf-8"))
    except (OSError, ValidationError):
        return None
