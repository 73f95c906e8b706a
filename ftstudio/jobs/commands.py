"""What the window or the CLI asks of a worker: one JSON line each in `commands.jsonl`."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Command(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    t: float = Field(default_factory=time.time)


class Pause(_Command):
    """Save, let go of the memory, end; can be resumed exactly."""

    command: Literal["pause"] = "pause"


class Stop(_Command):
    """End early. `keep`: make the output from the best version; otherwise discard."""

    command: Literal["stop"] = "stop"
    keep: bool = True


class SaveNow(_Command):
    command: Literal["save_now"] = "save_now"


Command = Annotated[Pause | Stop | SaveNow, Field(discriminator="command")]

_ADAPTER: TypeAdapter[Command] = TypeAdapter(Command)


def parse_command(line: str | bytes) -> Command:
    return _ADAPTER.validate_json(line)
