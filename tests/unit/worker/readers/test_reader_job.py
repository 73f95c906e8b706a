"""What every such job says and leaves, whatever its model reads."""

import json
import subprocess
import sys

import pytest

from ftstudio.jobs import launch
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.events import Started
from ftstudio.jobs.folder import create_job
from ftstudio.worker.readers.reader_job import do, taken


@pytest.fixture
def folder(tmp_path):
    return create_job(tmp_path, "names", "Find names", {"model": "here"})


def said(folder):
    return [event.event for event in read_events(folder.events)]


def test_what_was_found_is_written_and_told(folder):
    given = []

    def work(payload, waiting):
        given.append(payload)
        waiting.tell("reading", "Reading the rows")
        return {"rows": 3}

    assert do(folder, Started(pid=1, device="cpu"), "found.json", work) == 0
    assert given == [{"model": "here"}]
    assert json.loads((folder.output / "found.json").read_text("utf-8")) == {"rows": 3}
    assert said(folder) == ["started", "phase", "finished"]


def test_who_stops_it_finds_nothing(folder):
    launch.stop(folder, keep=False)

    def work(payload, waiting):
        waiting.tell("reading", "Reading the rows")
        pytest.fail("it went on")

    assert do(folder, Started(pid=1, device="cpu"), "found.json", work) == 0
    assert said(folder)[-1] == "stopped"
    assert not (folder.output / "found.json").exists()


def test_a_failure_goes_on_and_leaves_no_result(folder):
    def work(payload, waiting):
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        do(folder, Started(pid=1, device="cpu"), "found.json", work)
    assert said(folder) == ["started"]
    assert not (folder.output / "found.json").exists()


def test_rows_are_taken_out_of_the_folder(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("a\nb\n", "utf-8")

    def handed(path):
        yield from path.read_text("utf-8").split()

    assert taken(path, handed) == ["a", "b"]
    assert not path.exists()


def test_another_threshold_loads_no_torch():
    code = "import sys, ftstudio.worker.readers.meaning; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
