"""Every failure is one sentence and an exit status; starting costs next to nothing."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ftstudio.cli import data_verbs, entry
from ftstudio.core.paths import Workspace


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n") and "Traceback" not in text


@pytest.mark.parametrize("words", [("trian",), ("runs",), ("chat",), ("data", "inspect")])
def test_misuse(command, words) -> None:
    said = command(*words)
    assert said.code == entry.MISUSED
    assert one_sentence(said.err)
    assert "--help" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("data", "inspect", "/nowhere.csv"),
        ("data", "prepare", "/tmp"),
        ("train",),
        ("train", "--data", "/nowhere.csv"),
        ("train", "/nowhere.json"),
        ("runs", "show", "nothing"),
        ("runs", "resume", "nothing"),
        ("adapters", "merge", "nothing"),
        ("adapters", "import", "/nowhere"),
        ("adapters", "restore", "nothing"),
        ("chat", "--prompt", "x", "--adapter", "nothing"),
        ("chat", "--prompt", " "),
    ],
)
def test_expected_failures(command, words) -> None:
    said = command(*words)
    assert said.code == entry.FAILED
    assert one_sentence(said.err)
    assert said.out == ""
    scripted = command(*words, "--json")
    assert scripted.code == entry.FAILED
    error = scripted.json["error"]
    assert all(error[key] for key in ("what", "why", "remedy", "code"))


def test_the_unexpected_is_a_sentence_and_a_file(
    command, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> int:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(data_verbs, "_list", explode)
    said = command("data", "list")
    assert said.code == entry.BROKEN
    assert one_sentence(said.err)
    (crash,) = (workspace.root / "crashes").iterdir()
    assert str(crash) in said.err
    assert "ZeroDivisionError: inside" in crash.read_text()


def test_interrupting_is_no_failure(command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(data_verbs, "_list", interrupt)
    said = command("data", "list")
    assert (said.code, said.err) == (entry.INTERRUPTED, "Interrupted.\n")


@pytest.mark.parametrize("words", [("--help",), ("train", "--help"), ("--version",)])
def test_help_is_no_failure(command, words) -> None:
    said = command(*words)
    assert said.code == 0
    assert said.out


def test_it_starts_without_heavy_libraries(tmp_path: Path) -> None:
    program = (
        "import sys; from ftstudio.cli import main; main(['techniques']);"
        "heavy = {'torch', 'transformers', 'peft', 'trl', 'PySide6', 'numpy', 'pyarrow'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", program], check=True, timeout=60, stdout=subprocess.DEVNULL
    )


ODD = os.fsdecode(b"caf\xe9.csv")


@pytest.mark.parametrize("verb", ["prepare", "inspect"])
def test_a_name_in_an_old_encoding_is_a_sentence(command, csv_file: Path, verb: str) -> None:
    odd = csv_file.with_name(ODD)
    csv_file.rename(odd)
    said = command("data", verb, odd)
    assert said.code in (0, entry.FAILED)
    assert said.code == 0 or one_sentence(said.err)
    assert "unexpected" not in said.err


def test_an_odd_name_that_can_not_be_stored_is_named(
    command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_verbs, "_inspect", lambda *_: len(ODD.encode()))
    said = command("data", "inspect", ODD)
    assert said.code == entry.FAILED
    assert one_sentence(said.err)
    assert "Rename" in said.err


def test_a_crash_on_an_odd_name_is_written_down(
    command, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> int:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(data_verbs, "_inspect", explode)
    said = command("data", "inspect", ODD)
    assert said.code == entry.BROKEN
    assert one_sentence(said.err)
    (crash,) = (workspace.root / "crashes").iterdir()
    assert "ZeroDivisionError: inside" in crash.read_text()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_what_a_terminal_can_not_show_is_no_failure(tmp_path: Path, encoding: str) -> None:
    program = (
        "from ftstudio.cli.screen import Screen, write_anything; write_anything();"
        "Screen().say('“é” 😀 →'); Screen(True).result({'é': '“😀” \\udce9'})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=60,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    _, _, answer = ran.stdout.decode(encoding).partition("\n")
    assert json.loads(answer) == {"é": "“😀” \udce9"}


def test_every_command_takes_the_terminal_as_it_is(tmp_path: Path) -> None:
    program = "import sys; from ftstudio.cli import main; sys.exit(main(['runs', 'show', '→']))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict",
             "FTSTUDIO_WORKSPACE": str(tmp_path)},
    )  # fmt: skip
    assert ran.returncode == entry.FAILED
    assert b"unexpected" not in ran.stderr


def test_everything_that_can_be_asked_for_is_explained() -> None:
    """Each verb and each option has its words, and the README names the verbs in their order."""
    silent: list[str] = []
    verbs = list(_walked(entry.make_parser(), "ftstudio", silent))
    assert silent == []
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    listed = readme.split("`.venv/bin/ftstudio --help` (")[1].split(";")[0]
    assert re.findall(r"`(\w+)`", listed) == verbs


def _walked(parser: argparse.ArgumentParser, path: str, silent: list[str]) -> list[str]:
    """The verbs below it; what has no words is added to `silent`."""
    verbs: list[str] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            told = {one.dest for one in action._choices_actions if one.help}
            for verb, inner in action.choices.items():
                verbs.append(verb)
                silent += [] if verb in told else [f"{path} {verb}"]
                _walked(inner, f"{path} {verb}", silent)
        elif not action.help:
            silent.append(f"{path} {action.dest}")
    return verbs
