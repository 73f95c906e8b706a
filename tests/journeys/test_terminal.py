"""The same work without a window: a German spreadsheet to a merged model, verb by verb."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.sheets import write_german_csv
from tests.journeys.test_spreadsheet_to_merged_model import loads_in_plain_transformers

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def ftstudio(tmp_path: Path):
    """`ftstudio …` in a workspace of its own; the answer of `--json`, or the sentence it failed
    with."""
    env = {**os.environ, "FTSTUDIO_WORKSPACE": str(tmp_path / "work")}

    def call(*words: str, fails: bool = False) -> Any:
        command = [sys.executable, "-m", "ftstudio", *words]
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        assert "Traceback" not in done.stdout + done.stderr
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr.strip() if fails else json.loads(done.stdout)

    return call


def test_from_a_german_spreadsheet_to_a_merged_model(ftstudio, tmp_path):
    sheet = write_german_csv(tmp_path / "fragen.csv")
    seen = ftstudio("data", "inspect", str(sheet), "--json")
    roles = {column["name"]: column["role"] for column in seen["columns"]}
    assert roles == {"Frage": "question", "Antwort": "answer"}
    assert seen["rows_with_problems"] == 0
    rows = seen["rows"]

    data = tmp_path / "dataset"
    ftstudio("data", "prepare", str(sheet), "--out", str(data), "--json")
    counts = json.loads((data / "version.json").read_text("utf-8"))["counts"]
    assert sum(counts.values()) == rows

    ftstudio("train", "--data", str(data), "--model", "starter", "--method", "lora",
             "--set", "training.epochs=1", "--name", "Seefahrt", "--json")  # fmt: skip
    (run,) = ftstudio("runs", "list", "--json")
    assert run["state"] == "finished"

    (card,) = ftstudio("adapters", "list", "--json")
    said = ftstudio("chat", "--adapter", card["id"], "--prompt", "Hallo?", "--json")
    assert isinstance(said, dict)

    merged = tmp_path / "merged"
    ftstudio("adapters", "merge", card["id"], "--out", str(merged), "--json")
    assert loads_in_plain_transformers(merged)


@pytest.mark.parametrize(
    "words",
    [
        ("data", "inspect", "/no/such/file.csv"),
        ("train", "--data", "/no/such/data"),
        ("runs", "show", "nobody"),
        ("adapters", "merge", "nobody"),
        ("chat", "--prompt", "Hi", "--model", "/no/such/model"),
    ],
)
def test_failures_are_a_sentence_and_a_status(ftstudio, words):
    assert ftstudio(*words, fails=True).endswith(".")
