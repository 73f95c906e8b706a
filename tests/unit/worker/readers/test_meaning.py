"""Rows that mean the same are found through the whole job, and again without the model."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.meant import TEXTS_FILE, hand_over
from ftstudio.data.steps.mark_same_meaning import STEP, MeaningParams
from ftstudio.jobs import launch
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.folder import create_job
from ftstudio.worker.readers import embed, meaning
from tests.readers import bag_encoder
from tests.unit.data.conftest import rows_of

WORDS = [{"parcel", "package"}, {"where", "whither"}, {"is"}, {"my"}, {"refund", "repay"},
         {"monday"}, {"comes"}, {"it"}, {"never"}, {"today"}, {"please"}]  # fmt: skip
ROWS = rows_of(
    ("where is my parcel", "it comes monday"),
    ("refund please", "never"),
    ("my package is whither", "monday it comes"),
    ("where is my parcel", "never today"),
    ("please repay", "never"),
    ("", ""),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return bag_encoder(tmp_path_factory.mktemp("models") / "bag", WORDS)


@pytest.fixture
def job(tmp_path, model):
    def make(rows=ROWS, part="both", **payload):
        values = {"model": str(model), "threshold": 0.9, "part": part,
                  "kept": str(tmp_path / "kept")}  # fmt: skip
        folder = create_job(tmp_path / "jobs", "meaning", "Compare", values | payload)
        hand_over(rows, part, folder.path / TEXTS_FILE)
        return folder

    return make


def found(folder):
    assert meaning.run(folder) == 0
    return json.loads((folder.output / "found.json").read_text("utf-8"))


def test_the_same_in_other_words_is_one_group(job, model):
    told = found(job())
    outcome = STEP.apply(ROWS, MeaningParams(**told["params"]))
    near = [row.near for row in outcome.rows]
    assert near == ["meaning-1", "meaning-2", "meaning-1", None, "meaning-2", None]
    assert outcome.remark == ""
    assert (told["rows"], told["groups"], told["grouped"], told["cut"]) == (6, 2, 4, 0)
    assert told["params"]["by"] == "bag"


def test_the_rows_do_not_stay_in_the_folder(job):
    folder = job()
    found(folder)
    texts = [path for path in folder.path.rglob("*") if path.is_file()]
    assert texts
    assert not any(b"whither" in path.read_bytes() for path in texts)


def test_questions_alone(job):
    told = found(job(part="question"))
    near = [row.near for row in STEP.apply(ROWS, MeaningParams(**told["params"])).rows]
    assert near[0] == near[2] == near[3] is not None


def test_another_threshold_needs_no_model(job, monkeypatch):
    first = found(job())["params"]
    monkeypatch.setattr(embed, "Embedder", lambda *_: pytest.fail("the model was loaded again"))
    assert found(job())["params"] == first
    milder = found(job(threshold=0.5))["params"]
    assert milder["at"] == 0.5


def test_other_texts_or_another_model_are_read_anew(job, tmp_path):
    found(job())
    other = bag_encoder(tmp_path / "other", WORDS, seed=8)
    found(job(model=str(other)))
    found(job(rows=ROWS[:3]))
    assert len(list((tmp_path / "kept").iterdir())) == 3


def test_rows_longer_than_the_model_reads_are_counted(job):
    rows = rows_of(("where is my parcel " * 40, "never"), ("refund", "never"))
    assert found(job(rows))["cut"] == 1


def test_it_stops_when_asked(job):
    folder = job()
    launch.stop(folder, keep=False)
    assert meaning.run(folder) == 0
    assert list(read_events(folder.events))[-1].event == "stopped"
    assert not (folder.output / "found.json").exists()


def test_the_whole_job_in_its_own_process(job):
    folder = job()
    launch.start(folder)
    events = [event for some in launch.follow(folder) for event in some]
    assert events[-1].event == "finished", events[-1]
    assert {event.text for event in events if event.event == "phase"} >= {
        "Loading the model", "Reading the rows", "Comparing the rows"
    }  # fmt: skip


def test_no_text_at_all(job):
    with pytest.raises(StudioError, match="nothing to compare"):
        meaning.run(job(rows_of(("", ""), (" ", ""))))
