"""Diagnostics help to find a fault and tell nothing personal."""

from __future__ import annotations

from pathlib import Path

from ftstudio.jobs.events import Failed, Started
from ftstudio.jobs.folder import JobSpec
from ftstudio.jobs.status import fold
from ftstudio.ui.monitor.diagnostics import diagnostics, without_private_paths
from tests.gui import canned_job


def test_it_tells_cause_settings_and_log() -> None:
    status = fold([
        Started(pid=1, device="cpu", dtype="float32"),
        Failed(what="It ran out of memory.", why="Too long.", remedy="x", code="out_of_memory"),
    ])  # fmt: skip
    plan = canned_job.plan().model_dump(mode="json")
    spec = JobSpec(id="j", kind="train", name="Secret client name", payload=plan)
    words = diagnostics(spec, status, "line one\nRuntimeError: boom")
    assert "out_of_memory" in words
    assert "'batch_size': 8" in words
    assert "RuntimeError: boom" in words
    assert "Secret client name" not in words
    assert "Support tickets" not in words


def test_paths_lose_who_and_where() -> None:
    words = without_private_paths('File "/home/annabel/work/ftstudio/worker/train.py", line 3')
    assert words == 'File "…/worker/train.py", line 3'
    assert without_private_paths(r"C:\Users\annabel\data\rows.csv") == "…/data/rows.csv"


def test_the_users_name_goes(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(Path, "home", lambda: Path("/home/annabel"))
    assert without_private_paths("hello annabel!") == "hello user!"
