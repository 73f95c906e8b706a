"""A job ends when it is asked to, and when whoever started it is gone."""

import os

import pytest

from ftstudio.core.errors import Cancelled
from ftstudio.jobs import launch
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.folder import create_job
from ftstudio.worker import waiting
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.waiting import Waiting


@pytest.fixture
def folder(tmp_path):
    return create_job(tmp_path, "meaning", "Compare", {})


def test_words_are_not_said_faster_than_they_are_read(folder):
    told = Waiting(Reporter(folder))
    for done in range(50):
        told.tell("reading", "Reading", done, 50, "texts", 3.0)
    told.tell("evaluating", "Comparing")
    said = [(event.text, event.done, event.seconds_left) for event in read_events(folder.events)]
    assert said == [("Reading", 0, 3.0), ("Comparing", 0, None)]


def test_it_stops_when_asked(folder):
    told = Waiting(Reporter(folder))
    told.tell("reading", "Reading")
    launch.stop(folder, keep=False)
    with pytest.raises(Cancelled):
        told.tell("evaluating", "Comparing")


def test_it_stops_when_nobody_waits(folder, monkeypatch):
    told = Waiting(Reporter(folder))
    monkeypatch.setattr(waiting.os, "getppid", lambda: os.getpid() + 1)
    with pytest.raises(Cancelled):
        told.tell("reading", "Reading")
