"""One question, to the right model."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftstudio.adapters import shelf
from ftstudio.cli.talk import Talk
from ftstudio.core.paths import Workspace
from tests.tiny_llama import make_tiny_llama


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return make_tiny_llama(tmp_path / "base")


def test_one_answer_from_a_folder(command, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("where is my order"))
    said = command("chat", "--model", base, "--prompt", "-", "--temperature", "0",
                   "--max-tokens", "4", "--json")  # fmt: skip
    assert said.code == 0, said.err
    assert said.json["model"] == str(base)
    assert said.json["adapter"] is None
    assert 1 <= said.json["tokens"] <= 4


def test_a_full_model_of_the_shelf_answers_alone(command, base: Path, workspace: Workspace) -> None:
    card = shelf.import_folder(base, workspace)
    said = command("chat", "--adapter", card.id, "--prompt", "hello", "--max-tokens", "3")
    assert said.code == 0, said.err
    assert said.err == ""


def test_a_model_that_can_not_chat_says_so(command, tmp_path: Path) -> None:
    mute = make_tiny_llama(tmp_path / "mute", template=None)
    said = command("chat", "--model", mute, "--prompt", "hello")
    assert said.code == 1
    assert "chat format" in said.err


def test_a_child_that_dies_between_two_answers_is_told(
    command, base: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = shelf.import_folder(base, workspace)
    real = Talk.ask

    def ask(talk: Talk, *words: object, **how: object) -> Iterator[str]:
        yield from real(talk, *words, **how)  # type: ignore[arg-type]
        talk._child.kill()
        talk._child.wait()

    monkeypatch.setattr(Talk, "ask", ask)
    said = command("chat", "--adapter", card.id, "--model", base, "--compare", "--prompt", "hello",
                   "--max-tokens", "3")  # fmt: skip
    assert said.code == 1
    assert "stopped answering" in said.err
