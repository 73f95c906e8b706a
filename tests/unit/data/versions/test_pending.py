"""A folder half-written goes as soon as nobody writes it, and not before."""

import os
import subprocess
import sys
import time

from ftstudio.data.versions import pending
from ftstudio.data.versions.erase import find_person
from ftstudio.data.versions.library import list_versions

WRITES = """
import os, sys
from pathlib import Path
from ftstudio.data.versions import pending
work = pending.fresh(Path(sys.argv[1]))
work.mkdir()
rows = work / "train.parquet"
rows.write_text("ann@lamps.org")
rows.chmod(0o400)
print("ready", flush=True)
sys.stdin.read()
os._exit(9)
"""


def writer(home):
    words = [sys.executable, "-c", WRITES, str(home)]
    made = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert made.stdout.readline() == "ready\n"
    return made


def test_it_stays_while_its_writer_lives_and_goes_with_it(workspace):
    home = workspace.datasets
    other = writer(home)
    (left,) = home.glob(".new-*")
    assert list_versions(workspace) == []
    assert find_person(workspace, "ann@lamps.org").unsearched == [left]
    other.kill()
    other.communicate()
    assert find_person(workspace, "ann@lamps.org").unsearched == []
    assert not left.exists()


def test_the_list_of_versions_clears_what_a_kill_left(workspace):
    other = writer(workspace.datasets)
    other.kill()
    other.communicate()
    list_versions(workspace)
    assert list(workspace.datasets.glob(".new-*")) == []


def test_another_process_with_the_same_id_is_not_the_writer(tmp_path):
    own = pending.fresh(tmp_path)
    own.mkdir()
    pid, started, host, tail = own.name.removeprefix(".new-").split("-")
    later = tmp_path / f".new-{pid}-{int(started) - 3600}-{host}-{tail}"
    later.mkdir()
    pending.sweep(tmp_path)
    assert (own.exists(), later.exists()) == (True, False)
    pending.remove(own)
    assert not own.exists()


def test_of_another_computer_it_goes_after_a_day(tmp_path):
    there = tmp_path / ".new-1-1-00000000-ab"
    there.mkdir()
    pending.sweep(tmp_path)
    assert there.exists()
    long_ago = time.time() - 25 * 3600
    os.utime(there, (long_ago, long_ago))
    pending.sweep(tmp_path)
    assert not there.exists()


def test_what_was_being_erased_goes_at_once(tmp_path):
    aside = pending.aside(tmp_path)
    aside.mkdir()
    pending.sweep(tmp_path)
    assert not aside.exists()
