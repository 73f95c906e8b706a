"""A GLiNER model's answers become places of names, in long texts too, and nothing is fetched."""

import json

import pytest
from safetensors.numpy import load_file, save_file

from ftstudio.basemodels.readers import inspect_names
from ftstudio.core.errors import StudioError
from ftstudio.data.named import STRINGS_FILE, hand_over
from ftstudio.data.steps.hide_personal import STEP, PersonalParams
from ftstudio.jobs import launch
from ftstudio.jobs.folder import create_job
from ftstudio.worker.device import choose_device
from ftstudio.worker.readers import reading, windows
from ftstudio.worker.readers.gliner_names import ASKED, GlinerReader
from tests.readers import tiny_gliner
from tests.unit.data.conftest import rows_of

pytest.importorskip("gliner", reason='gliner is not installed: pip install "ftstudio[names]"')

WORDS = {"Ann": "name begins", "Berg": "name ends", "Bob": "name", "Rome": "place",
         "Acme": "organisation", "High": "address begins", "Street": "address ends"}  # fmt: skip


class Hears:
    """Who waits for the model, and hears how far it is."""

    def __init__(self):
        self.shares = []

    def tell(self, phase, words, done=0, total=0, unit="", left=None):
        self.shares.append(done / total)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_gliner(tmp_path_factory.mktemp("models") / "org--gliner", WORDS)


@pytest.fixture(scope="module")
def reader(folder):
    return GlinerReader(inspect_names(folder), choose_device("cpu"))


def read(reader, *texts):
    hears = Hears()
    spans = reader.read(texts, hears)
    assert hears.shares[-1] == 1
    return [[(text[one.start : one.end], one.kind) for one in own]
            for text, own in zip(texts, spans, strict=True)]  # fmt: skip


def test_it_finds_each_kind_and_where(reader):
    text = "I am Ann Berg of Acme, in Rome at 3 High Street. Is Bob in?"
    assert read(reader, text, "nobody here", "\n") == [
        [("Ann Berg", "name"), ("Acme", "organisation"), ("Rome", "place"),
         ("High Street", "address"), ("Bob", "name")], [], []]  # fmt: skip


def test_it_says_what_the_package_itself_says(reader):
    text = "hello Bob, is Ann Berg in Rome?"
    told = reader._model.predict_entities(text, list(ASKED), threshold=0.3)
    (own,) = reader.read([text], Hears())
    assert [(one["start"], one["end"], ASKED[one["label"]]) for one in told] == [
        (one.start, one.end, one.kind) for one in own
    ]
    assert len(own) == 3
    assert all(one.sure for one in own)


@pytest.mark.parametrize("before", range(0, 80, 3))
def test_a_name_at_any_edge_of_a_window_is_found_whole_and_once(before, reader):
    text = "a " * before + "Ann Berg" + " a" * 90
    assert len(list(reader.cut(0, text))) > 2
    (own,) = reader.read([text], Hears())
    assert [(one.start, one.end) for one in own] == [(2 * before, 2 * before + 8)]


def test_each_window_is_as_long_as_the_model_reads(reader):
    text = "Rome " + "12345678 " * 60 + "and Bob " + "a-" * 400 + "a Berg " + "so " * 50 + "Bob"
    parts = list(reader.cut(0, text))
    assert max(one.tokens for one in parts) <= 128
    assert read(reader, text) == [[("Rome", "place"), ("Bob", "name"), ("Bob", "name")]]


def test_batches_change_nothing(reader, monkeypatch):
    texts = ["Bob " * at + "Ann Berg in Rome" for at in range(0, 90, 7)]
    first = read(reader, *texts)
    assert sum(map(len, first)) > 500
    monkeypatch.setattr(reading, "_ROWS", 1)
    monkeypatch.setattr(windows, "_AT_ONCE", 2)
    assert read(reader, *texts) == first


def test_signs_of_other_planes_do_not_move_the_places(reader):
    assert read(reader, "🙂🙂 Bob \udcff Rome é") == [[("Bob", "name"), ("Rome", "place")]]


def test_weights_that_are_missing_are_not_made_up(tmp_path):
    folder = tiny_gliner(tmp_path / "half", WORDS)
    tensors = load_file(folder / "model.safetensors")
    del tensors["prompt_rep_layer.0.weight"]
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(StudioError, match="1 weights are missing, first prompt_rep_layer"):
        GlinerReader(inspect_names(folder), choose_device("cpu"))


def test_the_whole_job_in_its_own_process(tmp_path, folder):
    rows = rows_of(("I am Ann Berg, ask Bob", "Bob is in Rome."), ("no", "one"))
    job = create_job(tmp_path / "jobs", "names", "Find names", {"model": str(folder)})
    hand_over(rows, job.path / STRINGS_FILE)
    launch.start(job)
    events = [event for some in launch.follow(job) for event in some]
    assert events[-1].event == "finished", events[-1]
    told = json.loads((job.output / "found.json").read_text("utf-8"))
    assert told["params"]["by"] == "org/gliner"
    one = STEP.apply(rows, PersonalParams(**told["params"], places=True)).rows[0].example
    assert (one.question, one.answer) == (
        "I am [NAME_1], ask [NAME_2]",
        "[NAME_2] is in [PLACE_1].",
    )
