"""Datasets are shown, compared, mixed, traced, and a person is erased from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef
from ftstudio.jobs import trash
from ftstudio.jobs.folder import JobFolder
from tests.unit.adapters.test_learned import run
from tests.unit.data.versions.test_erase import ANN
from tests.unit.data.versions.test_erase import version as with_ann
from tests.unit.data.versions.test_mix import version


@pytest.fixture
def two(workspace: Workspace) -> list[str]:
    return [version(workspace, "may", 40).id, version(workspace, "june", 60, 100).id]


def test_the_card_is_shown(command, two) -> None:
    assert "# may" in command("data", "card", "may").out
    assert command("data", "card", two[0], "--json").json["@type"] == "sc:Dataset"


def test_two_are_compared(command, two) -> None:
    found = command("data", "compare", *two, "--json").json
    assert (found["same"], len(found["added"]), len(found["removed"])) == (0, 60, 40)
    assert "Both hold the same 40 rows" in command("data", "compare", two[0], two[0]).out


def test_several_are_mixed(command, two) -> None:
    words = ("data", "mix", "may:1", "june:1", "--by", "weights")
    told = command(*words, "--dry-run", "--json").json
    assert [one["epochs"] for one in told["shares"]] == [1.5, 1.0]
    assert "id" not in told
    stopped = command(*words, "--name", "both", "--json")
    assert (stopped.code, stopped.json["error"]["code"]) == (1, "few_to_check")
    made = command(*words, "--name", "both", "--few", "--json").json
    assert made["counts"]["train"] == 108
    lines = command("data", "lineage").out
    assert "from may, june" in lines
    assert command("data", "lineage", "--json").json["versions"][2]["parents"] == two
    assert command("data", "mix", "may").code != 0
    assert command("data", "mix", *two, "--temperature", "0").code != 0


def test_a_person_is_listed_and_then_erased(command, workspace: Workspace) -> None:
    old = with_ann(workspace, "may", 0, [0, 3])
    listed = command("data", "erase", ANN, "--json").json
    assert (listed["rows"], "erased" in listed) == (2, False)
    assert old.path.exists()
    assert "add --yes" in command("data", "erase", ANN).out
    done = command("data", "erase", ANN, "--yes", "--json").json
    assert done["erased"] == 2
    report = Path(done["report"]).read_text("utf-8")
    assert f"- “may” ({old.id}) is now " in report
    assert ANN not in report
    assert list(done["replaced"]) == [old.id]
    assert not old.path.exists()
    assert command("data", "erase", ANN, "--json").json["places"] == []
    assert command("data", "erase", "a").code != 0


def test_who_learned_is_named_also_where_the_run_was_deleted(command, workspace: Workspace) -> None:
    old = with_ann(workspace, "may", 0, [0, 3])
    ref = DatasetRef(id=old.id, path=str(old.path), name="may")
    here, gone = (run(workspace, name, dataset=ref) for name in ("here", "gone"))
    trash.delete(workspace, JobFolder(workspace.jobs / gone))
    said = command("data", "erase", ANN).out
    assert f"The run here ({here}) learned from it: train it anew." in said
    assert f"The deleted run gone ({gone}) learned from it: don't bring it back." in said
    report = Path(command("data", "erase", ANN, "--yes", "--json").json["report"])
    assert f"- deleted run gone ({gone})" in report.read_text("utf-8")
