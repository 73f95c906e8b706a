"""Event files are read piece by piece; damaged lines are passed over."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ftstudio.jobs import event_file
from ftstudio.jobs.event_file import EventFile, close_last_line, has_last_word, parse_line
from ftstudio.jobs.events import Phase, Step, parse_event

STEP = Step(
    t=5.0, step=3, epoch=0.5, loss=1.5, learning_rate=1e-4, grad_norm=0.5, tokens_per_second=9.0
)


def test_the_fast_path_gives_the_same_step_as_the_checked_one() -> None:
    line = STEP.model_dump_json().encode()
    fast, checked = parse_line(line), parse_event(line)
    assert fast == checked
    assert isinstance(fast, Step)
    assert fast.model_dump() == checked.model_dump()


@pytest.mark.parametrize(
    "change", [{"loss": 2}, {"seconds_left": None}, {"added_later": 1}, {"loss": "1.5"}]
)
def test_an_unusual_step_goes_through_the_checks(change: dict) -> None:
    line = json.dumps({**STEP.model_dump(), **change}).encode()
    event = parse_line(line)
    assert isinstance(event, Step)
    assert isinstance(event.loss, float)


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b"null", b'{"event":"from the future"}', b'{"event":"step"}', b"\xff"],
)
def test_what_can_not_be_read_is_none(line: bytes) -> None:
    assert parse_line(line) is None


def test_half_a_line_waits_for_its_other_half(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    line = STEP.model_dump_json().encode() + b"\n"
    file = EventFile(path)
    assert file.read() == []
    path.write_bytes(line + line[:20])
    assert len(file.read()) == 1
    path.write_bytes(line + line)
    assert len(file.read()) == 1
    assert file.read() == []


def test_a_file_cut_anywhere_gives_all_whole_lines(tmp_path: Path) -> None:
    line = STEP.model_dump_json().encode() + b"\n"
    whole = line * 20
    path = tmp_path / "events.jsonl"
    chance = random.Random(7)
    for _ in range(100):
        size = chance.randrange(len(whole))
        path.write_bytes(whole[:size])
        assert len(EventFile(path).read()) == size // len(line)


def test_a_damaged_line_in_the_middle_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    line = STEP.model_dump_json().encode() + b"\n"
    path.write_bytes(line + b"\x00\x00garbage\n" + line)
    file = EventFile(path)
    assert len(file.read()) == 2
    assert file.damaged == 1


def test_text_with_line_separators_stays_one_event(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    text = "one\u2028two\x85three\rfour"
    path.write_text(Phase(name="loading", text=text).model_dump_json() + "\n", "utf-8")
    (event,) = EventFile(path).read()
    assert isinstance(event, Phase)
    assert event.text == text


def test_large_files_come_in_several_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = STEP.model_dump_json().encode() + b"\n"
    path = tmp_path / "events.jsonl"
    path.write_bytes(line * 100)
    monkeypatch.setattr(event_file, "_CHUNK", len(line) * 30 + 7)
    file = EventFile(path)
    counts = []
    while not file.drained:
        counts.append(len(file.read()))
    assert counts == [30, 30, 30, 10]


def test_close_last_line_ends_it_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert close_last_line(path) == 0
    path.write_bytes(b"half")
    assert close_last_line(path) == 5
    assert close_last_line(path) == 5
    assert path.read_bytes() == b"half\n"


def test_has_last_word_looks_only_at_this_life(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert not has_last_word(path, 0)
    path.write_text('{"event":"paused","step":1}\n')
    assert has_last_word(path, 0)
    assert not has_last_word(path, path.stat().st_size)
