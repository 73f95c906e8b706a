"""A model is outlined from whatever is there; what is missing makes a range and a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.errors import StudioError
from ftstudio.planning.outline import Outline, outline
from tests.model_folders import LLAMA, make_model


def sure(made: Outline) -> bool:
    return (made.low, made.high, made.doubts) == (1.0, 1.0, ())


def test_a_whole_folder_and_a_model_known_by_name(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "org--small")
    info = find_model(folder)
    for text in (str(folder), str(folder / "config.json"), "org/small", "ORG--small"):
        made = outline(text, [info])
        assert sure(made), text
        assert made.shape == info.shape
        assert made.folder == folder


def test_a_config_alone_counts_like_the_weights(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "small")
    (tmp_path / "alone").mkdir()
    alone = tmp_path / "alone" / "config.json"
    alone.write_text((folder / "config.json").read_text())
    made = outline(str(alone))
    assert sure(made)
    assert made.shape.parameters == find_model(folder).shape.parameters
    other = tmp_path / "other.json"
    other.write_text(alone.read_text())
    named = outline(str(other))
    assert (named.folder, named.config) == (None, other)  # as good, by another name
    assert sure(named)
    assert named.shape == made.shape


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff" * 64, b"\x00" * 8, b"\xff" * 8 + b"{}"])
def test_damaged_weights_leave_the_config(tmp_path: Path, damage: bytes) -> None:
    folder = make_model(tmp_path / "small")
    whole = find_model(folder).shape.parameters
    (folder / "model.safetensors").write_bytes(damage)
    made = outline(str(folder))
    (doubt,) = made.doubts
    assert "damaged" in doubt
    assert made.shape.parameters == whole
    assert made.low < 1 < made.high


@pytest.mark.parametrize("text", ["", "[", "[]", "7", '{"a":', "null", "\x00"])
def test_a_config_that_is_none_leaves_the_name(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "thing-7B"
    folder.mkdir()
    (folder / "config.json").write_text(text)
    made = outline(str(folder))
    assert len(made.doubts) == 1
    assert made.shape.parameters == 7_000_000_000
    assert made.low < 1 < made.high


def test_missing_fields_are_taken_from_a_middling_model(tmp_path: Path) -> None:
    for name, size in (("thing-1B", 1e9), ("thing", 8e9)):
        file = tmp_path / name / "config.json"
        file.parent.mkdir()
        file.write_text(json.dumps({**LLAMA, "hidden_size": None}))
        made = outline(str(file))
        (doubt,) = made.doubts
        assert "hidden_size" in doubt
        assert "middling model of" in doubt
        assert made.shape.parameters == size
        assert made.shape.hidden > 0
        assert made.shape.head_dim > 0
    assert made.high / made.low > 50  # the second name tells nothing


def test_an_unknown_kind_is_a_range(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({**LLAMA, "model_type": "unheard_of"}))
    made = outline(str(file))
    assert "unheard_of" in made.doubts[0]
    assert made.low < 1 < made.high


def test_weights_of_which_nothing_is_known_tell_their_size(tmp_path: Path) -> None:
    folder = tmp_path / "thing"
    folder.mkdir()
    with (folder / "part.safetensors").open("wb") as file:
        file.truncate(3 * 10**9)
    made = outline(str(folder))
    assert made.shape.parameters == 1_500_000_000
    assert "3.0 GB" in made.doubts[0]


def test_a_hub_name_is_taken_by_the_size_it_tells() -> None:
    made = outline("Qwen/Qwen3-8B")
    assert made.shape.parameters == 8_000_000_000
    assert "not on this computer" in made.doubts[0]
    nameless = outline("org/thing")
    assert nameless.high > 5
    assert "middling model of 8 billion weights" in nameless.doubts[0]


@pytest.mark.parametrize("text", ["./config.json", "/no/where", "~/models/x", "a/b/c", "x.json"])
def test_a_path_where_nothing_is_is_refused(text: str) -> None:
    with pytest.raises(StudioError) as caught:
        outline(text)
    assert caught.value.code == "model_not_found"
