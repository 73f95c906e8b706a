"""Versions are published whole or not at all; a damaged one is never gone on from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ftstudio.worker.checkpoints import MANIFEST, Checkpoints, publish_folder

FILES = {"weights.safetensors": b"w" * 300, "optimizer.pt": b"o" * 500, "training_args.bin": b"p"}


def written(checkpoints: Checkpoints, step: int) -> Path:
    folder = checkpoints.staging / f"checkpoint-{step}"
    folder.mkdir()
    for name, data in FILES.items():
        (folder / name).write_bytes(data + str(step).encode())
    return folder


@pytest.fixture
def checkpoints(tmp_path: Path) -> Checkpoints:
    made = Checkpoints(tmp_path / "checkpoints", "plan-1")
    made.prepare()
    for step in (5, 10, 15):
        made.publish(written(made, step), step, {"best_step": step})
    return made


def newest(checkpoints: Checkpoints) -> tuple[int, list[str]]:
    said: list[str] = []
    found = checkpoints.newest(lambda path, why: said.append(f"{path.name}: {why}"))
    return (found.step if found else 0), said


def test_publishes_with_sums_and_without_the_pickle(checkpoints: Checkpoints) -> None:
    manifest = json.loads((checkpoints.folder / "step-15" / MANIFEST).read_text())
    assert sorted(manifest["files"]) == ["optimizer.pt", "weights.safetensors"]
    assert manifest["files"]["optimizer.pt"]["size"] == 502
    assert (manifest["step"], manifest["plan"]) == (15, "plan-1")
    found = checkpoints.newest(lambda path, why: None)
    assert found is not None
    assert (found.step, found.progress) == (15, {"best_step": 15})
    assert not (found.path / "training_args.bin").exists()


def cut(folder: Path) -> None:
    (folder / "optimizer.pt").write_bytes(b"o" * 100)


def bit(folder: Path) -> None:
    data = bytearray((folder / "weights.safetensors").read_bytes())
    data[17] ^= 4
    (folder / "weights.safetensors").write_bytes(data)


def missing(folder: Path) -> None:
    (folder / "optimizer.pt").unlink()


def no_list(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def half_list(folder: Path) -> None:
    (folder / MANIFEST).write_text((folder / MANIFEST).read_text()[:40])


def empty_list(folder: Path) -> None:
    (folder / MANIFEST).write_text("{}")


def stray(folder: Path) -> None:
    (folder / "adapter_model.bin").write_bytes(b"a pickle")


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (cut, "optimizer.pt is cut short"),
        (bit, "weights.safetensors is damaged"),
        (missing, "optimizer.pt is missing"),
        (no_list, "its list of files is missing or damaged"),
        (half_list, "its list of files is missing or damaged"),
        (empty_list, "its list of files is missing or damaged"),
        (stray, "adapter_model.bin does not belong to it"),
    ],
)
def test_passes_over_the_damaged(
    checkpoints: Checkpoints, harm: Callable[[Path], None], why: str
) -> None:
    harm(checkpoints.folder / "step-15")
    assert newest(checkpoints) == (10, [f"step-15: {why}"])
    assert checkpoints.at(15) is None
    assert checkpoints.at(10) == checkpoints.folder / "step-10"


def test_another_plans_versions_are_not_its_own(checkpoints: Checkpoints) -> None:
    other = Checkpoints(checkpoints.folder, "plan-2")
    step, said = newest(other)
    assert step == 0
    assert len(said) == 3


def test_a_damaged_version_is_replaced_when_its_step_comes_again(checkpoints: Checkpoints) -> None:
    missing(checkpoints.folder / "step-15")
    checkpoints.publish(written(checkpoints, 15), 15, {})
    assert newest(checkpoints) == (15, [])
    assert not list(checkpoints.folder.glob(".old-*"))


def test_thins_out_but_keeps_two_and_the_best(checkpoints: Checkpoints) -> None:
    checkpoints.publish(written(checkpoints, 20), 20, {})
    checkpoints.thin_out(best_step=5)
    assert sorted(p.name for p in checkpoints.folder.glob("step-*")) == [
        "step-15", "step-20", "step-5",
    ]  # fmt: skip
    checkpoints.thin_out(best_step=20)
    assert sorted(p.name for p in checkpoints.folder.glob("step-*")) == ["step-15", "step-20"]


def test_what_a_killed_predecessor_left_is_removed(checkpoints: Checkpoints) -> None:
    written(checkpoints, 99)
    (checkpoints.folder / ".old-5").mkdir()
    checkpoints.prepare()
    assert list(checkpoints.staging.iterdir()) == []
    assert not (checkpoints.folder / ".old-5").exists()


def test_asks_for_room(checkpoints: Checkpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    def disk(free: int) -> None:
        usage = shutil._ntuple_diskusage(10**12, 10**12 - free, free)  # type: ignore[attr-defined]
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    disk(10**9)
    assert checkpoints.lacks_space(10**6) == ""
    disk(10**8)
    assert "Free some space" in checkpoints.lacks_space(10**6)
    checkpoints.last_size = 4 * 10**9
    disk(6_900_000_000)
    assert "7.0 GB" in checkpoints.lacks_space(0)
    disk(7_100_000_000)
    assert checkpoints.lacks_space(0) == ""


def test_publishes_a_folder_over_an_older_one(tmp_path: Path) -> None:
    for text in ("one", "two"):
        staged = tmp_path / ".output"
        staged.mkdir()
        (staged / "a.txt").write_text(text)
        publish_folder(staged, tmp_path / "output")
    assert (tmp_path / "output" / "a.txt").read_text() == "two"
    assert not staged.exists()
