"""`ftstudio estimate`: figures for whatever is named, one sentence for whatever is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.jobs.folder import JobFolder
from ftstudio.planning.memory_estimate import PARTS
from tests.model_folders import LLAMA, make_model

FIGURES = ("peak", "least", "shown", "low", "high", "ram", "disk", "free")


def strict(text: str) -> dict[str, Any]:
    """Refuses NaN and Infinity, which Python's own reader lets pass."""

    def no(word: str) -> float:
        raise AssertionError(word)

    made: dict[str, Any] = json.loads(text, parse_constant=no)
    return made


def whole(said: Any) -> dict[str, Any]:
    assert said.code == 0, said.err
    found = strict(said.out)
    assert set(found["parts"]) == set(PARTS)
    assert found["shown"] == sum(found["parts"].values())
    assert found["peak"] == found["shown"] - found["parts"]["margin"]
    assert all(isinstance(found[name], int) and found[name] >= 0 for name in FIGURES)
    assert found["low"] <= found["shown"] <= found["high"]
    assert 0 < found["seconds"]["low"] < found["seconds"]["high"]
    return found


def test_a_config_alone_is_enough(command, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**LLAMA, "hidden_size": 4096, "num_hidden_layers": 32,
                                  "num_attention_heads": 32, "num_key_value_heads": 8,
                                  "intermediate_size": 14336, "vocab_size": 128256,
                                  "tie_word_embeddings": False}))  # fmt: skip
    asked = ("estimate", "--config", config, "--objective", "instruct", "--method", "qlora",
             "--batch", "1", "--device", "h100-80gb", "--json")  # fmt: skip
    found = whole(command(*asked, "--length", "2048", "--set", "method.rank=32"))
    assert found["parameters"] == 8_030_261_248
    assert (found["batch"], found["length"], found["device"]) == (1, 2048, "H100 80 GB")
    assert (found["how"], found["fits"]) == ("instant", True)
    assert found["energy_wh"]["low"] > 0
    longer = whole(command(*asked, "--length", "8192", "--set", "method.rank=32"))
    assert longer["shown"] > found["shown"]
    wider = whole(command(*asked, "--length", "2048", "--set", "method.rank=256"))
    assert wider["parts"]["adapter"] > found["parts"]["adapter"]


def test_what_does_not_fit_says_what_would(command) -> None:
    found = whole(command("estimate", "--config", "org/some-8B", "--method", "full", "--batch", "4",
                          "--length", "2048", "--device", "rtx-4090", "--json"))  # fmt: skip
    assert not found["fits"]
    assert found["fit"] == "does not fit"
    assert any(rung["method"] == "qlora" for rung in found["would_fit"])


def test_in_words(command) -> None:
    said = command("estimate", "--length", "256")
    assert said.code == 0
    for word in ("Memory:", "Time:", "Disk:", "activations", "margin"):
        assert word in said.out
    on_card = command("estimate", "--config", "org/some-70B", "--device", "t4")
    assert "does not fit" in on_card.out
    assert "Energy" in on_card.out
    assert "not on this computer" in on_card.out


def test_a_card_that_is_named_is_taken_for_free_and_that_is_said(command) -> None:
    named = ("estimate", "--config", "org/some-1B", "--device", "t4", "--length", "256")
    assert whole(command(*named, "--json"))["assumed_free"] is True
    assert "are taken for free" in command(*named).out
    own = ("estimate", "--config", "org/some-1B", "--device", "cpu", "--length", "256")
    assert whole(command(*own, "--json"))["assumed_free"] is False
    assert "taken for free" not in command(*own).out


def test_a_range_over_the_limit_may_not_fit(command) -> None:
    said = command("estimate", "--config", "some/thing", "--device", "h100-80gb")
    assert "may not fit" in said.out
    assert "of the likeliest" in said.out
    assert "runs from" not in said.out


def test_a_giant_number_of_examples_has_no_end_by_the_clock(command) -> None:
    said = command("estimate", "--examples", str(10**17), "--device", "t4")
    assert said.code == 0
    assert "never" in said.out


def test_eight_bits_are_the_same_only_within_noise(command) -> None:
    said = command("estimate", "--config", "org/some-1B", "--method", "full", "--batch", "1",
                   "--device", "t4", "--length", "256")  # fmt: skip
    assert "--set training.optimizer=adamw_8bit (the same result within noise" in said.out


