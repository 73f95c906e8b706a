import json
import struct

import pytest

from ftstudio.basemodels.headers import read_weights, weight_files
from ftstudio.core.errors import StudioError
from tests.model_folders import write_safetensors


@pytest.fixture
def folder(tmp_path):
    write_safetensors(tmp_path / "model.safetensors", {"a": (2, 3), "b": (4,)})
    return tmp_path


def code_of(folder):
    with pytest.raises(StudioError) as caught:
        read_weights(folder)
    return caught.value.code


def test_counts_and_types(folder):
    weights = read_weights(folder)
    assert {name: tensor.count for name, tensor in weights.tensors.items()} == {"a": 6, "b": 4}
    assert weights.dtype == "float16"


def test_a_file_that_was_cut_off(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(StudioError) as caught:
        read_weights(folder)
    assert "cut off" in caught.value.why


def test_a_file_with_bytes_too_many(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes() + b"123")
    assert code_of(folder) == "model_damaged"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"12345",
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 10) + b"not json..",
        struct.pack("<Q", 7) + b"[1,2,3]",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 100_000) + b"[" * 100_000,
    ],
)
def test_bytes_that_are_no_safetensors(folder, raw):
    (folder / "model.safetensors").write_bytes(raw)
    assert code_of(folder) == "model_damaged"


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F16", "shape": [2], "data_offsets": [0, 8]},
        {"dtype": "F16", "shape": [2], "data_offsets": [4, 8]},
        {"dtype": "F16", "shape": [-2], "data_offsets": [0, -4]},
        {"dtype": "PICKLE", "shape": [2], "data_offsets": [0, 4]},
        {"dtype": "F16", "shape": "no", "data_offsets": [0, 4]},
        {"shape": [2]},
        None,
    ],
)
def test_entries_that_lie(folder, entry):
    raw = json.dumps({"a": entry}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(4))
    assert code_of(folder) == "model_damaged"


def shard(folder, names):
    (folder / "model.safetensors").unlink()
    places = {}
    for number, name in enumerate(names):
        write_safetensors(folder / name, {f"t{number}": (2, 2)})
        places[f"t{number}"] = name
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))


def test_shards_are_read_together(folder):
    shard(folder, ["model-1.safetensors", "model-2.safetensors"])
    assert set(read_weights(folder).tensors) == {"t0", "t1"}
    assert [file.name for file in weight_files(folder)] == [
        "model-1.safetensors", "model-2.safetensors",
    ]  # fmt: skip


def test_a_missing_shard_is_named(folder):
    shard(folder, ["model-1.safetensors", "model-2.safetensors"])
    (folder / "model-2.safetensors").unlink()
    with pytest.raises(StudioError) as caught:
        read_weights(folder)
    assert caught.value.code == "model_incomplete"
    assert "model-2.safetensors" in caught.value.why


@pytest.mark.parametrize(
    "index", ["", "[]", '{"weight_map": {}}', '{"weight_map": {"a": "../other/model.safetensors"}}']
)
def test_an_index_that_cannot_be_trusted(folder, index):
    (folder / "model.safetensors.index.json").write_text(index)
    assert code_of(folder) == "model_damaged"
