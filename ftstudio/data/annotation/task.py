"""One round of judging: which rows, what is asked of them, in which order; saved as a folder."""

from __future__ import annotations

import json
import re
import secrets
import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.data.judged import About, Judging

SCHEMA = 1
FILE, LOG, ANSWERS = "task.json", "judgements.jsonl", "answers.json"
Order = Literal[
    "random", "flagged", "longest", "shortest", "unjudged", "disagreements", "model"
]  # fmt: skip
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

TITLES: dict[Judging, str] = {
    "mend": "Write or mend answers",
    "mark": "Good or bad",
    "pair": "Which of two is better",
    "score": "Give a score",
    "label": "Give a class",
}


class JudgingTask(BaseModel):
    """What was chosen once for a round; every judgement lies beside it in a file of its own."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    schema_version: int = SCHEMA
    id: str = Field(
        default_factory=lambda: f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    )
    created: float = Field(default_factory=time.time)
    name: str = ""  # of what is judged
    source: Literal["draft", "version"] = "draft"
    source_id: str = ""
    judging: Judging = "mend"
    about: About = "question"
    order: Order = "random"
    seed: int = 7
    low: int = 1
    high: int = 5
    classes: list[str] = Field(default_factory=list)
    several: bool = False
    answers_from: str = ""  # the file or run that a model's answers came from
    result: str = ""  # the draft that was made of the judgements

    @property
    def tolerance(self) -> float:
        """Scores that differ by no more than this count as the same opinion."""
        span = self.high - self.low
        return 1.0 if span <= 10 else span / 10

    def folder(self, workspace: Workspace) -> Path:
        return workspace.root / "judging" / self.id

    def log_path(self, workspace: Workspace) -> Path:
        return self.folder(workspace) / LOG

    def save(self, workspace: Workspace) -> None:
        """Raises StudioError where the workspace can't be written."""
        _write(self.folder(workspace) / FILE, self.model_dump_json(indent=2))

    def save_answers(self, workspace: Workspace, answers: dict[str, str]) -> None:
        """A model's answers, by the key of the row that they belong to."""
        _write(self.folder(workspace) / ANSWERS, json.dumps(answers, ensure_ascii=False))

    def answers(self, workspace: Workspace) -> dict[str, str]:
        try:
            raw = json.loads((self.folder(workspace) / ANSWERS).read_text("utf-8"))
            return {str(key): str(text) for key, text in raw.items()}
        except (OSError, ValueError, AttributeError, RecursionError):
            return {}


def load_task(workspace: Workspace, task_id: str) -> JudgingTask:
    """Raises StudioError where it is missing, damaged or too new."""
    path = workspace.root / "judging" / task_id / FILE
    try:
        if not _SAFE_ID.fullmatch(task_id):
            raise ValueError("no id")
        raw = json.loads(path.read_text("utf-8"))
        if raw.get("schema_version", 0) > SCHEMA:
            raise StudioError(
                "This round of judging was made by a newer version of the app.",
                f"Its format is {raw['schema_version']}, this app knows up to {SCHEMA}.",
                "Update the app to go on with it.",
                code="judging_too_new",
            )
        return JudgingTask.model_validate(raw)
    except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise StudioError(
            "This round of judging can't be opened.",
            "Its file is missing or damaged.",
            "Begin a new one; the judgements still lie in the workspace.",
            code="judging_unreadable",
        ) from error


def list_tasks(workspace: Workspace) -> list[JudgingTask]:
    """All rounds, the newest first; damaged ones are left out."""
    found = []
    for path in (workspace.root / "judging").glob(f"*/{FILE}"):
        try:
            found.append(load_task(workspace, path.parent.name))
        except StudioError:
            continue
    return sorted(found, key=lambda task: -task.created)


def _write(path: Path, text: str) -> None:
    try:
        write_text(path, text)
    except OSError as error:
        raise StudioError(
            "The round of judging can't be saved.",
            f"The system says: {error.strerror or error}.",
            "Free some space, or check that the workspace can be written.",
            code="disk",
        ) from error
