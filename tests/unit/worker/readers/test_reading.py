"""Models that read are loaded whole or not at all, and fed in batches of like length."""

import pytest
from safetensors.numpy import load_file, save_file
from transformers import AutoModel

from ftstudio.core.errors import StudioError
from ftstudio.worker.device import choose_device
from ftstudio.worker.readers import reading
from ftstudio.worker.readers.reading import Clock, batches, load_reader, reads_at_most
from tests.readers import bag_encoder


def test_every_row_is_in_one_batch_and_none_is_too_large(monkeypatch):
    monkeypatch.setattr(reading, "_ROWS", 5)
    lengths = [3, 900, 5000, 1, 2000, 2000, 7, 7, 7, 7, 7, 7]
    found = list(batches(lengths, "cpu"))
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    assert found[0] == [2]  # the longest first, alone where it fills a batch
    for batch in found:
        most = max(lengths[place] for place in batch)
        assert len(batch) == 1 or (most * len(batch) <= 4_096 and len(batch) <= 5)


def test_weights_that_are_missing_are_never_made_up(tmp_path):
    folder = bag_encoder(tmp_path / "tiny", [{"a"}])
    load_reader(AutoModel, folder, choose_device("cpu"))
    tensors = load_file(folder / "model.safetensors")
    del tensors["encoder.layer.0.output.dense.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(StudioError, match="1 weights are missing"):
        load_reader(AutoModel, folder, choose_device("cpu"))


def test_it_reads_no_more_than_the_folder_says(tmp_path):
    model, tokenizer = load_reader(
        AutoModel, bag_encoder(tmp_path / "tiny", [{"a"}]), choose_device("cpu")
    )
    assert reads_at_most(model, tokenizer) == 64
    assert reads_at_most(model, tokenizer, 16) == 16
    model.config.model_type = "roberta"  # its first places are never used
    model.config.pad_token_id = 1
    assert reads_at_most(model, tokenizer) == 62


def test_the_time_left_follows_what_was_done(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(reading.time, "monotonic", lambda: now[0])
    clock = Clock(200)
    assert clock.add(1) is None
    now[0] += 10
    assert clock.add(49) == pytest.approx(30)
