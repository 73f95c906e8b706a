"""Rounds of judging without a window: listed, taken elsewhere and back, used, and compared."""

from __future__ import annotations

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.data.annotation.items import rows_of
from ftstudio.data.annotation.log import Judgement, JudgementLog
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.judged import said_hash
from tests.unit.data.versions.test_mix import version


@pytest.fixture
def task(workspace: Workspace) -> JudgingTask:
    made = JudgingTask(
        source="version", source_id=version(workspace, "may", 20).id, judging="mark", name="may"
    )
    made.save(workspace)
    log = JudgementLog(made.log_path(workspace))
    for place, row in enumerate(rows_of(workspace, made)[:8]):
        for who, good in (("Anna", place % 2 == 0), ("Ben", place % 2 == 0 or place == 1)):
            digest = said_hash(row.example)
            log.add(Judgement(row=row.number, hash=digest, who=who, good=good))
    return made


def test_rounds_are_listed(command, task) -> None:
    (found,) = command("data", "annotate", "--json").json
    assert (found["round"], found["judgements"]) == (task.id, 16)
    assert task.id in command("data", "annotate").out


def test_agreement_in_figures_and_words(command, task) -> None:
    (found,) = command("data", "agreement", "--json").json
    assert (found["rows"], len(found["differ"])) == (8, 1)
    assert found["kappa"] == pytest.approx(0.75)
    assert "κ 0.75 (substantial), 8 rows" in command("data", "agreement", task.id).out


def test_a_round_is_written_read_and_used(command, task, tmp_path) -> None:
    path = tmp_path / "round.jsonl"
    assert command("data", "annotate", task.id, "--export", str(path), "--json").json[
        "judgements"] == 16  # fmt: skip
    assert command("data", "annotate", "--import", str(path), "--json").json["added"] == 0
    stopped = command("data", "annotate", "--use", "--json")
    assert (stopped.code, stopped.json["error"]["code"]) == (1, "few_to_check")
    made = command("data", "annotate", "--use", "--few", "--json").json
    assert made["dataset"].startswith("ds-")
    assert command("data", "annotate", "missing", "--use").code != 0
