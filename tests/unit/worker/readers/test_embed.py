"""Vectors that can be foretold: the same bag of words, the same vector, in whatever batch."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from ftstudio.basemodels.readers import inspect_encoder
from ftstudio.core.errors import StudioError
from ftstudio.worker.device import choose_device
from ftstudio.worker.readers import reading
from ftstudio.worker.readers.embed import Embedder, pooled
from tests.models import tiny_model
from tests.readers import HIDDEN, bag_encoder, set_pooling

WORDS = [{"quick", "fast"}, {"parcel", "package"}, {"where"}, {"refund"}, {"is"}, {"my"}]
TEXTS = ["where is my parcel", "my package where is", "refund", "refund my fast parcel is where"]


def embed(folder, texts=TEXTS):
    embedder = Embedder(inspect_encoder(folder), choose_device("cpu"))
    told = []
    vectors = embedder.vectors(texts, lambda done, left: told.append(done))
    assert told[-1] == len(texts)
    return vectors.astype(np.float32), embedder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return bag_encoder(tmp_path_factory.mktemp("models") / "bag", WORDS)


def test_the_same_words_in_another_order_have_the_same_vector(folder):
    vectors, _ = embed(folder)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-3)
    alike = vectors @ vectors.T
    assert alike[0, 1] == pytest.approx(1, abs=1e-3)
    assert alike[0, 2] < 0.9


def test_what_fills_a_batch_up_changes_nothing(folder, monkeypatch):
    together, _ = embed(folder)
    monkeypatch.setattr(reading, "_ROWS", 1)
    alone, _ = embed(folder)
    assert np.abs(together - alone).max() < 2e-3


def test_texts_longer_than_the_model_reads_are_told(folder):
    _, embedder = embed(folder, ["where", "is my parcel " * 40, ""])
    assert embedder.long == [1]


def test_each_way_of_pooling():
    states = torch.tensor([[[1.0, 0.0], [3.0, 2.0], [9.0, 9.0]]])
    mask = torch.tensor([[1, 1, 0]])
    wanted = {"cls": [1, 0], "mean": [2, 1], "max": [3, 2], "lasttoken": [3, 2],
              "mean_sqrt_len": [8**0.5, 2**0.5], "weightedmean": [7 / 3, 4 / 3]}  # fmt: skip
    for way, values in wanted.items():
        assert pooled(states, mask, [way])[0].tolist() == pytest.approx(values)
    assert pooled(states, mask, ["cls", "max"])[0].tolist() == [1, 0, 3, 2]


def test_a_decoder_reads_with_its_last_token(tmp_path):
    folder = tiny_model(tmp_path / "llama")
    texts = ["Where is it?", "Where is it? On its way to Bern, I think."]
    vectors, _ = embed(folder, texts)
    swapped, _ = embed(folder, texts[::-1])
    assert np.abs(vectors - swapped[::-1]).max() < 2e-3
    assert (vectors[0] @ vectors[1]) < 0.999


def test_the_folders_own_pooling_is_taken(folder, tmp_path):
    cls = bag_encoder(tmp_path / "cls", WORDS)
    set_pooling(cls, "max_tokens")
    assert np.abs(embed(folder)[0] - embed(cls)[0]).max() > 0.05


def test_a_layer_behind_the_pooling(folder, tmp_path):
    dense = tmp_path / "2_Dense"
    dense.mkdir()
    weight = np.zeros((2, HIDDEN), np.float32)
    weight[0, 0] = weight[1, 1] = 1
    save_file({"linear.weight": weight}, str(dense / "model.safetensors"))
    raw = {"activation_function": "torch.nn.modules.activation.Tanh"}
    (dense / "config.json").write_text(json.dumps(raw))
    encoder = replace(inspect_encoder(folder), dense=(dense,))
    made = Embedder(encoder, choose_device("cpu")).vectors(TEXTS, lambda done, left: None)
    assert made.shape == (4, 2)
    (dense / "config.json").write_text(json.dumps({"activation_function": "my.Own"}))
    with pytest.raises(StudioError, match="Its last layer"):
        Embedder(encoder, choose_device("cpu"))
