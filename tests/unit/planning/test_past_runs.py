import pytest

from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, Plan
from ftstudio.data.versions.library import freeze
from ftstudio.jobs.events import Finished, Ready, Started, Step
from ftstudio.jobs.folder import create_job
from ftstudio.planning.machine import Machine
from ftstudio.planning.past_runs import past_runs
from tests.model_folders import make_model

CPU = Machine("cpu", "2 processor cores", 16 * 10**9, 12 * 10**9, 2)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "ws").create()


def dataset(workspace):
    rows = [
        Example(messages=[Message(role="user", content=f"question {i}"),
                          Message(role="assistant", content="answer")])
        for i in range(20)
    ]  # fmt: skip
    sides = ["validation" if i < 2 else "train" for i in range(20)]
    return freeze(
        rows, sides, {"name": "Tickets", "sources": []}, datasets=workspace.datasets, few=True
    )


def run(workspace, name, seconds, device="cpu", last=None):
    data = dataset(workspace)
    model = find_model(make_model(workspace.models / "m"))
    ref = DatasetRef(id=data.id, path=str(data.path), name=data.name)
    plan = Plan(name=name, dataset=ref, model=model.ref)
    folder = create_job(workspace.jobs, "train", name, plan.model_dump(mode="json"))
    ready = Ready(
        t=10, total_steps=9, epochs=3, train_rows=18, validation_rows=2,
        trainable_parameters=1, all_parameters=2,
    )  # fmt: skip
    step = Step(t=seconds, step=9, epoch=3, loss=1, learning_rate=0, grad_norm=1,
                tokens_per_second=1)  # fmt: skip
    events = [Started(t=0, pid=1, device=device), ready, step, last or Finished(t=seconds)]
    folder.events.write_text("".join(event.model_dump_json() + "\n" for event in events))
    return model.ref.sha256


def test_finished_runs_of_this_device_tell(workspace):
    sha = run(workspace, "one", 1_000)
    run(workspace, "other device", 50, device="cuda")
    (past,) = past_runs(workspace, CPU, sha, "lora")
    assert past.name == "one"
    assert past.seconds == pytest.approx(1_000, abs=30)
    assert past.guessed > 0


def test_the_same_model_and_method_come_first(workspace):
    run(workspace, "older", 1_000)
    first = past_runs(workspace, CPU, "another model", "lora")
    assert [past.name for past in first] == ["older"]


def test_a_run_whose_data_are_gone_tells_nothing(workspace):
    sha = run(workspace, "one", 1_000)
    for path in workspace.datasets.iterdir():
        path.rename(workspace.root / "gone")
    assert past_runs(workspace, CPU, sha, "lora") == []


def test_without_runs(workspace):
    assert past_runs(workspace, CPU, "x", "lora") == []
