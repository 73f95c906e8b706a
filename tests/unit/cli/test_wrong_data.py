"""`ftstudio data …` given what is wrong: one sentence with a remedy, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.cli import main
from ftstudio.core.paths import Workspace
from tests.nasty.reading_here import read_here
from tests.unit.cli.test_wrong_input import FOREIGN

ROWS = [f"where is order {n},it is on its way {n},t{n // 4}" for n in range(40)]


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    reading_here(monkeypatch)


def reading_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path, into: Path, *more: object, **others: object) -> object:
        return read_here(path, into)

    for place in ("drafting.readings", "prepare", "ingest.reading"):
        monkeypatch.setattr(f"ftstudio.data.{place}.read_file", read)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with three datasets, and files of all kinds beside it."""
    root = tmp_path_factory.mktemp("place")
    files = root / "files"
    files.mkdir()
    (files / "good.csv").write_text("\n".join(["question,answer,ticket", *ROWS]) + "\n")
    (files / "new.csv").write_text("\n".join(["question,answer,ticket", *ROWS[3:]]) + "\n")
    texts = [f"text number {n} of {n * n},{'ab'[n % 2]}" for n in range(40)]
    (files / "other.csv").write_text("\n".join(["text,category", *texts]) + "\n")
    (files / "q.csv").write_text("id,question\n" + "".join(f"{n},what is {n}\n" for n in range(9)))
    (files / "a.csv").write_text("id,answer\n" + "".join(f"{n},it is {n}\n" for n in range(9)))
    (files / "empty.csv").touch()
    (files / "binary.bin").write_bytes(bytes(range(256)) * 12)
    (files / "half.json").write_text('{"a":')
    (files / "list.json").write_text("[1, 2]")
    (files / "deep.json").write_text("[" * 100_000)
    (files / "newer.json").write_text('{"layout": "text", "schema_version": 99}')
    (files / "strange.json").write_text('{"layout": "martian", "steps": []}')
    (files / "latin.json").write_bytes('{"layout": "ü"}'.encode("latin-1"))
    (files / "folder").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        reading_here(patch)
        patch.setenv("FTSTUDIO_WORKSPACE", str(root / "workspace"))
        patch.chdir(files)
        for name in ("good", "new", "other"):
            assert main(["data", "prepare", f"{name}.csv", "--few"]) == 0
        assert main(["data", "recipe", "good", "--out", "r.json"]) == 0
    return root


