import shutil

import pytest

from ftstudio.basemodels import hub
from ftstudio.core.errors import StudioError
from tests.model_folders import make_model


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Qwen/Qwen3-0.6B", "Qwen/Qwen3-0.6B"),
        ("  https://huggingface.co/Qwen/Qwen3-0.6B/tree/main ", "Qwen/Qwen3-0.6B"),
        ("hf.co/a/b", "a/b"),
        ("https://huggingface.co/datasets/openai/gsm8k/viewer", "openai/gsm8k"),
    ],
)
def test_names_and_pasted_addresses(typed, name):
    assert hub.repo_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "gpt2", "../../etc/passwd", "a/..", "a b/c", "a/b--c", "/", "https://x.y/z"]
)
def test_what_is_no_name(typed):
    with pytest.raises(StudioError) as caught:
        hub.repo_name(typed)
    assert caught.value.code == "hub_name"


def test_only_what_is_needed_is_fetched():
    files = [
        "README.md", "LICENSE", "config.json", "tokenizer.json", "model.safetensors", "modeling.py",
        "pytorch_model.bin", "model-q4.gguf", "training_args.bin", "onnx/model.onnx", "run.sh",
        "chat_template.jinja", "onnx/config.json", "..\\\\up.json", ".hidden.json",
    ]  # fmt: skip
    assert hub.choose_files("a/b", files) == [
        "LICENSE", "README.md", "chat_template.jinja", "config.json", "tokenizer.json",
        "model.safetensors",
    ]  # fmt: skip


def test_the_parts_and_not_the_second_copy():
    files = [
        "config.json", "model.safetensors.index.json", "model-1.safetensors",
        "model-2.safetensors", "model.safetensors", "consolidated.safetensors",
    ]  # fmt: skip
    assert hub.choose_files("a/b", files)[2:] == ["model-1.safetensors", "model-2.safetensors"]


@pytest.mark.parametrize(
    ("files", "word"), [(["m.gguf"], "GGUF"), (["pytorch_model.bin"], "pickle"), ([], "no safe")]
)
def test_without_safetensors(files, word):
    with pytest.raises(StudioError) as caught:
        hub.choose_files("a/b", files)
    assert word in caught.value.why


def test_no_room(tmp_path, monkeypatch):
    full = shutil.disk_usage(tmp_path)._replace(free=1_000)
    monkeypatch.setattr(hub.shutil, "disk_usage", lambda _path: full)
    offer = hub.Offer("a/b", "f" * 40, "mit", (hub.RemoteFile("model.safetensors", 5_000_000),))
    with pytest.raises(StudioError) as caught:
        hub.fetch(offer, tmp_path, None)
    assert caught.value.code == "disk_full"


def test_weights_are_not_fetched_for_a_model_that_needs_its_own_code(tmp_path, monkeypatch):
    ready = make_model(tmp_path / "src", model_type="brandnew", auto_map={"AutoModel": "x.Y"})
    fetched = []

    def bring(_offer, file, partial, _token):
        fetched.append(file.name)
        shutil.copy(ready / file.name, partial / file.name)

    monkeypatch.setattr(hub, "_fetch_one", bring)
    files = tuple(
        hub.RemoteFile(f, 1) for f in ("config.json", "tokenizer.json", "model.safetensors")
    )
    with pytest.raises(StudioError) as caught:
        hub.fetch(hub.Offer("a/b", "f" * 40, "mit", files), tmp_path, None)
    assert caught.value.code == "model_remote_code"
    assert "model.safetensors" not in fetched


def test_what_was_cut_off_is_listed_and_can_be_dropped(tmp_path):
    partial = hub.partial_folder(tmp_path, "org/small")
    partial.mkdir()
    (partial / "config.json").write_bytes(b"12345")
    assert hub.partial_downloads(tmp_path) == [("org/small", 5)]
    assert hub.discard_partial(tmp_path, "org/small") == 5
    assert hub.discard_partial(tmp_path, "org/small") == 0
    assert hub.partial_downloads(tmp_path) == []
