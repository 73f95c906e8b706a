"""Runs and adapters that learned from a dataset are found, by their own plan or their run's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ftstudio.adapters import shelf
from ftstudio.adapters.card import AdapterCard, lineage, write_card
from ftstudio.adapters.learned import learned_from
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef, MoreData, Plan, RewardChoice, SafeguardChoice
from ftstudio.jobs import trash
from ftstudio.jobs.folder import RESULT_OF, JobFolder, create_job
from tests.unit.adapters.test_shelf import make_peft_folder, own_card


def ref(name: str) -> DatasetRef:
    return DatasetRef(id=f"ds-{name}", path=f"/gone/{name}", name=name)


def run(workspace: Workspace, name: str, **more: object) -> str:
    model = ModelRef(path="/gone", name="tiny", sha256="0" * 64)
    plan = Plan(**{"name": name, "dataset": ref(name), "model": model, **more})
    return create_job(workspace.jobs, "train", name, plan.model_dump()).id


def test_all_that_learned_from_it_is_listed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace").create()
    own = run(workspace, "may")
    beside = run(workspace, "june", more_data=[MoreData(dataset=ref("may"))])
    awake = run(workspace, "july", safeguards=[SafeguardChoice(key="replay", dataset=ref("may"))])
    run(workspace, "august")
    folder = make_peft_folder(tmp_path / "made")
    card = own_card(tmp_path / "base").model_copy(update={"run_id": beside, "dataset": None})
    named = shelf.add(folder, workspace, card)
    other = make_peft_folder(tmp_path / "other")
    shelf.add(other, workspace, own_card(tmp_path / "base"))
    found = learned_from(workspace, ["ds-may"])
    assert {one.id for one in found if one.kind == "run"} == {own, beside, awake}
    assert [(one.id, one.datasets) for one in found if one.kind == "adapter"] == [
        (named.id, ("ds-may",))
    ]
    assert [one.kind for one in learned_from(workspace, ["ds-1"])] == ["adapter"]
    assert learned_from(workspace, []) == []


def on_the_shelf(workspace: Workspace, home: Path, **values: object) -> AdapterCard:
    card = own_card(home / "base").model_copy(update={"dataset": None, **values})
    return shelf.add(make_peft_folder(home / str(values["run_id"])), workspace, card)


def test_what_was_deleted_is_listed_as_such(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace").create()
    gone = run(workspace, "may")
    made = on_the_shelf(workspace, tmp_path, run_id=gone)
    trash.delete(workspace, JobFolder(workspace.jobs / gone))
    shelf.delete(workspace, made.id)
    found = learned_from(workspace, ["ds-may"])
    assert [(one.kind, one.id, one.datasets) for one in found] == [
        ("deleted run", gone, ("ds-may",)), ("deleted adapter", made.id, ("ds-may",))
    ]  # fmt: skip
    assert all(one.deleted for one in found)
    assert learned_from(workspace, ["ds-june"]) == []


@pytest.mark.parametrize("deleted", [False, True])
def test_a_run_on_a_merged_model_learned_what_that_one_had(tmp_path: Path, deleted: bool) -> None:
    """The person's rows lay beside the first run's own: its adapter's card does not name them."""
    workspace = Workspace(tmp_path / "workspace").create()
    first = run(workspace, "june", more_data=[MoreData(dataset=ref("may"))])
    adapter = on_the_shelf(workspace, tmp_path, run_id=first)
    merge = create_job(workspace.jobs, "merge", "merge", {"adapter_id": adapter.id}).id
    merged = on_the_shelf(workspace, tmp_path, run_id=merge)
    home = shelf.folder(workspace, merged.id)
    model = ModelRef(path=str(home), name="june merged", sha256="1" * 64)
    later = run(workspace, "august", model=model)
    scored = run(workspace, "october", rewards=[RewardChoice(key="model", model=str(home))])
    stage = run(workspace, "november", model=model.model_copy(update={"path": RESULT_OF + later}))
    other = run(workspace, "december")
    if deleted:
        for one in (adapter, merged):
            shelf.delete(workspace, one.id)
        for name in (first, merge):
            trash.delete(workspace, JobFolder(workspace.jobs / name))
    found = learned_from(workspace, ["ds-may"])
    assert {one.id for one in found} == {first, adapter.id, merged.id, later, scored, stage}
    assert {one.id for one in found if one.deleted} == (
        {first, adapter.id, merged.id} if deleted else set()
    )
    assert other not in {one.id for one in found}


def test_the_card_of_a_result_knows_of_a_model_that_is_gone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace").create()
    whole = make_peft_folder(tmp_path / "elsewhere" / "whole")
    write_card(whole, own_card(tmp_path / "base").model_copy(update={"dataset": ref("may")}))
    model = ModelRef(path=str(whole), name="whole", sha256="1" * 64)
    later = run(workspace, "august", model=model)
    assert [one.id for one in learned_from(workspace, ["ds-may"])] == [later]
    output = JobFolder(workspace.jobs / later).output
    output.mkdir(exist_ok=True)
    parents = lineage(whole)
    write_card(output, own_card(tmp_path / "base").model_copy(update={"parents": parents}))
    shutil.rmtree(whole)
    assert [one.id for one in learned_from(workspace, ["ds-may"])] == [later]
