"""Folders of models that read: taken for what they are, or refused in a sentence."""

import json
import tomllib
from pathlib import Path

import pytest

from ftstudio.basemodels import readers
from ftstudio.basemodels.readers import (
    Gliner,
    inspect_encoder,
    inspect_names,
    inspect_tagger,
    kind_of_label,
)
from ftstudio.core.errors import StudioError
from tests.models import tiny_model
from tests.readers import bag_encoder, bert, set_pooling, tiny_gliner, word_tagger


def test_an_encoder_tells_how_it_pools(tmp_path):
    folder = bag_encoder(tmp_path / "org--tiny", [{"quick", "fast"}])
    found = inspect_encoder(folder)
    assert (found.name, found.pooling, found.transformer) == ("org/tiny", ("mean",), folder)
    set_pooling(folder, "cls_token", "max_tokens")
    assert inspect_encoder(folder).pooling == ("cls", "max")
    place = folder / "1_Pooling" / "config.json"
    place.write_text(json.dumps({"pooling_mode": "lasttoken"}), "utf-8")
    assert inspect_encoder(folder).pooling == ("lasttoken",)


def test_without_a_word_on_pooling_it_follows_from_the_kind(tmp_path):
    assert inspect_encoder(bert(tmp_path / "bert", {"a": 1})).pooling == ("mean",)
    assert inspect_encoder(tiny_model(tmp_path / "llama")).pooling == ("lasttoken",)


def test_settings_of_sentence_transformers_are_read(tmp_path):
    folder = bag_encoder(tmp_path / "tiny", [{"a"}])
    (folder / "sentence_bert_config.json").write_text(
        '{"max_seq_length": 32, "do_lower_case": true}'
    )
    said = {"prompts": {"query": "query: ", "other": "x"}, "default_prompt_name": "query"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(said), "utf-8")
    found = inspect_encoder(folder)
    assert (found.limit, found.lower, found.prompt) == (32, True, "query: ")


def test_other_weights_of_the_same_shape_are_another_model(tmp_path):
    one = inspect_encoder(bag_encoder(tmp_path / "one", [{"quick"}], seed=1))
    same = inspect_encoder(bag_encoder(tmp_path / "same", [{"quick"}], seed=1))
    other = inspect_encoder(bag_encoder(tmp_path / "other", [{"quick"}], seed=2))
    assert one.fingerprint == same.fingerprint != other.fingerprint


def _pickled(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _foreign(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "mine"}))


def _odd_module(folder):
    (folder / "modules.json").write_text('[{"type": "my.Own", "path": ""}]')


def _outside(folder):
    parts = [{"type": "x.Transformer", "path": "../elsewhere"}]
    (folder / "modules.json").write_text(json.dumps(parts))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_pickled, "model_pickle"),
        (_foreign, "model_remote_code"),
        (_odd_module, "unknown_module"),
        (_outside, "unknown_module"),
        (lambda folder: (folder / "config.json").unlink(), "model_no_config"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "model_no_tokenizer"),
        (set_pooling, "unknown_pooling"),
    ],
)
def test_a_wrong_folder_gets_one_sentence(tmp_path, spoil, code):
    folder = bag_encoder(tmp_path / "tiny", [{"a"}])
    spoil(folder)
    with pytest.raises(StudioError) as refused:
        inspect_encoder(folder)
    assert refused.value.code == code
    assert refused.value.what == "tiny can't be used to compare meanings."


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StudioError, match="is not there"):
        inspect_encoder(tmp_path / "none")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("B-PER", "name"), ("I-PERSON", "name"), ("GIVENNAME", "name"), ("S-LOC", "place"),
        ("U-GPE", "place"), ("B_ORG", "organisation"), ("ORG-B", "organisation"),
        ("I-Street_Address", "address"), ("B-ZIPCODE", "address"), ("O", ""), ("B-MISC", ""),
        ("B-DATE", ""), ("PER", "name"), ("location", "place"), ("STATE", "place"), ("LABEL_1", ""),
    ],
)  # fmt: skip
def test_labels_of_many_schemes(label, kind):
    assert kind_of_label(label) == kind


def test_a_tagger_tells_what_its_labels_find(tmp_path):
    folder = word_tagger(tmp_path / "ner", {"Ann": "B-PER", "Rome": "B-LOC", "June": "B-DATE"})
    assert inspect_tagger(folder).kinds == {0: "", 1: "", 2: "place", 3: "name"}


def test_models_that_tag_nothing_of_ours_are_refused(tmp_path):
    with pytest.raises(StudioError, match="does not give each word a label"):
        inspect_tagger(bag_encoder(tmp_path / "encoder", [{"a"}]))
    with pytest.raises(StudioError, match=r"they are: B-DATE, O\."):
        inspect_tagger(word_tagger(tmp_path / "dates", {"June": "B-DATE"}))


@pytest.fixture
def with_gliner(monkeypatch):
    monkeypatch.setattr(readers, "_GLINER_PACKAGE", "json")  # one that is there


def test_models_that_find_names_are_told_apart(tmp_path, with_gliner):
    found = inspect_names(tiny_gliner(tmp_path / "org--gliner", {"Ann": "name"}))
    assert isinstance(found, Gliner)
    assert found.name == "org/gliner"
    other = inspect_names(tiny_gliner(tmp_path / "two", {"Bob": "name"}))
    assert other.fingerprint != found.fingerprint
    tagger = inspect_names(word_tagger(tmp_path / "ner", {"Ann": "B-PER"}))
    assert not isinstance(tagger, Gliner)


def test_without_the_package_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "_GLINER_PACKAGE", "no_such_package")
    with pytest.raises(StudioError, match="gliner") as refused:
        inspect_names(tiny_gliner(tmp_path / "tiny", {"Ann": "name"}))
    assert refused.value.code == "gliner_missing"
    assert 'pip install "ftstudio[names]"' in refused.value.remedy


def test_the_extra_that_is_named_is_there():
    text = (Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8")
    (extra,) = tomllib.loads(text)["project"]["optional-dependencies"]["names"]
    assert extra.startswith("gliner>=")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"encoder_config": None}, "gliner_incomplete"),
        ({"labels_encoder": "BAAI/bge-small"}, "gliner_unknown_kind"),
        ({"words_splitter_type": "stanza"}, "gliner_unknown_kind"),
        ({"encoder_config": {"model_type": "bert", "auto_map": {"AutoModel": "own.Model"}}},
         "model_remote_code"),
        ({"encoder_config": {"model_type": "mine"}}, "model_remote_code"),
    ],
)  # fmt: skip
def test_a_gliner_that_needs_more_is_refused(tmp_path, with_gliner, change, code):
    folder = tiny_gliner(tmp_path / "tiny", {"Ann": "name"})
    file = folder / "gliner_config.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(StudioError) as refused:
        inspect_names(folder)
    assert refused.value.code == code
    assert refused.value.what == "tiny can't be used to find names and addresses."


@pytest.mark.parametrize(
    ("gone", "code"),
    [("tokenizer_config.json", "gliner_incomplete"), ("tokenizer.json", "model_no_tokenizer"),
     ("model.safetensors", "model_no_weights")],
)  # fmt: skip
def test_a_gliner_that_would_fetch_its_parts_is_refused(tmp_path, with_gliner, gone, code):
    folder = tiny_gliner(tmp_path / "tiny", {"Ann": "name"})
    (folder / gone).unlink()
    with pytest.raises(StudioError) as refused:
        inspect_names(folder)
    assert refused.value.code == code
