"""A command that is broken off, or that finds no room, leaves everything as it was."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ftstudio.cli import main
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import list_versions
from tests.nasty.reading_here import read_here

ROWS = "".join(f"Where is parcel {n}?,It is on its way {n}.\n" for n in range(120))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with one dataset; files are read in this process."""

    def read(path: Path, into: Path, *more: object, **others: object) -> object:
        return read_here(path, into)

    monkeypatch.setattr("ftstudio.data.drafting.readings.read_file", read)
    monkeypatch.setenv("FTSTUDIO_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(f"question,answer\n{ROWS}")
    assert main(["data", "prepare", "t.csv", "--name", "old"]) == 0
    return Workspace.current()


def contents(workspace: Workspace) -> dict[str, bytes]:
    homes = (workspace.datasets, workspace.drafts)
    found = [path for home in homes for path in home.rglob("*") if path.is_file()]
    return {str(path.relative_to(workspace.root)): path.read_bytes() for path in sorted(found)}


COMMANDS = [
    "prepare t.csv --seed 8 --validation 0.3 --name new", "mix old other", "erase 7 --yes",
    "replay v.csv --recipe old --apply --name again",
]  # fmt: skip
WRITES = ("ftstudio.data.versions.library.write_sides", "ftstudio.data.versions.library._publish")


@pytest.mark.parametrize("where", WRITES)
@pytest.mark.parametrize("line", COMMANDS)
def test_ctrl_c_leaves_all_as_it_was(place, line, where, monkeypatch, capsys) -> None:
    _another(place)
    before = contents(place)
    monkeypatch.setattr(where, _raise(KeyboardInterrupt()))
    assert main(["data", *_words(line)]) == 130
    assert contents(place) == before
    assert capsys.readouterr().err.strip().endswith("Interrupted.")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS])
@pytest.mark.parametrize("where", WRITES)
@pytest.mark.parametrize("line", COMMANDS)
def test_a_full_or_locked_disk_leaves_all_as_it_was(
    place, line, where, number, monkeypatch, capsys
) -> None:
    _another(place)
    before = contents(place)
    monkeypatch.setattr(where, _raise(OSError(number, os.strerror(number))))
    assert main(["data", *_words(line)]) == 1
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.endswith(".")
    assert "unexpected" not in said
    assert said.startswith("The disk is full") == (number != errno.EROFS)
    assert contents(place) == before


def _words(line: str) -> list[str]:
    return line.replace("erase 7", "erase parcel\t7").replace(" ", "\0").replace("\t", " ").split(
        "\0"
    )  # fmt: skip


def _another(workspace: Workspace) -> None:
    for name, what in (("u.csv", "letter"), ("v.csv", "crate")):
        Path(name).write_text("question,answer\n" + ROWS.replace("parcel", what))
    assert main(["data", "prepare", "u.csv", "--name", "other"]) == 0
    assert len(list_versions(workspace)) == 2


def _raise(error: BaseException):
    def fail(*given: object, **others: object) -> None:
        raise error

    return fail


@pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
def test_the_whole_program_is_interrupted_while_it_reads(tmp_path: Path) -> None:
    table = tmp_path / "large.csv"
    table.write_text("question,answer\n" + ROWS * 2_000)
    child = _start(tmp_path, "data", "prepare", str(table))
    reading = tmp_path / "workspace" / "sources"
    until = time.monotonic() + 60
    while not (reading.is_dir() and any(reading.iterdir())) and time.monotonic() < until:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130, said
    assert said.strip().endswith("Interrupted.")
    assert not list((tmp_path / "workspace" / "datasets").iterdir())
    assert not list((tmp_path / "workspace" / "drafts").iterdir())


@pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
def test_a_disk_without_room_is_told_while_it_reads(tmp_path: Path) -> None:
    table = tmp_path / "large.csv"
    many = "".join(f"Where is {n}?,{os.urandom(150).hex()}\n" for n in range(5_000))
    table.write_text("question,answer\n" + many)

    import resource  # there is none on Windows

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    child = _start(tmp_path, "data", "prepare", str(table), before=little)
    _, said = child.communicate(timeout=120)
    assert child.returncode == 1, said
    assert "The disk is full" in said
    assert "Traceback" not in said
    for home in ("datasets", "drafts", "sources"):
        assert not list((tmp_path / "workspace" / home).iterdir())


def _start(tmp_path: Path, *words: str, before=None) -> subprocess.Popen[str]:
    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what a shell starts beside itself ignores it
        if before:
            before()

    environment = {**os.environ, "FTSTUDIO_WORKSPACE": str(tmp_path / "workspace")}
    return subprocess.Popen(
        [sys.executable, "-m", "ftstudio", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=environment, preexec_fn=prepare,
    )  # fmt: skip
