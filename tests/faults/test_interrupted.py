"""A run that is killed, stopped or starved, and resumed, ends as if nothing had happened."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
from collections.abc import Callable

import psutil
import pytest

from ftstudio.jobs import launch
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Failed, Finished, Notice, Paused, Saved, Step, Stopped
from ftstudio.jobs.folder import JobFolder
from tests import models
from tests.faults.conftest import Undisturbed, what_came_of
from tests.nursery import Nursery

Make = Callable[..., JobFolder]


def assert_same_end(job: JobFolder, undisturbed: Undisturbed) -> None:
    """The same weights to the bit, and the same loss at every step that was taken."""
    last = models.events_of(job)[-1]
    assert isinstance(last, Finished)
    assert last.step == 20
    assert what_came_of(job) == undisturbed


def last_event(job: JobFolder) -> object:
    return models.events_of(job)[-1]


def test_a_shutdown_pauses_inside_an_epoch_and_resumes_exactly(
    make: Make, nursery: Nursery, undisturbed: Undisturbed
) -> None:
    job = make()
    assert nursery.run(job.path, "shutdown@7") == 0
    paused = last_event(job)
    assert isinstance(paused, Paused)
    assert (paused.step, paused.reason) == (7, "")
    assert not job.output.exists()
    assert nursery.run(job.path) == 0
    assert_same_end(job, undisturbed)


def test_resume_is_exact_with_dropout(make: Make, nursery: Nursery) -> None:
    """Chance goes on where it stopped: in the second epoch, between two looks."""
    settings = {"method_params": {"rank": 4, "alpha": 8, "dropout": 0.2}}
    whole, parted = make(**settings), make(**settings)
    assert nursery.run(whole.path) == 0
    assert nursery.run(parted.path, "shutdown@13") == 0
    assert nursery.run(parted.path) == 0
    assert_same_end(parted, what_came_of(whole))


def test_resume_is_exact_for_a_whole_model(make: Make, nursery: Nursery) -> None:
    settings = {"method": "full", "method_params": {}, "training": {"accumulation": 2}}
    whole, parted = make(**settings), make(**settings)
    assert nursery.run(whole.path) == 0
    assert nursery.run(parted.path, "kill@7") == -signal.SIGKILL
    assert nursery.run(parted.path) == 0
    assert what_came_of(parted) == what_came_of(whole)


def test_killed_again_and_again_at_random(
    make: Make, nursery: Nursery, undisturbed: Undisturbed
) -> None:
    """Each life is killed at a random moment after its first step; saving is as likely as not."""
    chance = random.Random(11)
    job = make()
    kills = 0
    for _ in range(6):
        before = len(models.events_of(job))
        pid = nursery.start(job.path)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            events = models.events_of(job)[before:]
            if any(isinstance(e, Step | Finished) for e in events):
                break
            time.sleep(0.005)
        time.sleep(chance.random() * 0.25)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        kills += nursery.wait() == -signal.SIGKILL
        if isinstance(last_event(job), Finished):
            break
    assert kills >= 2
    if not isinstance(last_event(job), Finished):
        assert nursery.run(job.path) == 0
    assert what_came_of(job) == undisturbed


def test_killed_while_saving(make: Make, nursery: Nursery, undisturbed: Undisturbed) -> None:
    job = make()
    assert nursery.run(job.path, "kill_saving@10") == -signal.SIGKILL
    assert not (job.checkpoints / "step-10").exists()
    assert nursery.run(job.path) == 0
    assert_same_end(job, undisturbed)
    assert not list(job.checkpoints.glob(".*"))


@pytest.mark.parametrize("harm", ["missing", "bit"])
def test_a_damaged_version_is_passed_over(
    make: Make, nursery: Nursery, undisturbed: Undisturbed, harm: str
) -> None:
    job = make()
    assert nursery.run(job.path, "shutdown@12") == 0
    file = job.checkpoints / "step-12" / "optimizer.pt"
    data = bytearray(file.read_bytes())
    if harm == "missing":
        file.unlink()
    else:
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    assert nursery.run(job.path) == 0
    notices = [e for e in models.events_of(job) if isinstance(e, Notice)]
    assert [n.what for n in notices] == ["The version step-12 was passed over."]
    assert_same_end(job, undisturbed)


def test_out_of_memory_is_told_and_can_be_resumed(
    make: Make, nursery: Nursery, undisturbed: Undisturbed
) -> None:
    job = make()
    assert nursery.run(job.path, "oom@12") == 17
    failed = last_event(job)
    assert isinstance(failed, Failed)
    assert failed.code == "out_of_memory"
    assert failed.resumable
    assert "graphics card" in failed.what
    assert nursery.run(job.path) == 0
    assert_same_end(job, undisturbed)


def test_the_card_is_lost(make: Make, nursery: Nursery) -> None:
    job = make()
    assert nursery.run(job.path, "card@3") == 1
    failed = last_event(job)
    assert isinstance(failed, Failed)
    assert failed.code == "card_lost"


def test_no_number_stops_within_the_step_and_nothing_broken_is_kept(
    make: Make, nursery: Nursery
) -> None:
    job = make()
    assert nursery.run(job.path, "nan@8") == 1
    events = models.events_of(job)
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "not_a_number"
    assert "step 8" in failed.what
    assert not failed.resumable
    assert max(e.step for e in events if isinstance(e, Step)) == 7
    assert [e.step for e in events if isinstance(e, Saved)] == [5]
    from safetensors.numpy import load_file

    weights = load_file(job.checkpoints / "step-5" / "adapter_model.safetensors")
    assert all(bool((w == w).all()) for w in weights.values())
    assert not job.output.exists()


def test_no_gradient_is_noticed_and_is_no_success(make: Make, nursery: Nursery) -> None:
    job = make()
    assert nursery.run(job.path, "zero@1") == 1
    events = models.events_of(job)
    at = next(i for i, e in enumerate(events) if isinstance(e, Notice))
    assert events[at].what == "The model is not learning."
    assert sum(isinstance(e, Step) for e in events[:at]) == 4
    assert isinstance(events[-1], Failed)
    assert events[-1].code == "nothing_learned"
    assert not job.output.exists()


def test_a_disk_that_takes_no_more_pauses(
    make: Make, nursery: Nursery, undisturbed: Undisturbed
) -> None:
    """The system refuses to write beyond 40 kB: the adapter fits, the optimizer's file does not."""
    job = make()
    assert nursery.run(job.path, file_limit=40_000) == 0
    paused = last_event(job)
    assert isinstance(paused, Paused)
    assert paused.step == 0
    assert "disk is full" in paused.reason
    assert not list(job.checkpoints.glob("*"))
    assert nursery.run(job.path) == 0
    assert_same_end(job, undisturbed)


