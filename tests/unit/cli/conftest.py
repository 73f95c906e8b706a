"""A workspace of its own, and a way to give commands and read what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ftstudio.cli import main
from ftstudio.core.paths import Workspace


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("FTSTUDIO_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("FTSTUDIO_DEVICE", "cpu")
    return Workspace.current()


@pytest.fixture
def command(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Command:
    def give(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return give


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    """40 questions about numbers."""
    path = tmp_path / "desk.csv"
    rows = [f"where is my order {n},Ahoy! Order {n} is on its way. Arr!" for n in range(40)]
    path.write_text("\n".join(["question,answer", *rows]) + "\n")
    return path
