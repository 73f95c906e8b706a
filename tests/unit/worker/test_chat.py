"""The conversation with a real child process over its pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.jobs.launch import child_environment
from ftstudio.techniques import methods
from ftstudio.worker.chat import Conversation, Voices
from tests import trials
from tests.tiny_llama import make_adapter, make_tiny_llama, make_tokenizer

ASK = [{"role": "user", "content": "where is my order"}]
OLD_NAME = "ignore:.is_gradient_checkpointing.*:FutureWarning"  # peft 0.21


class Child:
    def __init__(self, log: Path) -> None:
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ftstudio.worker.chat"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**child_environment(), "FTSTUDIO_DEVICE": "cpu"},
            )

    def say(self, line: Any) -> None:
        assert self.process.stdin
        raw = line if isinstance(line, bytes) else json.dumps(line).encode()
        self.process.stdin.write(raw + b"\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout
        line: dict[str, Any] = json.loads(self.process.stdout.readline())
        return line

    def hear_answer(self) -> tuple[str, dict[str, Any]]:
        text = ""
        while "token" in (line := self.hear()):
            text += line["token"]["text"]
        return text, line

    def close(self) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        code = self.process.wait(120)
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    import warnings

    home = tmp_path_factory.mktemp("models")
    base = make_tiny_llama(home / "base")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return base, make_adapter(home / "adapter", base)


@pytest.fixture(scope="module")
def child(folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("log") / "chat.txt")
    child.say({"ask": {"id": 0, "messages": ASK}})
    assert child.hear()["error"]["code"] == "bad_request"  # nothing is loaded yet
    child.say({"load": {"base": str(folders[0]), "adapter": str(folders[1])}})
    ready = child.hear()["ready"]
    assert ready["voices"] == ["base", "tuned"]
    assert ready["context"] == 256
    yield child
    child.close()


def ask(which: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"ask": {"id": number, "messages": ASK, "which": which, "temperature": 0,
                    "max_tokens": 12, **more}}  # fmt: skip


def test_both_answer_and_differ(child: Child) -> None:
    answers = {}
    for which in ("base", "tuned", "base"):
        child.say(ask(which))
        text, done = child.hear_answer()
        assert done["done"]["id"] == 1
        assert answers.setdefault(which, text) == text  # off and on again: the same
    assert answers["base"] != answers["tuned"]


def test_a_stop_is_heard_while_it_speaks(child: Child) -> None:
    child.say(ask("base", 5, max_tokens=100_000))
    assert "token" in child.hear()
    child.say({"stop": {"id": 5}})
    _, done = child.hear_answer()
    assert done["done"]["reason"] == "stopped"
    assert done["done"]["tokens"] < 230


@pytest.mark.parametrize("line", [b"not json", b"[]", b'{"sing": 1}', b'{"ask": {"id": 3}}'])
def test_nonsense_is_answered_and_survived(child: Child, line: bytes) -> None:
    child.say(line)
    error = child.hear()["error"]
    assert all(error[key] for key in ("what", "why", "remedy", "code"))
    child.say(ask("tuned"))
    assert "done" in child.hear_answer()[1]


def test_it_dies_with_its_input_in_the_middle_of_a_word(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    child = Child(tmp_path / "log.txt")
    child.say({"load": {"base": str(folders[0]), "adapter": None}})
    assert child.hear()["ready"]["voices"] == ["base"]
    child.say(ask("base", max_tokens=100_000))
    child.hear()
    assert child.process.stdin
    assert child.process.stdout
    child.process.stdin.close()
    said = child.process.stdout.read()  # to the end of the process
    assert child.close() == 0
    assert b'"done"' not in said


@pytest.mark.filterwarnings(OLD_NAME)
def test_a_full_model_is_the_second_voice(folders: tuple[Path, Path], tmp_path: Path) -> None:
    voices = Voices(folders[0], make_tiny_llama(tmp_path / "full", seed=99))
    assert voices.names == ["base", "tuned"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", ["prompt", "prefix", "adapter_layers"])
def test_every_kind_of_adapter_talks(folders: tuple[Path, Path], tmp_path: Path, key: str) -> None:
    from ftstudio.worker.answering import Question

    method = methods()[key]
    trial = trials.Trial(folders[0], method, method.params())
    trials.shake(trial)
    trial.model.save_pretrained(str(tmp_path / "tuned"))
    voices = Voices(folders[0], tmp_path / "tuned")
    plain = Voices(folders[0], None)
    said: dict[str, list[str]] = {"base": [], "tuned": [], "plain": []}
    asked = Question(ASK, temperature=0, max_tokens=12)
    for which in ("tuned", "base"):
        end = voices.answer(which, asked, said[which].append, lambda: False)
        assert end["tokens"] > 0
    plain.answer("base", asked, said["plain"].append, lambda: False)
    assert said["base"] == said["plain"] != said["tuned"]


@pytest.mark.filterwarnings("ignore")
def test_one_that_labels_is_not_talked_to(folders: tuple[Path, Path], tmp_path: Path) -> None:
    method = methods()["lora"]
    trial = trials.Trial(folders[0], method, method.params(), trials.LABELS)
    trial.attach().save_pretrained(str(tmp_path / "sorter"))
    with pytest.raises(StudioError) as told:
        Voices(folders[0], tmp_path / "sorter")
    assert told.value.code == "does_not_write"


@pytest.mark.filterwarnings(OLD_NAME)
def test_a_base_without_a_format_is_asked_in_the_tuned_ones(tmp_path: Path) -> None:
    mute = make_tiny_llama(tmp_path / "mute", template=None)
    tuned = make_adapter(tmp_path / "tuned", mute)
    make_tokenizer().save_pretrained(str(tuned))
    said = talk(
        {"load": {"base": str(mute), "adapter": str(tuned)}},
        {"ask": {"id": 1, "messages": ASK, "which": "base", "max_tokens": 3}},
    )
    assert said[-1]["done"]["id"] == 1


def talk(*lines: Any, voices: Any = None) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    conversation = Conversation(said.append)
    conversation._voices = voices
    for line in lines:
        conversation.hear(json.dumps(line).encode())
    from ftstudio.worker import chat

    conversation.lines.put(chat._END)
    conversation.run()
    return said


class Fake:
    names = ("base", "tuned")

    def answer(
        self, which: str, question: Any, say: Callable[[str], None], stopped: Callable[[], bool]
    ) -> dict[str, Any]:
        if which == "broken":
            raise StudioError("a", "b", "c", code="d")
        say(f"{which} says hello")
        return {"reason": "end", "tokens": 3, "seconds": 0.1}


def test_the_tuned_one_answers_unless_told_otherwise() -> None:
    said = talk({"ask": {"id": 1, "messages": []}}, voices=Fake())
    assert said[0] == {"token": {"id": 1, "text": "tuned says hello"}}
    assert said[1]["done"]["id"] == 1


def test_one_failed_answer_does_not_end_the_talk() -> None:
    said = talk(
        {"ask": {"id": 1, "messages": [], "which": "broken"}},
        {"ask": {"id": 2, "messages": []}},
        voices=Fake(),
    )
    assert said[0] == {"error": {"id": 1, "what": "a", "why": "b", "remedy": "c", "code": "d"}}
    assert said[-1]["done"]["id"] == 2


def test_a_stop_before_its_turn_skips_it() -> None:
    said = talk({"ask": {"id": 1, "messages": []}}, {"stop": {"id": 1}}, voices=Fake())
    assert said == [{"done": {"id": 1, "reason": "stopped", "tokens": 0, "seconds": 0.0}}]


def test_a_missing_model_is_told_in_words() -> None:
    said = talk({"load": {"base": "/nowhere", "adapter": None}})
    assert said[0]["error"]["code"] == "model_missing"
