"""Freezing, mixing, erasing a person and saving a draft, killed or out of disk at any moment: every
earlier version is whole, the draft is there, and the next start clears what was left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_PLACES = {"freeze": 6, "mix": 5, "erase": 8, "save": 6}  # of all touches; the first and the last

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it forks, and kills by a signal")


@pytest.mark.parametrize("manner", ["killed", "full"])
@pytest.mark.parametrize("act", sorted(_PLACES))
def test_whatever_happens_meanwhile_all_is_whole_at_the_next_start(
    tmp_path: Path, act: str, manner: str
) -> None:
    words = [sys.executable, "-m", "tests.faults.killed_acts", tmp_path, act, manner, _PLACES[act]]
    made = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert told["faults"] == []
    assert told["touches"] >= told["tried"] == _PLACES[act]
    assert told["ended"] == (told["tried"] if manner == "killed" else 0)
