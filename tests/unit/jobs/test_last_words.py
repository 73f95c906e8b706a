"""A dead worker's likeliest cause."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ftstudio.jobs import last_words
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.lock import Holder, write_holder


@pytest.mark.parametrize(
    ("returncode", "log", "code"),
    [
        (17, "", "died_memory"),
        (-9, "", "died_memory"),
        (None, "torch.OutOfMemoryError: CUDA out of memory", "died_memory"),
        (1, "OSError: [Errno 28] No space left on device", "died_disk"),
        (-15, "", "died_killed"),
        (-11, "", "died_crash"),
        (1, "Traceback (most recent call last):\n  x\nKeyError: 'a'", "died_error"),
        (3, "", "died_error"),
        (None, "", "died_killed"),
        (0, "", "died_killed"),
    ],
)
def test_causes(tmp_path: Path, returncode: int | None, log: str, code: str) -> None:
    folder = JobFolder(tmp_path)
    folder.log.write_text(log)
    told = last_words.of(folder, returncode)
    assert told.code == code
    assert all([told.what, told.why, told.remedy])


def test_a_restart_of_the_computer_is_told(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    write_holder(folder, replace(Holder.of(1, 0), boot="another boot"))
    assert last_words.of(folder, None).code == "died_restart"


def _checkpoint(folder: JobFolder, step: int, size: int = 4) -> Path:
    path = folder.checkpoints / f"step-{step}"
    path.mkdir(parents=True)
    (path / "w.safetensors").write_bytes(b"1234")
    manifest = {"files": {"w.safetensors": {"size": size, "sha256": ""}}}
    (path / "MANIFEST.json").write_text(json.dumps(manifest))
    return path


def test_the_newest_whole_checkpoint_by_number(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    assert last_words.newest_checkpoint(folder) is None
    _checkpoint(folder, 9)
    tenth = _checkpoint(folder, 10)
    _checkpoint(folder, 11, size=5)  # its file is shorter than its manifest says
    (folder.checkpoints / "step-12").mkdir()  # no manifest: never published
    assert last_words.newest_checkpoint(folder) == tenth


def test_the_log_tail_is_short(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.log.write_text("".join(f"line {i}\n" for i in range(10_000)))
    tail = last_words.log_tail(folder)
    assert tail.endswith("line 9999")
    assert len(tail.splitlines()) == 40
