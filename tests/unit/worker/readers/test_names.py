"""A tagger's words become places of names, in long texts too, and the step hides them."""

import json

import pytest

from ftstudio.data.named import STRINGS_FILE, hand_over
from ftstudio.data.steps.hide_personal import STEP, PersonalParams
from ftstudio.jobs import launch
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.folder import create_job
from ftstudio.worker.readers import names, reading, windows
from tests.readers import word_tagger
from tests.unit.data.conftest import rows_of

LABELS = {"Ann": "B-PER", "Bob": "B-PER", "Berg": "I-PER", "Rome": "B-LOC", "June": "B-DATE"}
ROWS = rows_of(
    ("I am Ann Berg, in Rome since June.", "Hello Ann Berg! Or Bob?"),
    ("nobody here", "no one"),
    ("far away " * 60 + "Ann Berg " + "and on " * 40 + "Bob", "yes"),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return word_tagger(tmp_path_factory.mktemp("models") / "org--ner", LABELS)


@pytest.fixture
def job(tmp_path, model):
    def make(rows=ROWS):
        folder = create_job(tmp_path / "jobs", "names", "Find names", {"model": str(model)})
        hand_over(rows, folder.path / STRINGS_FILE)
        return folder

    return make


def found(folder):
    assert names.run(folder) == 0
    return json.loads((folder.output / "found.json").read_text("utf-8"))


def hidden(told, rows=ROWS, **more):
    outcome = STEP.apply(rows, PersonalParams(**told["params"], places=True, **more))
    return [row.example for row in outcome.rows]


def test_names_become_stand_ins(job):
    told = found(job())
    one, two, three = hidden(told)
    assert one.question == "I am [NAME_1], in [PLACE_1] since June."
    assert one.answer == "Hello [NAME_1]! Or [NAME_2]?"
    assert two == ROWS[1].example
    assert three.question.endswith("away [NAME_1] " + "and on " * 40 + "[NAME_2]")
    assert (told["rows"], told["found"]) == (3, 2)
    assert told["counts"] == {"name": 5, "place": 1}


@pytest.mark.parametrize("before", range(0, 64, 3))
def test_a_name_at_any_edge_of_a_window_is_found_whole_and_once(before, job):
    rows = rows_of(("a " * before + "Ann Berg" + " a" * 90, "b"))
    assert hidden(found(job(rows)), rows)[0].question == "a " * before + "[NAME_1]" + " a" * 90


def test_words_of_many_pieces_are_one_word_and_its_first_piece_counts(job):
    rows = rows_of(("Annxyz and xAnn, Ann-Ann", "Bob's"))
    said = hidden(found(job(rows)), rows)[0]
    assert said.question == "[NAME_1] and xAnn, [NAME_2]-[NAME_2]"
    assert said.answer == "[NAME_3]'s"


def test_batches_change_nothing(job, monkeypatch):
    first = found(job())["params"]
    monkeypatch.setattr(reading, "_ROWS", 1)
    monkeypatch.setattr(windows, "_AT_ONCE", 2)
    assert found(job())["params"] == first


def test_signs_of_other_planes_do_not_move_the_places(job):
    rows = rows_of(("🙂🙂 Ann \udcff Bob é", "x"))
    assert hidden(found(job(rows)), rows)[0].question == "🙂🙂 [NAME_1] \udcff [NAME_2] é"


def test_it_stops_when_asked(job):
    folder = job()
    launch.stop(folder, keep=False)
    assert names.run(folder) == 0
    assert list(read_events(folder.events))[-1].event == "stopped"


def test_the_whole_job_in_its_own_process(job):
    folder = job()
    launch.start(folder)
    events = [event for some in launch.follow(folder) for event in some]
    assert events[-1].event == "finished", events[-1]