def test_a_disk_that_fills_up_keeps_the_versions_there_are(
    make: Make, nursery: Nursery, undisturbed: Undisturbed
) -> None:
    job = make()
    assert nursery.run(job.path, "disk_full@15") == 0
    paused = last_event(job)
    assert isinstance(paused, Paused)
    assert paused.step == 10
    assert sorted(p.name for p in job.checkpoints.iterdir()) == ["step-10", "step-5"]
    assert nursery.run(job.path) == 0
    assert_same_end(job, undisturbed)


def test_a_frozen_computer_goes_on(make: Make, nursery: Nursery, undisturbed: Undisturbed) -> None:
    job = make()
    pid = nursery.start(job.path)
    while not any(isinstance(e, Step) for e in models.events_of(job)):
        time.sleep(0.01)
    os.kill(pid, signal.SIGSTOP)
    while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)
    steps = len(what_came_of_steps(job))
    time.sleep(0.3)
    assert len(what_came_of_steps(job)) == steps
    os.kill(pid, signal.SIGCONT)
    assert nursery.wait() == 0
    assert_same_end(job, undisturbed)


def what_came_of_steps(job: JobFolder) -> list[Step]:
    return [e for e in models.events_of(job) if isinstance(e, Step)]


def test_a_half_line_of_a_killed_worker_is_cut_off(
    make: Make, nursery: Nursery, undisturbed: Undisturbed
) -> None:
    job = make()
    assert nursery.run(job.path, "kill@8") == -signal.SIGKILL
    with open(job.events, "ab") as file:
        file.write(b'{"event":"step","st')
    assert nursery.run(job.path) == 0
    for line in job.events.read_bytes().splitlines():
        json.loads(line)
    assert_same_end(job, undisturbed)


def test_a_paused_run_that_is_stopped_for_good_keeps_its_best(make: Make, nursery: Nursery) -> None:
    job = make()
    assert nursery.run(job.path, "shutdown@13") == 0
    launch.send(job, Stop(keep=True, t=time.time() + 3600))  # there when the worker first listens
    assert nursery.run(job.path) == 0
    last = last_event(job)
    assert isinstance(last, Stopped)
    assert last.kept
    assert (job.output / "adapter_model.safetensors").is_file()
