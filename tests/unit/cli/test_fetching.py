"""A dataset is fetched by its name on Hugging Face (here a stand-in), or a sentence says why not.

Nothing but this command and `models download` uses the network.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from tests.hub_server import HubServer


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / "published"
    folder.mkdir()
    rows = "".join(f"How tall is lamp {n}?,It is {n} feet.\n" for n in range(40))
    (folder / "train.csv").write_text(f"question,answer\n{rows}")
    (folder / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n")
    (folder / "load.py").write_text("raise SystemExit\n")
    return folder


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return monkeypatch


def test_it_arrives_and_becomes_a_dataset(command, published, at_home, workspace) -> None:
    with HubServer(published, kind="dataset") as server:
        at_home.setenv("HF_ENDPOINT", server.address)
        page = "https://huggingface.co/datasets/org/small"
        said = command("data", "fetch", page, "--json").json
        assert (said["state"], said["name"]) == ("finished", "org/small")
        folder = Path(said["output"])
        assert folder == workspace.root / "downloads" / "org" / "small"
        assert sorted(p.name for p in folder.iterdir() if p.name[0] != ".") == [
            "README.md", "train.csv"
        ]  # fmt: skip
        assert not any("Authorization" in headers for _m, _p, headers in server.requests)
    made = command("data", "prepare", folder, "--few", "--json").json
    assert sum(made["counts"].values()) == 40
    assert made["licence"] == "cc-by-4.0"


def test_without_a_network_it_is_one_sentence(command, at_home, workspace: Workspace) -> None:
    at_home.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    said = command("data", "fetch", "org/lamps")
    assert said.code == 1
    assert "Traceback" not in said.err
    assert said.err.strip().splitlines()[-1].endswith(".")
    assert not (workspace.root / "downloads" / "org").exists()


@pytest.mark.parametrize("name", ["", "lamps", "../../etc", "a b/c", "org/--x", "☃/☃"])
def test_what_is_no_name_starts_nothing(command, workspace: Workspace, name: str) -> None:
    said = command("data", "fetch", name, "--json")
    assert (said.code, said.json["error"]["code"]) == (1, "hub_name")
    assert not list(workspace.jobs.iterdir())


def test_a_name_alone_never_reaches_for_the_network(command, workspace: Workspace) -> None:
    for verb in ("prepare", "inspect", "card"):
        said = command("data", verb, "openai/gsm8k")
        assert said.code == 1
    assert "ftstudio data fetch" in command("data", "prepare", "openai/gsm8k", "--few").err
    assert not list(workspace.jobs.iterdir())
