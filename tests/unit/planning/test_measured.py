"""Runs that ended are held against what was foretold; it is kept, used, shown and forgotten."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, Plan
from ftstudio.data.versions.library import freeze
from ftstudio.jobs.events import Finished, Started, Taken
from ftstudio.jobs.folder import JobFolder, JobKind, create_job
from ftstudio.planning.machine import Machine
from ftstudio.planning.margin import LEAST, margin
from ftstudio.planning.measured import (
    Corrections,
    Record,
    card_of,
    corrected,
    corrections,
    forget,
    gather,
    keep_estimate,
)
from ftstudio.planning.memory_estimate import MemoryEstimate
from tests.model_folders import make_model

MIB, GB = 2**20, 10**9
T4 = "Tesla T4"
ESTIMATE = MemoryEstimate(
    {"model": 8 * GB, "activations": 2 * GB, "context": 400 * MIB, "margin": 300 * MIB,
     "rounding": GB},
    how="exact",
)  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "ws").create()


def a_plan(workspace: Workspace) -> Plan:
    rows = [
        Example(messages=[Message(role="user", content=f"question {i}"),
                          Message(role="assistant", content="answer")])
        for i in range(20)
    ]  # fmt: skip
    sides = ["validation" if i < 2 else "train" for i in range(20)]
    data = freeze(
        rows, sides, {"name": "Tickets", "sources": []}, datasets=workspace.datasets, few=True
    )
    ref = DatasetRef(id=data.id, path=str(data.path), name=data.name)
    model = find_model(make_model(workspace.models / "m"))
    return Plan(name="Tickets", dataset=ref, model=model.ref)


def a_run(
    workspace: Workspace, name: str, taken: Taken | None, ended: float = 500.0,
    was: MemoryEstimate | None = ESTIMATE, kind: JobKind = "train",
) -> JobFolder:  # fmt: skip
    plan = a_plan(workspace)
    folder = create_job(workspace.jobs, kind, name, plan.model_dump(mode="json"))
    events = [Started(t=1, pid=1, device="cuda"), Finished(t=ended, taken=taken)]
    folder.events.write_text("".join(event.model_dump_json() + "\n" for event in events))
    if was:
        keep_estimate(folder, was)
    return folder


def took(reserved: float, context: int = 141 * MIB, card: str = T4) -> Taken:
    return Taken(card=card, allocated=10 * GB, reserved=int(reserved), context=context, watts=60)


def record(residual: float = 0.0, **changes: object) -> Record:
    made = Record("r", 1.0, T4, "exact", 10 * GB, 9 * GB, 0, 9 * GB, 141 * MIB)
    return replace(made, reserved=int(10 * GB * (1 + residual)), **changes)  # type: ignore[arg-type]


def test_a_finished_run_is_held_against_what_was_foretold(workspace: Workspace) -> None:
    run = a_run(workspace, "one", took(11.22 * GB))
    (made,) = gather(workspace)
    assert (made.run, made.card, made.how) == (run.id, T4, "exact")
    assert made.foretold == 11 * GB  # the driver's part and the air do not count
    assert made.foretold_allocated == 10 * GB
    assert made.residual == pytest.approx(0.02)
    assert made.watts == 60


def test_runs_of_before_and_of_the_processor(workspace: Workspace) -> None:
    a_run(workspace, "old", None)
    a_run(workspace, "slow", Taken(ram=GB), was=None)
    (made,) = gather(workspace)  # a run that told nothing teaches nothing
    assert (made.card, made.how, made.reserved) == ("", "instant", GB)
    assert made.foretold > 0


def test_what_was_learned_outlives_the_run(workspace: Workspace) -> None:
    run = a_run(workspace, "one", took(11 * GB))
    gather(workspace)
    run.path.rename(workspace.root / "gone")
    assert [made.run for made in gather(workspace)] == [run.id]


def test_forgotten_is_forgotten_though_the_runs_are_still_there(workspace: Workspace) -> None:
    a_run(workspace, "one", took(11 * GB))
    a_run(workspace, "other card", took(11 * GB, card="NVIDIA H100"))
    gather(workspace)
    assert forget(workspace, T4) == 1
    assert [made.card for made in gather(workspace)] == ["H100"]
    later = a_run(workspace, "later", took(11 * GB), ended=900.0)
    assert [made.run for made in gather(workspace) if made.card == T4] == [later.id]


def test_a_damaged_file_is_gathered_anew_and_a_later_one_left_alone(workspace: Workspace) -> None:
    a_run(workspace, "one", took(11 * GB))
    file = workspace.root / "measured.json"
    file.write_text("{ torn")
    assert len(gather(workspace)) == 1
    assert json.loads(file.read_text())["schema"] == 1
    later = '{"schema": 99, "moons": 3}'
    file.write_text(later)
    gather(workspace)
    assert file.read_text() == later


@pytest.mark.parametrize(
    "written",
    ["[]", "7", "null", '{"schema": "x"}', '{"schema": 1}', "[" * 100_000, "\x00",
     '{"schema": 1, "records": 3, "forgotten": {}}', '{"schema": 1, "records": [], "forgotten": 3}',
     '{"schema": 1, "records": [null, 3, "x", []], "forgotten": {"a": "b", "c": NaN}}'],
)  # fmt: skip
def test_no_damage_of_the_file_ends_anything(workspace: Workspace, written: str) -> None:
    (workspace.root / "measured.json").write_text(written, "utf-8")
    assert gather(workspace) == []
    assert gather(workspace) == []
    assert forget(workspace, T4) == 0


def test_a_record_of_other_types_is_left_out_and_the_others_stay(workspace: Workspace) -> None:
    whole = asdict(record())
    damaged = [{**whole, name: value} for name, value in (
        ("foretold", "much"), ("reserved", None), ("ended", [1]), ("watts", float("nan")),
        ("eager", "yes"), ("card", 3),
    )]  # fmt: skip
    data = {"schema": 1, "records": [*damaged, whole], "forgotten": {}}
    (workspace.root / "measured.json").write_text(json.dumps(data), "utf-8")
    assert gather(workspace) == [record()]


def test_the_context_of_this_card_takes_the_place_of_the_assumed_one() -> None:
    taught = corrections([record(context=141 * MIB), record(context=0)], T4, "exact")
    assert taught.context == 141 * MIB
    made = corrected(ESTIMATE, taught)
    assert made.parts["context"] == 141 * MIB
    assert made.peak == ESTIMATE.peak - 259 * MIB
    assert any("as measured" in sentence for sentence in made.why)


def test_five_runs_alike_fit_the_margin() -> None:
    runs = [record(one) for one in (-0.01, 0.0, 0.012, 0.003, -0.02)]
    made = corrected(ESTIMATE, corrections(runs, T4, "exact"))
    rest = made.peak - made.parts["context"]
    assert made.parts["margin"] == margin(rest, residuals=[0.012] * 5).bytes < LEAST
    four = corrected(ESTIMATE, corrections(runs[:4], T4, "exact"))
    assert four.parts["margin"] == LEAST
    assert any("4 finished runs" in sentence for sentence in four.why)
    one = corrected(ESTIMATE, corrections(runs[:1], T4, "exact"))
    assert any("1 finished run." in sentence for sentence in one.why)


def test_runs_that_are_not_alike_do_not_count() -> None:
    others = [record(0.3, how="instant")] * 9 + [record(0.3, eager=True)] * 9
    others += [record(0.3, card="H100")] * 9
    taught = corrections(others, T4, "exact")
    assert taught.residuals == ()
    assert corrections(others, "never seen") == Corrections("never seen")
    assert corrected(ESTIMATE, taught).parts["margin"] == LEAST


def test_what_is_held_and_should_be_alike_is_told_where_it_is_not() -> None:
    wrong = corrections([record(allocated=int(9.3 * GB))], T4, "exact")
    assert any("103.3 %" in sentence for sentence in wrong.sentences)
    assert not any("report" in s for s in corrections([record()], T4, "exact").sentences)


def test_no_run_leaves_the_figure_with_its_first_margin() -> None:
    made = corrected(ESTIMATE, corrections([], T4, "exact"))
    assert made.peak == ESTIMATE.peak
    assert made.parts["margin"] == LEAST
    assert "no run here" in made.why[-1]


def test_a_card_is_called_as_the_machine_calls_it(workspace: Workspace) -> None:
    a_run(workspace, "one", took(11 * GB, card="NVIDIA GeForce RTX 4090"))
    card = Machine("cuda", "RTX 4090", 24 * GB, 23 * GB, 8, "Ada")
    assert [made.card for made in gather(workspace)] == [card_of(card)] == ["RTX 4090"]
    assert card_of(replace(card, device="cpu", name="8 processor cores")) == ""


def test_a_trial_is_told_from_a_run(workspace: Workspace) -> None:
    a_run(workspace, "one", took(11.22 * GB))
    a_run(workspace, "tried", took(11.2 * GB), kind="tryout")
    assert sorted(made.trial for made in gather(workspace)) == [False, True]


def test_a_trial_kept_before_records_said_so_is_told_by_its_folder(workspace: Workspace) -> None:
    gone = record(run="gone")
    a_run(workspace, "tried", took(11.2 * GB), kind="tryout")
    (tried,) = gather(workspace)
    file = workspace.root / "measured.json"
    kept = json.loads(file.read_text("utf-8"))
    before = [*kept["records"], asdict(gone)]
    for one in before:
        del one["trial"]
    file.write_text(json.dumps({**kept, "records": before}), "utf-8")
    told = {made.run: made.trial for made in gather(workspace)}
    assert told == {tried.run: True, "gone": False}
    written = json.loads(file.read_text("utf-8"))["records"]
    assert {one["run"]: one["trial"] for one in written} == told
