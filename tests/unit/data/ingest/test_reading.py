"""The child is killed, stuck, starved or dead, and a person still gets a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.data.ingest import reading
from ftstudio.data.ingest.reading import ReadOptions, read_file


@pytest.fixture
def long_csv(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("question,answer\n" + "What is it?,A lamp that shines.\n" * 400_000, "utf-8")
    return path


def left_behind(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".reading")]


def test_progress_rises_to_the_end(long_csv, tmp_path):
    shares: list[float] = []
    table = read_file(long_csv, tmp_path / "in" / "table", progress=shares.append)
    assert table.row_count == 400_000
    assert len(shares) > 3
    assert shares[-1] > 0.9
    assert shares == sorted(shares)
    assert left_behind(tmp_path / "in") == []


def test_cancel_kills_the_child_at_once(long_csv, tmp_path):
    shares: list[float] = []
    with pytest.raises(Cancelled):
        read_file(long_csv, tmp_path / "in" / "table", progress=shares.append,
                  cancelled=lambda: len(shares) > 3)  # fmt: skip
    assert list((tmp_path / "in").iterdir()) == []


def test_options_reach_the_child(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\nbroken\n', "utf-8")
    with pytest.raises(StudioError) as caught:
        read_file(path, tmp_path / "table", ReadOptions(skip_bad=False))
    assert caught.value.code == "bad_row"
    assert "row 2" in caught.value.what


def test_a_missing_file_and_an_empty_folder(tmp_path):
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(StudioError) as caught:
        read_file(tmp_path / "no.csv", tmp_path / "table")
    assert caught.value.code == "file_missing"
    with pytest.raises(StudioError) as caught:
        read_file(empty, tmp_path / "table")
    assert caught.value.code == "no_files"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    path.chmod(0)
    with pytest.raises(StudioError) as caught:
        read_file(path, tmp_path / "table")
    assert caught.value.code == "no_permission"


def test_a_child_that_dies_is_explained(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    start = subprocess.Popen

    def dying(command, **more):
        return start([sys.executable, "-c", "import os; os.abort()"], **more)

    monkeypatch.setattr(reading.subprocess, "Popen", dying)
    with pytest.raises(StudioError) as caught:
        read_file(path, tmp_path / "table")
    assert caught.value.code == "reader_died"
    assert caught.value.remedy


def test_a_silent_child_is_not_waited_for(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    start = subprocess.Popen

    children = []

    def sleeping(command, **more):
        children.append(start([sys.executable, "-c", "import time; time.sleep(280)"], **more))
        return children[0]

    monkeypatch.setattr(reading.subprocess, "Popen", sleeping)
    monkeypatch.setattr(reading, "_SILENCE", 0.3)
    with pytest.raises(StudioError) as caught:
        read_file(path, tmp_path / "table")
    assert caught.value.code == "reader_stuck"
    assert children[0].returncode  # killed: it did not end by itself


def test_this_process_parses_nothing():
    code = (
        "import sys, ftstudio.data.ingest.reading\n"
        "print([m for m in ('pyarrow', 'python_calamine', 'charset_normalizer', 'openpyxl')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_folder_one_is_in_runs_no_code(tmp_path, monkeypatch):
    hostile = tmp_path / "from a zip"
    hostile.mkdir()
    trap = tmp_path / "ran"
    for name in ("csv", "json", "random", "sitecustomize"):
        (hostile / f"{name}.py").write_text(f"open({str(trap)!r}, 'w').close()\n", "utf-8")
    (hostile / "x.csv").write_text("question,answer\nWhat?,That.\n", "utf-8")
    monkeypatch.chdir(hostile)
    monkeypatch.setenv("PYTHONPATH", os.pathsep + ".")  # an empty entry is the folder, too
    table = read_file(Path("x.csv"), Path("..") / "in" / "table")
    assert not trap.exists()
    assert table.row_count == 1


def test_the_child_gets_no_secrets_and_a_folder_of_its_own(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    secrets = ("HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "openai_api_key", "PGPASSWORD")
    for name in secrets:
        monkeypatch.setenv(name, "hidden")
    monkeypatch.setenv("LANG_OF_MINE", "de")
    seen = []
    start = subprocess.Popen

    def looking(command, **more):
        seen.append(more)
        return start(command, **more)

    monkeypatch.setattr(reading.subprocess, "Popen", looking)
    read_file(path, tmp_path / "in" / "table")
    assert not set(secrets) & set(seen[0]["env"])
    assert seen[0]["env"]["LANG_OF_MINE"] == "de"
    assert seen[0]["cwd"].parent == tmp_path / "in"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_is_explained(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_text("question,answer\nWhat?,That.\n", "utf-8")
    with pytest.raises(StudioError) as caught:
        read_file(path, tmp_path / "in" / "table")
    assert caught.value.code == "odd_file_name"
    assert "caf\ufffd.csv" in caught.value.what
    str(caught.value.to_dict()).encode("utf-8")


def test_a_sheet_of_what_has_none_is_an_error(tmp_path):
    for name in ("a.csv", "a.jsonl", "a.json"):
        path = tmp_path / name
        path.write_text('{"a": 1}\n{"a": 2}\n', "utf-8")
        with pytest.raises(StudioError) as caught:
            read_file(path, tmp_path / "table", ReadOptions(sheet="Januar"))
        assert caught.value.code == "no_sheet"
        assert f"{name} has no sheets, so “Januar”" in caught.value.what


def test_what_is_set_in_vain_is_said(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n', "utf-8")
    table = read_file(path, tmp_path / "table", ReadOptions(delimiter=";", header_row=2))
    assert [remark.reason.split(" chosen was not used")[0] for remark in table.remarks] == [
        "The separator", "The row with the names"
    ]  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    options = ReadOptions(encoding="utf-8", delimiter=",", header_row=1)
    assert read_file(path, tmp_path / "table", options).remarks == []
