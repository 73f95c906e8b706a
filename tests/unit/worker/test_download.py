"""The download job against a stand-in of Hugging Face on this computer."""

from pathlib import Path

import pytest

from ftstudio.basemodels import hub
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.manifest import manifest_of
from ftstudio.data.drafting.session import DraftSession
from ftstudio.jobs import launch
from ftstudio.jobs.events import Failed, Finished, Phase, Stopped
from ftstudio.jobs.folder import create_job
from tests.hub_server import HubServer
from tests.model_folders import make_model


@pytest.fixture
def server(tmp_path, monkeypatch):
    with HubServer(make_model(tmp_path / "published", vocab_size=100_000)) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
        yield running


def begin(tmp_path, name="org/small"):
    (tmp_path / "ws" / "models").mkdir(parents=True, exist_ok=True)
    folder = create_job(tmp_path / "ws" / "jobs", "download", name, {"name": name}, tmp_path / "ws")
    launch.start(folder, module="ftstudio.worker.download")
    return folder


def events_of(folder):
    return [event for batch in launch.follow(folder) for event in batch]


def test_a_model_arrives_whole(server, tmp_path):
    events = events_of(begin(tmp_path))
    assert isinstance(events[-1], Finished), events[-1]
    folder = tmp_path / "ws" / "models" / "org--small"
    assert (folder / "model.safetensors").read_bytes() == server.files["model.safetensors"]
    assert not (folder / ".cache").exists()
    assert hub.find_model(folder).ref.source.startswith("org/small at 0123456789ab")
    assert not any("Authorization" in headers for _m, _p, headers in server.requests)


def test_stopped_and_gone_on(server, tmp_path):
    server.pause_after = 2_500_000
    folder = begin(tmp_path)
    for batch in launch.follow(folder):
        if any(isinstance(e, Phase) and e.done > 2_000_000 for e in batch):
            launch.stop(folder)
            break
    assert isinstance(events_of(folder)[-1], Stopped)
    ((name, there),) = hub.partial_downloads(tmp_path / "ws" / "models")
    assert name == "org/small"
    assert there > 2_000_000

    server.pause_after = None
    server.requests.clear()
    assert isinstance(events_of(begin(tmp_path))[-1], Finished)
    asked = [h for m, p, h in server.requests if m == "GET" and p.endswith("model.safetensors")]
    assert [headers.get("Range", "").startswith("bytes=") for headers in asked] == [True]


def test_a_file_that_arrives_changed_is_not_kept(server, tmp_path):
    promised = server.files["tokenizer.json"]
    server.promised["tokenizer.json"] = promised
    server.files["tokenizer.json"] = b"[]"
    failed = events_of(begin(tmp_path))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "hub_checksum"
    assert not list((tmp_path / "ws" / "models").glob("[!.]*"))


def test_a_gate_is_explained_and_a_token_opens_it(server, tmp_path, monkeypatch):
    server.gated_for = "hf_secret"
    failed = events_of(begin(tmp_path))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "hub_gated"
    assert "huggingface.co/org/small" in failed.remedy

    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    folder = begin(tmp_path)
    assert isinstance(events_of(folder)[-1], Finished)
    written = (
        folder.log.read_text() + folder.events.read_text() + (folder.path / "job.json").read_text()
    )
    assert "hf_secret" not in written


def test_a_name_that_is_not_there(server, tmp_path):
    failed = events_of(begin(tmp_path, "org/other"))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "hub_not_found"


def test_no_connection(server, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    failed = events_of(begin(tmp_path))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "hub_offline"


@pytest.fixture
def data_server(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    (folder / "data").mkdir(parents=True)
    rows = "".join(f"How high is hill {n}?,It is {n} metres high.\n" for n in range(60_000))
    (folder / "data" / "train.csv").write_text("question,answer\n" + rows)
    (folder / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\nHills.")
    (folder / "load.py").write_text("raise SystemExit")
    with HubServer(folder, kind="dataset") as running:
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
        yield running


def begin_data(tmp_path, name="org/small"):
    workspace = Workspace(tmp_path / "ws").create()
    payload = {"name": name, "of": "dataset"}
    folder = create_job(workspace.jobs, "download", name, payload, workspace.root)
    launch.start(folder, module="ftstudio.worker.download")
    return folder


def test_a_dataset_is_stopped_goes_on_and_is_frozen(data_server, tmp_path):
    data_server.pause_after = 1_500_000
    folder = begin_data(tmp_path)
    for batch in launch.follow(folder):
        if any(isinstance(e, Phase) and e.done > 1_000_000 for e in batch):
            launch.stop(folder)
            break
    assert isinstance(events_of(folder)[-1], Stopped)
    downloads = tmp_path / "ws" / "downloads"
    assert [path.name for path in downloads.iterdir()] == [".org--small.partial"]

    data_server.pause_after = None
    data_server.requests.clear()
    last = events_of(begin_data(tmp_path))[-1]
    assert isinstance(last, Finished), last
    asked = [h for m, p, h in data_server.requests if m == "GET" and p.endswith("train.csv")]
    assert [headers.get("Range", "").startswith("bytes=") for headers in asked] == [True]
    assert last.output == str(downloads / "org" / "small")
    assert not list(downloads.rglob("*.py"))

    workspace = Workspace(tmp_path / "ws")
    session = DraftSession.open(workspace, Draft())
    session.choose_file(Path(last.output))
    assert (session.draft.licence, session.draft.licence_from) == ("cc-by-nc-4.0", "README.md")
    assert session.draft.name == "small"
    assert session.table.row_count == 60_000
    told = manifest_of("Hills", session.table, session.draft, session.recipe(), 0, 0)
    (source,) = told["sources"]
    assert source["hub"] == "org/small at 0123456789ab"


def test_a_dataset_that_is_not_there_or_behind_a_gate(data_server, tmp_path):
    failed = events_of(begin_data(tmp_path, "org/other"))[-1]
    assert isinstance(failed, Failed)
    assert (failed.code, "dataset" in failed.why) == ("hub_not_found", True)
    data_server.gated_for = "hf_secret"
    failed = events_of(begin_data(tmp_path))[-1]
    assert failed.code == "hub_gated"
    assert "huggingface.co/datasets/org/small" in failed.remedy
