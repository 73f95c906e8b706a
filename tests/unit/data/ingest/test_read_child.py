"""The child's limits hold, and it ends when its parent does."""

import json
import subprocess
import sys

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.format import ReadOptions
from ftstudio.data.ingest.read_child import ReadJob, system_error

LIMITED = """
import json, sys
from ftstudio.data.ingest import read_child
read_child.MEMORY = 60_000_000
sys.exit(read_child.main(sys.argv[1]))
"""


def job(path, into, **more):
    into.mkdir()
    return json.dumps(
        {"path": str(path), "into": str(into), "options": {}, "cpu_seconds": 60, **more}
    )


def words(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the system")
def test_memory_is_limited(tmp_path):
    path = tmp_path / "huge.json"
    path.write_text('[{"a": "' + "x" * 80_000_000 + '"}]', "utf-8")
    done = _run(LIMITED, job(path, tmp_path / "in"))
    assert words(done)[-1]["error"]["code"] == "out_of_memory"


def _run(code: str, argument: str) -> str:
    """Run with an open stdin, as the parent does."""
    with subprocess.Popen(
        [sys.executable, "-c", code, argument],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as child:  # fmt: skip
        output = child.stdout.read()
        child.wait()
    return output


def test_it_ends_with_its_parent(tmp_path):
    code = (
        "import sys, time\nfrom ftstudio.data.ingest import read_child\n"
        "read_child.read = lambda *a: time.sleep(60)\nread_child.main(sys.argv[1])"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, job(tmp_path / "a.csv", tmp_path / "in")],
        stdin=subprocess.PIPE,
    )
    child.stdin.close()
    assert child.wait(timeout=55) == 3


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (28, "disk_full"),
        (27, "disk_full"),
        (122, "disk_full"),
        (30, "workspace_unusable"),
        (13, "no_permission"),
        (2, "file_missing"),
        (5, "system"),
    ],
)
def test_the_systems_refusals_become_sentences(tmp_path, number, code):
    asked = ReadJob(tmp_path / "a.csv", tmp_path, ReadOptions(), 60)
    error = system_error(OSError(number, "said so"), asked)
    assert error.code == code
    assert error.what.endswith(".")
    assert error.remedy.endswith(".")


def test_a_workspace_that_can_not_be_written_is_not_the_file_s_fault(tmp_path):
    asked = ReadJob(tmp_path / "a.csv", tmp_path / "sources" / "new", ReadOptions(), 60)
    refused = OSError(13, "Permission denied", str(tmp_path / "sources" / "new" / "rows.parquet"))
    assert system_error(refused, asked).code == "workspace_unusable"
    refused = OSError(13, "Permission denied", str(tmp_path / "a.csv"))
    assert system_error(refused, asked).code == "no_permission"


def test_too_little_disk_is_said_before_reading(read_text, monkeypatch):
    full = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("ftstudio.data.ingest.unpack.shutil.disk_usage", lambda folder: full)
    with pytest.raises(StudioError) as caught:
        read_text("a.csv", "a,b\n1,2\n")
    assert caught.value.code == "disk_full"
    assert "1.0 kB are free" in caught.value.why


def test_a_guessed_encoding_is_remarked(read_text):
    table = read_text("a.csv", "Frage;Antwort\nGrün?;Schön.\n".encode("cp1252"))
    assert "Windows-1252" in table.remarks[0].reason
    assert read_text("b.csv", "Frage;Antwort\nGrün?;Schön.\n").remarks == []
