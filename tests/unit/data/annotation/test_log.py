"""Nothing that was said is lost, whatever happens to the process or the file."""

import json
import subprocess
import sys

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.annotation.log import Judgement, JudgementLog, judged_by


def said(row, **what):
    return Judgement(row=row, hash="h", who="Anna", **what)


def test_what_was_said_is_there_again(tmp_path):
    path = tmp_path / "round" / "judgements.jsonl"
    log = JudgementLog(path)
    log.add(said(1, good=True))
    log.add(said(2, labels=["Ä", "\U0001f600"], seconds=2.5))
    again = JudgementLog(path)
    assert again.taken == log.taken
    assert again.damaged == 0


def test_taking_back_adds_a_line_and_removes_none(tmp_path):
    log = JudgementLog(tmp_path / "log.jsonl")
    one = said(1, good=True)
    log.add(one)
    log.withdraw(one)
    assert log.taken == JudgementLog(log.path).taken == []
    assert len(log.path.read_text("utf-8").splitlines()) == 2


def test_a_line_cut_by_a_kill_costs_only_itself(tmp_path):
    log = JudgementLog(tmp_path / "log.jsonl")
    log.add(said(1, good=True))
    with log.path.open("ab") as file:
        file.write(b'{"said": {"row": 2, "ha')
    again = JudgementLog(log.path)
    assert ([one.row for one in again.taken], again.damaged) == ([1], 1)
    again.add(said(3, good=False))
    third = JudgementLog(log.path)
    assert ([one.row for one in third.taken], third.damaged) == ([1, 3], 1)


def test_a_killed_process_has_saved_every_judgement(tmp_path):
    path = tmp_path / "log.jsonl"
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from ftstudio.data.annotation.log import Judgement, JudgementLog\n"
        "log = JudgementLog(Path(sys.argv[1]))\n"
        "for row in range(20):\n"
        "    log.add(Judgement(row=row, hash='h', who='A', good=True))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], timeout=120)
    assert done.returncode != 0
    assert [one.row for one in JudgementLog(path).taken] == list(range(20))


def test_what_another_brought_is_added_once(tmp_path):
    log = JudgementLog(tmp_path / "log.jsonl")
    theirs = [said(1, good=True), said(2, good=False)]
    assert (log.add_all(theirs), log.add_all(theirs)) == (2, 0)
    assert len(log.taken) == 2


def test_foreign_lines_are_passed_over(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text('[]\n"x"\n{"said": 1}\n\n' + json.dumps({"withdrawn": "none"}) + "\n", "utf-8")
    log = JudgementLog(path)
    assert (log.taken, log.damaged) == ([], 3)


def test_a_judgement_that_cannot_be_saved_does_not_stand(tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    log = JudgementLog(tmp_path / "elsewhere.jsonl")
    log.path = tmp_path / "file" / "log.jsonl"
    with pytest.raises(StudioError) as caught:
        log.add(said(1, good=True))
    assert caught.value.code == "disk"
    assert log.taken == []


def test_thousands_are_taken_over_with_one_wait_for_the_disk(tmp_path, monkeypatch):
    waits = []
    monkeypatch.setattr("os.fsync", lambda handle: waits.append(handle))
    log = JudgementLog(tmp_path / "log.jsonl")
    assert log.add_all(said(row, good=True) for row in range(8_000)) == 8_000
    assert len(waits) == 1
    assert JudgementLog(log.path).taken == log.taken


def test_who_judged_how_many_rows(tmp_path):
    log = JudgementLog(tmp_path / "log.jsonl")
    log.add(said(1, good=True))
    log.add(said(1, good=False))  # another mind about the same row
    log.add(said(2, skipped=True))
    log.add(Judgement(row=2, hash="h", who="Ben", good=True))
    assert judged_by(log.path) == {"Anna": 1, "Ben": 1}
    assert judged_by(tmp_path / "none.jsonl") == {}
    assert judged_by(tmp_path) == {}  # a folder can't be read