def test_every_change_has_its_price_in_time(command) -> None:
    said = command("estimate", "--config", "org/some-8B", "--method", "lora", "--batch", "8",
                   "--device", "t4", "--length", "2048", "--set",
                   "training.activation_checkpointing=off")  # fmt: skip
    ladder = [line for line in said.out.splitlines() if "--set" in line or "--method" in line]
    assert len(ladder) > 2
    assert all(re.search(r"; (about \d+ % (slower|faster)|as fast); ", line) for line in ladder)


def corrupt_weights(folder: Path) -> Path:
    (make_model(folder) / "model.safetensors").write_bytes(b"\xff" * 40)
    return folder


def no_weights(folder: Path) -> Path:
    (make_model(folder) / "model.safetensors").unlink()
    return folder


def config(**changes: Any) -> Any:
    def make(folder: Path) -> Path:
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps({**LLAMA, **changes}))
        return folder / "config.json"

    return make


def torn(folder: Path) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "lla')
    return folder


BAD = {
    "unknown architecture": config(model_type="unheard_of", architectures=["MoonForCausalLM"]),
    "no architecture": config(model_type=None, architectures=None),
    "no width": config(hidden_size=None),
    "no depth": config(num_hidden_layers="many"),
    "absurd": config(vocab_size=-1, num_hidden_layers=10**15, hidden_size=0),
    "nothing": lambda folder: config(**dict.fromkeys(LLAMA))(folder),
    "an odd compression": config(quantization_config=[1, 2]),
    "torn": torn,
    "corrupt weights": corrupt_weights,
    "no weights": no_weights,
    "an empty folder": lambda folder: folder.mkdir() or folder,
    "a hub name": lambda folder: "Qwen/Qwen3-8B",
    "a hub name without a size": lambda folder: "someone/something",
    "a word": lambda folder: "gibberish",
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("device", ["cpu", "l40s"])
def test_bad_input_is_one_sentence_and_a_range(
    command, tmp_path: Path, kind: str, device: str
) -> None:
    given = BAD[kind](tmp_path / "thing")
    found = whole(command("estimate", "--config", given, "--device", device, "--json"))
    if kind in ("no weights", "an odd compression"):  # counted from the config, to the last weight
        assert found["parameters"] > 0
    if kind != "an odd compression":
        assert found["low"] < found["high"]
        assert found["why"][0]
    assert "NaN" not in json.dumps(found)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--config", "./nowhere.json"), "model_not_found"),
        (("--device", "moon"), "unknown-card"),
        (("--method", "moon"), "unknown_method"),
        (("--objective", "moon"), "unknown_objective"),
        (("--batch", "0"), "bad_setting"),
        (("--batch", "many"), "bad_setting"),
        (("--length", "3"), "bad_setting"),
        (("--length", "nan"), "bad_setting"),
        (("--set", "training.moon=1"), "unknown_setting"),
        (("--config", ""), "model_not_found"),
        (("--examples", "0"), "bad_examples"),
    ],
)
def test_what_can_not_be_meant_is_refused(command, words: tuple[str, ...], code: str) -> None:
    said = command("estimate", *words, "--json")
    assert said.code == 1
    assert strict(said.out)["error"]["code"] == code


def test_exactly_leaves_nothing_behind(
    command, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a job that counts nothing: the quick figure and the reason stand."""
    from ftstudio.jobs import launch

    started = []
    monkeypatch.setattr(launch, "start", started.append)
    monkeypatch.setattr(launch, "follow", lambda folder: iter(()))
    found = whole(command("estimate", "--exact", "--device", "t4", "--json"))
    assert found["how"] == "instant"
    assert "left no result" in found["why"][0]
    (job,) = started
    assert not job.path.exists()
    assert list(workspace.jobs.iterdir()) == []


def test_a_config_by_another_name_is_counted_in_a_folder_of_its_own(
    command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ftstudio.jobs import launch

    named = tmp_path / "my-model.json"
    named.write_text(json.dumps(LLAMA))
    read: list[Path] = []

    def start(folder: JobFolder) -> None:
        place = Path(folder.spec().payload["plan"]["model"]["path"])
        assert json.loads((place / "config.json").read_text()) == LLAMA
        read.append(place)

    monkeypatch.setattr(launch, "start", start)
    monkeypatch.setattr(launch, "follow", lambda folder: iter(()))
    whole(command("estimate", "--config", named, "--exact", "--device", "t4", "--json"))
    (place,) = read
    assert not place.exists()
