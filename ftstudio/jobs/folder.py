"""One job folder: what was asked (`job.json`) and where everything of the job lies."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import write_text

SCHEMA = 1
JobKind = Literal[
    "train", "merge", "export", "preview", "download", "label", "simulate", "tryout", "meaning",
    "names",
]  # fmt: skip


RESULT_OF = "job:"  # a path in a payload that begins so names the result of another job


class Staged(BaseModel):
    """The place of a job in a path of several that build on each other."""

    model_config = ConfigDict(extra="forbid")

    id: str  # of the path
    stage: int  # from 1
    stages: int
    title: str = ""  # of the path: "From answers and taste"


class JobSpec(BaseModel):
    """`job.json`: written once, before the worker starts, never changed afterwards."""

    model_config = ConfigDict(extra="forbid")

    schema_version: int = SCHEMA
    id: str
    kind: JobKind
    name: str
    created: float = Field(default_factory=time.time)
    workspace: str = ""  # where outputs are put on the shelf; empty: they stay in the folder
    payload: dict[str, Any] = Field(default_factory=dict)  # "train": a Plan as a dict
    after: list[str] = Field(default_factory=list)  # jobs whose results it needs
    path: Staged | None = None


@dataclass(frozen=True)
class JobFolder:
    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def commands(self) -> Path:
        return self.path / "commands.jsonl"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def lock(self) -> Path:
        """Who works here: pid and process start time, so that a reused pid is not mistaken."""
        return self.path / "worker.json"

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def output(self) -> Path:
        return self.path / "output"

    def spec(self) -> JobSpec:
        """Read `job.json`. Raises StudioError where it is missing, damaged or too new."""
        try:
            raw = json.loads((self.path / "job.json").read_text("utf-8"))
            if raw.get("schema_version", 0) > SCHEMA:
                raise StudioError(
                    "This run was made by a newer version of the app.",
                    f"Its format is {raw['schema_version']}, this app knows up to {SCHEMA}.",
                    "Update the app to open it.",
                    code="job_too_new",
                )
            return JobSpec.model_validate(raw)
        except (OSError, ValueError, ValidationError) as error:
            raise StudioError(
                f"The run {self.id} can't be read.",
                "Its job.json is missing or damaged.",
                "Copy the folder again from where it came from, or delete it.",
                code="job_unreadable",
            ) from error


def create_job(jobs: Path, kind: JobKind, name: str, payload: dict[str, Any],
               workspace: Path | None = None, after: Sequence[str] = (),
               path: Staged | None = None) -> JobFolder:  # fmt: skip
    """Make `JOBS/<date>-<slug>-<4 hex>/` with its job.json. The worker is not started."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32] or kind
    job_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{slug}-{secrets.token_hex(2)}"
    folder = JobFolder(jobs / job_id)
    os.makedirs(folder.path, mode=0o700)
    spec = JobSpec(
        id=job_id, kind=kind, name=name, payload=payload,
        workspace=str(workspace) if workspace else "", after=list(after), path=path,
    )  # fmt: skip
    write_text(folder.path / "job.json", spec.model_dump_json(indent=2))
    return folder
