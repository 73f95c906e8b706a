"""Runs and adapters that learned from a dataset are found, by their own plan or their run's."""

from __future__ import annotations

from pathlib import Path

from ftstudio.adapters import shelf
from ftstudio.adapters.learned import learned_from
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef, MoreData, Plan, SafeguardChoice
from ftstudio.jobs.folder import create_job
from tests.unit.adapters.test_shelf import make_peft_folder, own_card


def ref(name: str) -> DatasetRef:
    return DatasetRef(id=f"ds-{name}", path=f"/gone/{name}", name=name)


def run(workspace: Workspace, name: str, **more: object) -> str:
    model = ModelRef(path="/gone", name="tiny", sha256="0" * 64)
    plan = Plan(name=name, dataset=ref(name), model=model, **more)
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