@pytest.fixture
def workspace(place: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("FTSTUDIO_WORKSPACE", str(place / "workspace"))
    monkeypatch.chdir(place / "files")
    return Workspace.current()


NOBODY = ("nope", "ds-", "ds-0123456789ab", "folder", "empty.csv", "binary.bin", "half.json", "/",
          "..", "~nobody/x", "n" * 300, "*")  # fmt: skip
LINES = [f"{verb} {name}" for verb in ("recipe", "card", "leaks") for name in NOBODY]
LINES += [f"compare {name} good" for name in NOBODY[:3]] + ["compare good", "compare good nope"]
RECIPES = ("nope.json", "folder", "empty.csv", "binary.bin", "half.json", "list.json", "deep.json",
           "newer.json", "strange.json", "latin.json", "other")  # fmt: skip
LINES += [f"replay new.csv --recipe {recipe}" for recipe in RECIPES]
LINES += [f"replay {file} --recipe r.json" for file in NOBODY if not file.startswith("ds")]
LINES += ["replay other.csv --recipe r.json --apply", "replay new.csv",
          "replay new.csv --recipe r.json --apply --out good.csv",
          "replay new.csv --recipe r.json --apply --out folder/../.."]  # fmt: skip
LINES += [f"recipe good --out {out}" for out in ("folder", "good.csv", "good.csv/x", "/proc/x/y")]
LINES += [f"history good.csv {row}" for row in ("0", "-3", "99999", "1e9", "nan", "9" * 30, "ü")]
LINES += ["history nope 3", "history folder 3", "history good.csv 3 --recipe nope",
          "history good.csv 3 --recipe other"]  # fmt: skip
LINES += [f"leaks good --test {file}" for file in ("nope", "folder", "empty.csv", "binary.bin")]
LINES += [f"mix good:{weight} new --dry-run" for weight in ("0", "-1", "nan", "1e999", "", "x")]
LINES += [f"mix good new --rows {rows}" for rows in ("0", "-5", "1", "nan", "1.5")]
LINES += [f"mix good new --temperature {t}" for t in ("0", "-1", "nan", "inf", "1e308", "x")]
LINES += ["mix good", "mix good good", "mix good other", "mix good:2 new --by size", "mix :2 new",
          "mix good new --by weights --temperature 3", "mix good new --seed x"]  # fmt: skip
LINES += [f"erase {text}" for text in ("a", "é", "☃", "(", "ab")]
LINES += [f"annotate --import {file}" for file in (
    "nope", "folder", "empty.csv", "binary.bin", "half.json", "list.json", "deep.json", "good.csv",
)]  # fmt: skip
LINES += ["annotate nope", "annotate ../x", "annotate --use", "annotate --export x.jsonl",
          "agreement", "agreement nope"]  # fmt: skip
LINES += [f"problems {file} --out p.csv" for file in ("nope", "folder", "empty.csv", "binary.bin")]
LINES += [f"problems good.csv --out {out}" for out in ("good.csv", "folder", "good.csv/p.csv")]
LINES += ["problems good.csv", "problems q.csv --on id --out p.csv"]
LINES += [f"prepare q.csv --out made --join {file}" for file in (
    "nope", "folder", "empty.csv", "binary.bin", "q.csv", "other.csv",
)]  # fmt: skip
LINES += [f"prepare q.csv --out made --join a.csv --on {on}" for on in (
    "nope", "id=nope", "=", "question", "id=answer",
)]  # fmt: skip
LINES += [f"prepare good.csv --out made {rest}" for rest in (
    "--on id", "--group-column nope", "--validation -1", "--validation nan", "--validation 0.6",
    "--validation x", "--test inf", "--seed 1e3", "--map x", "--map question=nope", "--layout nope",
    "--map nope=question", "--delimiter ab", "--header-row 0", "--header-row -4", "--licence mti",
)]  # fmt: skip
LINES += ["inspect /dev/zero", "prepare /dev/zero", "replay /dev/zero --recipe r.json"]
LINES += [f"prepare good.csv --out {out}" for out in ("good.csv", "..", "good.csv/x", "/proc/x/y")]


@pytest.mark.parametrize("line", LINES)
def test_it_is_told_and_nothing_is_lost(command, place: Path, line: str) -> None:
    before = contents(place)
    said = command("data", *line.split(" "))
    assert said.code in (1, 2), said.out + said.err
    told = said.err.strip().splitlines()[-1]
    assert not FOREIGN.search(said.err), said.err
    assert told.endswith((".", "--help")), told
    assert len(told) < 1_500
    assert contents(place) == before


def contents(place: Path) -> dict[str, bytes]:
    """All files, but for what was read of good ones and is kept to be read no more."""
    return {
        str(path.relative_to(place)): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and "sources" not in path.parts
    }


def test_an_id_may_be_shortened_where_it_is_plain(command, place: Path) -> None:
    made = {one["name"]: one["id"] for one in command("data", "list", "--json").json}
    whole = command("data", "card", made["good"]).out
    assert command("data", "card", made["good"][:9]).out == whole
    said = command("data", "card", "nope")
    assert f"{made['good']} (good)" in said.err
    (place / "workspace" / "datasets" / "ds-ffff00000000").mkdir(exist_ok=True)
    assert command("data", "card", "ds-ffff").code == 1  # an empty folder is no dataset


def test_several_beginnings_are_listed(command, workspace: Workspace) -> None:
    from tests.unit.data.versions.test_mix import version

    first = version(workspace, "may", 20)
    twin = first.path.with_name(f"{first.id[:8]}ffffff")
    twin.mkdir()
    for file in first.path.iterdir():
        (twin / file.name).write_bytes(file.read_bytes())
    manifest = json.loads((twin / "version.json").read_text("utf-8"))
    (twin / "version.json").chmod(0o600)
    (twin / "version.json").write_text(json.dumps({**manifest, "id": twin.name}), "utf-8")
    said = command("data", "card", first.id[:8])
    assert (said.code, "is the beginning of several" in said.err) == (1, True)
    assert first.id in said.err
    assert twin.name in said.err
    assert command("data", "card", twin.name).code == 0


def test_names_are_kept_on_one_line(command, place: Path) -> None:
    made = command(
        "data", "mix", "good", "new", "--few", "--name", "a\nb\x00 \x1b[31m ☃", "--json"
    ).json
    shown = {one["id"]: one["name"] for one in command("data", "list", "--json").json}
    assert shown[made["id"]] == "a b [31m ☃"


def test_weights_count_without_being_asked_for_twice(command) -> None:
    told = command("data", "mix", "good:3", "new:1", "--dry-run", "--json").json
    assert told["shares"][0]["share"] == pytest.approx(0.75, abs=0.01)
