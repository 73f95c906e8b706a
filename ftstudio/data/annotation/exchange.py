"""A round of judging as one JSONL file: for a colleague at another computer, and back."""

from __future__ import annotations

import json
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.data.annotation.items import rows_of
from ftstudio.data.annotation.log import Judgement, JudgementLog
from ftstudio.data.annotation.task import JudgingTask, list_tasks


def export_round(workspace: Workspace, task: JudgingTask, path: Path) -> int:
    """Write the round in the first line and every judgement that stands in one of its own; how
    many there are."""
    taken = JudgementLog(task.log_path(workspace)).taken
    head = {"round": task.model_dump(mode="json"), "answers": task.answers(workspace)}
    lines = [head, *({"said": one.model_dump(mode="json", exclude_none=True)} for one in taken)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    try:
        write_text(path, text)
    except OSError as error:
        raise StudioError(
            f"The judgements can't be written to {path}.",
            f"The system says: {error.strerror or error}.",
            "Choose a folder of your own, or free some space.",
            code="cannot_write",
        ) from error
    return len(taken)


def import_round(workspace: Workspace, path: Path) -> tuple[JudgingTask, int]:
    """Add the judgements that are not here yet to the same round; a round that is not here is
    taken over where its rows are. Raises StudioError for a file that is none."""
    task, answers, said = _read(path)
    if all(known.id != task.id for known in list_tasks(workspace)):
        task = task.model_copy(update={"result": ""})
        rows_of(workspace, task)  # its rows have to be here
        task.save(workspace)
        if answers:
            task.save_answers(workspace, answers)
    return task, JudgementLog(task.log_path(workspace)).add_all(said)


def _read(path: Path) -> tuple[JudgingTask, dict[str, str], list[Judgement]]:
    try:
        head, *lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
        task = JudgingTask.model_validate(head["round"])
        if Path(task.id).name != task.id:
            raise ValueError("no id")
        answers = {str(key): str(text) for key, text in head.get("answers", {}).items()}
        return task, answers, [Judgement.model_validate(line["said"]) for line in lines]
    except (OSError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise StudioError(
            f"{path.name} holds no judgements.",
            "It is missing, damaged, or another kind of file.",
            "Choose a file that was written by “ftstudio data annotate --export”.",
            code="judgements_unreadable",
        ) from error
