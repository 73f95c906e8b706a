"""The chat child, played by a script that speaks the same lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ftstudio.ui.bridge import conversation
from ftstudio.ui.bridge.conversation import Conversation

CHILD = """
import json, sys
def say(line): print(json.dumps(line), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if "load" in message:
        if message["load"]["base"] == "bad":
            say({"error": {"id": None, "what": "W.", "why": "Y.", "remedy": "R.", "code": "c"}})
        else:
            say({"ready": {"device": "cpu"}})
    elif "ask" in message:
        ask = message["ask"]
        if ask["messages"][0]["content"] == "die":
            sys.stderr.write("out of luck\\n"); sys.exit(3)
        print("a library's stray line", flush=True)
        for word in (ask["which"], " ", "grüße"):
            say({"token": {"id": ask["id"], "text": word}})
        say({"done": {"id": ask["id"], "reason": "end"}})
"""


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Conversation]:
    (tmp_path / "chat_child.py").write_text(CHILD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    conversation = Conversation(module="chat_child")
    yield conversation
    conversation.close()


def _ask(words: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": words}]


def test_answers_are_streamed_and_end(talk: Conversation, qtbot: QtBot) -> None:
    with qtbot.waitSignal(talk.ready, timeout=20_000) as heard:
        talk.load("base")
    assert heard.args == [{"device": "cpu"}]
    tokens: list[tuple[int, str]] = []
    talk.token.connect(lambda ask_id, words: tokens.append((ask_id, words)))
    with qtbot.waitSignal(talk.done, timeout=20_000):
        first = talk.ask(_ask("hello"), "base")
    assert "".join(words for _, words in tokens) == "base grüße"
    assert {ask_id for ask_id, _ in tokens} == {first}
    with qtbot.waitSignal(talk.done, timeout=20_000):
        assert talk.ask(_ask("again")) == first + 1
    assert not talk.asking


def test_a_model_that_cannot_be_loaded_says_why(talk: Conversation, qtbot: QtBot) -> None:
    with qtbot.waitSignal(talk.failed, timeout=20_000) as heard:
        talk.load("bad")
    assert heard.args[0].what == "W."
    assert talk.is_open()
    assert not talk.is_ready


def test_a_dead_child_ends_every_answer_with_its_last_words(
    talk: Conversation, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(talk.ready, timeout=20_000):
        talk.load("base")
    failures: list[object] = []
    talk.failed.connect(failures.append)
    with qtbot.waitSignal(talk.done, timeout=20_000):
        talk.ask(_ask("die"))
    assert "out of luck" in str(failures[0])
    assert not talk.is_open()
    with qtbot.waitSignal(talk.ready, timeout=20_000):  # and it can be started again
        talk.load("base")


def test_closing_ends_the_child_quietly(talk: Conversation, qtbot: QtBot) -> None:
    with qtbot.waitSignal(talk.ready, timeout=20_000):
        talk.load("base")
    with qtbot.assertNotEmitted(talk.failed):
        talk.close()
    assert not talk.is_open()


STUBBORN = """
import json, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.stdin.readline()
print(json.dumps({"ready": {}}), flush=True)
time.sleep(60)
"""


def test_closing_does_not_hold_up_the_window(
    talk: Conversation, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "stubborn_chat.py").write_text(STUBBORN)
    stubborn = Conversation(module="stubborn_chat")
    for patience in (60_000, 100):  # ended by the application's end; and by itself
        with qtbot.waitSignal(stubborn.ready, timeout=20_000):
            stubborn.load("base")
        stubborn.close(patience)
        assert len(conversation._ending) == 1  # it was not waited for
        if patience > 1000:
            conversation.end_all()
        qtbot.waitUntil(lambda: not conversation._ending, timeout=3000)


def test_a_program_that_cannot_start_is_told(
    talk: Conversation, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with qtbot.waitSignal(talk.failed, timeout=20_000) as heard:
        talk.load("base")
    assert heard.args[0].code == "chat_died"
