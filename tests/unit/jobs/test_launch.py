"""Workers are started once, followed to the end, and explained when they die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ftstudio.core.errors import StudioError
from ftstudio.jobs import launch
from ftstudio.jobs.events import Event, Failed, Finished, Paused, Started, Step
from ftstudio.jobs.folder import JobFolder
from tests.counted import calls

MakeJob = Callable[..., JobFolder]
STARTED = {"say": {"event": "started", "pid": 1, "device": "cpu"}}
FINISHED = {"say": {"event": "finished"}}
PAUSED = {"say": {"event": "paused", "step": 3}}


def start(folder: JobFolder) -> int:
    return launch.start(folder, module="fake_worker")


def all_events(folder: JobFolder) -> list:
    return [event for batch in launch.follow(folder, poll=0.01) for event in batch]


def test_a_run_is_followed_to_its_last_word(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"steps": 5}, FINISHED])
    start(folder)
    events = all_events(folder)
    assert [type(e) for e in events] == [Started, *[Step] * 5, Finished]


def test_a_finished_folder_is_replayed_the_same(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"steps": 5}, FINISHED])
    start(folder)
    first = all_events(folder)
    assert all_events(folder) == first


def test_the_last_word_counts_though_the_process_lives_on(make_job: MakeJob) -> None:
    folder = make_job([STARTED, FINISHED, {"sleep": 30}])
    start(folder)
    assert isinstance(all_events(folder)[-1], Finished)
    assert launch.is_running(folder)


def test_the_environment_is_offline_and_without_secrets(
    make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    folder = make_job([{"environment": True}, FINISHED])
    start(folder)
    all_events(folder)
    seen = json.loads((folder.path / "environment.json").read_text())
    assert "HF_TOKEN" not in seen
    assert seen["HF_HUB_OFFLINE"] == seen["HF_DATASETS_OFFLINE"] == "1"
    assert seen["HF_HUB_DISABLE_TELEMETRY"] == seen["DO_NOT_TRACK"] == "1"


def test_the_worker_has_its_own_session(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"sleep": 30}])
    pid = start(folder)
    assert os.getsid(pid) == pid != os.getsid(0)


def test_a_second_start_is_refused_while_it_runs(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"sleep": 30}])
    start(folder)
    with pytest.raises(StudioError) as error:
        start(folder)
    assert error.value.code == "already_running"


def test_of_many_starts_at_once_one_wins(make_job: MakeJob) -> None:
    folder = make_job([STARTED, FINISHED, {"sleep": 30}])
    outcomes: list[str] = []

    def try_start() -> None:
        try:
            start(folder)
            outcomes.append("started")
        except StudioError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=try_start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_running"] * 5 + ["started"]
    all_events(folder)
    assert (folder.path / "lives.txt").read_text() == "x"


def test_killed_by_the_system_is_told_as_memory(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"steps": 3}, {"half": '{"event":"st'}, {"die": "SIGKILL"}])
    start(folder)
    last = all_events(folder)[-1]
    assert isinstance(last, Failed)
    assert (last.code, last.returncode, last.resumable) == ("died_memory", -9, False)
    assert "memory" in last.why
    assert "Start it again" in last.remedy


def test_a_crash_in_python_quotes_its_last_line(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"print": "before"}, {"raise": "the tokenizer is missing"}])
    start(folder)
    last = all_events(folder)[-1]
    assert isinstance(last, Failed)
    assert "RuntimeError: the tokenizer is missing" in last.why
    assert "before" in last.log_tail


def test_a_dead_run_with_a_whole_checkpoint_can_be_resumed(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"die": "SIGTERM"}])
    checkpoint = folder.checkpoints / "step-5"
    checkpoint.mkdir(parents=True)
    (checkpoint / "a.safetensors").write_bytes(b"12345")
    manifest = {"files": {"a.safetensors": {"size": 5, "sha256": ""}}}
    (checkpoint / "MANIFEST.json").write_text(json.dumps(manifest))
    start(folder)
    last = all_events(folder)[-1]
    assert isinstance(last, Failed)
    assert last.resumable


def test_a_clean_exit_without_a_word_is_not_success(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"exit": 0}])
    start(folder)
    assert isinstance(all_events(folder)[-1], Failed)


def test_another_process_can_follow_and_need_not_know_the_code(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"steps": 3}, {"sleep": 1.5}, {"die": "SIGKILL"}])
    program = (
        "import sys; from pathlib import Path; from ftstudio.jobs import launch;"
        "from ftstudio.jobs.folder import JobFolder;"
        "launch.start(JobFolder(Path(sys.argv[1])), 'fake_worker')"
    )
    subprocess.run([sys.executable, "-c", program, str(folder.path)], check=True, timeout=60)
    assert launch.is_running(folder)
    last = all_events(folder)[-1]
    assert isinstance(last, Failed)
    assert (last.returncode, last.code) == (None, "died_killed")


def test_a_paused_run_goes_on_in_the_same_folder(make_job: MakeJob) -> None:
    second = [
        {"say": {"event": "started", "pid": 2, "device": "cpu", "resumed_at": 3}},
        {"sleep": 0.3},
        FINISHED,
    ]
    folder = make_job([STARTED, {"steps": 3}, PAUSED, {"sleep": 0.5}], second)
    start(folder)
    assert isinstance(all_events(folder)[-1], Paused)
    launch.resume(folder, "fake_worker")  # waits for the paused worker to leave
    kinds = [type(e) for e in all_events(folder)]
    assert kinds == [Started, *[Step] * 3, Paused, Started, Finished]


def test_a_second_life_that_dies_at_once_is_not_taken_for_a_pause(make_job: MakeJob) -> None:
    folder = make_job([STARTED, PAUSED], [{"raise": "no such library"}])
    start(folder)
    all_events(folder)
    launch.resume(folder, "fake_worker")
    assert isinstance(all_events(folder)[-1], Failed)


def test_a_half_line_of_a_dead_worker_does_not_spoil_the_next_life(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"half": '{"event":"ste'}, {"die": "SIGKILL"}], [STARTED, FINISHED])
    start(folder)
    all_events(folder)
    launch.resume(folder, "fake_worker")
    assert [type(e) for e in all_events(folder)] == [Started, Started, Finished]


def test_a_reused_process_id_is_not_mistaken(make_job: MakeJob) -> None:
    folder = make_job([FINISHED])
    start(folder)
    all_events(folder)
    lock = json.loads(folder.lock.read_text())
    lock["pid"] = os.getpid()  # alive, but not the worker
    folder.lock.write_text(json.dumps(lock))
    assert not launch.is_running(folder)
    launch.kill(folder)  # and must not kill us


def test_a_damaged_lock_is_stale(make_job: MakeJob) -> None:
    folder = make_job([STARTED, FINISHED])
    folder.lock.write_text('{"pid": 1')
    assert not launch.is_running(folder)
    start(folder)
    assert isinstance(all_events(folder)[-1], Finished)


def test_commands_reach_the_worker(make_job: MakeJob) -> None:
    stopped = {"say": {"event": "stopped", "step": 1, "kept": True}}
    folder = make_job([STARTED, {"until_stopped": True}, stopped])
    folder.commands.touch()
    start(folder)
    launch.stop(folder, keep=True)
    assert all_events(folder)[-1].event == "stopped"


def test_a_woken_worker_hears_the_stop_only_once_it_lives(make_job: MakeJob) -> None:
    stopped = {"say": {"event": "stopped", "step": 3, "kept": True}}
    late = [{"sleep": 0.5}, {"note_commands": True}, STARTED, {"until_stopped": True}, stopped]
    folder = make_job([STARTED, PAUSED], late)
    folder.commands.touch()
    start(folder)
    all_events(folder)
    launch.wake_to_stop(folder, keep=True, module="fake_worker")
    assert all_events(folder)[-1].event == "stopped"
    assert (folder.path / "heard_before.txt").read_bytes() == b""


def test_kill_ends_the_whole_family(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"child": True}, {"sleep": 60}])
    start(folder)
    child_file = folder.path / "child.txt"
    until = time.monotonic() + 120
    while not (child_file.exists() and child_file.read_text()) and time.monotonic() < until:
        time.sleep(0.02)
    child = psutil.Process(int(child_file.read_text()))
    launch.kill(folder)
    assert not launch.is_running(folder)
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _lives(child)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_folder_that_waits_is_not_dead(make_job: MakeJob) -> None:
    folder = make_job([FINISHED])
    polls = iter([False, False, True])
    assert list(launch.follow(folder, poll=0.01, stop=lambda: next(polls))) == [[], []]


def test_a_folder_copied_from_elsewhere_is_read_without_a_lock(make_job: MakeJob) -> None:
    folder = make_job([FINISHED])
    folder.events.write_text('{"event":"started","pid":1,"device":"cpu"}\n')
    last = all_events(folder)[-1]
    assert isinstance(last, Failed)


def test_a_hundred_thousand_steps_are_followed_in_batches(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"steps": 1000}, FINISHED])
    start(folder)
    all_events(folder)
    lines = folder.events.read_bytes().splitlines(keepends=True)
    folder.events.write_bytes(lines[0] + b"".join(lines[1:-1]) * 100 + lines[-1])
    folder.lock.unlink()
    batches: list[list[Event]] = []
    made = calls(lambda: batches.extend(launch.follow(folder, poll=0)))
    assert sum(len(batch) for batch in batches) == 100_002
    assert len(batches) < 20
    assert made < 20 * 100_002


@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP is a POSIX signal")
def test_a_stopped_process_is_still_running(make_job: MakeJob) -> None:
    folder = make_job([STARTED, {"sleep": 30}])
    pid = start(folder)
    os.kill(pid, signal.SIGSTOP)
    assert launch.is_running(folder)
    os.kill(pid, signal.SIGCONT)


def test_starting_where_nothing_may_be_written_is_told(
    make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_job([FINISHED])
    folder.log.mkdir()
    with pytest.raises(StudioError) as error:
        start(folder)
    assert error.value.code == "start_failed"
    assert not Path(folder.lock).exists()


def test_a_full_disk_leaves_no_worker_that_nobody_can_find(
    make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_job([STARTED, {"sleep": 30}])
    before = set(launch._children)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(launch, "write_holder", full)
    with pytest.raises(StudioError) as error:
        start(folder)
    assert error.value.code == "start_failed"
    (pid,) = set(launch._children) - before
    assert not psutil.pid_exists(pid)
