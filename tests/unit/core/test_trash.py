"""What was put into a trash comes back whole, unless it is too old or its place is taken."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ftstudio.core.trash import lying_in, put_into, take_out


@pytest.fixture
def thing(tmp_path: Path) -> Path:
    folder = tmp_path / "things" / "one"
    folder.mkdir(parents=True)
    (folder / "inside.txt").write_text("all of it")
    return folder


def test_it_comes_back_whole_and_once(thing: Path, tmp_path: Path) -> None:
    token = put_into(tmp_path / "trash", thing)
    assert not thing.exists()
    assert take_out(tmp_path / "trash", token, thing.parent) == thing
    assert (thing / "inside.txt").read_text() == "all of it"
    assert list((tmp_path / "trash").iterdir()) == []
    assert take_out(tmp_path / "trash", token, thing.parent) is None


def test_what_can_come_back_is_listed(thing: Path, tmp_path: Path) -> None:
    assert lying_in(tmp_path / "trash") == []
    token = put_into(tmp_path / "trash", thing)
    (tmp_path / "trash" / "note.txt").write_text("somebody's")
    assert lying_in(tmp_path / "trash") == [tmp_path / "trash" / token / "one"]


def test_what_has_taken_its_place_is_left_alone(thing: Path, tmp_path: Path) -> None:
    token = put_into(tmp_path / "trash", thing)
    thing.mkdir()
    assert take_out(tmp_path / "trash", token, thing.parent) is None
    assert list(thing.iterdir()) == []
    thing.rmdir()
    assert take_out(tmp_path / "trash", token, thing.parent) == thing


@pytest.mark.parametrize("token", ["", ".", "/", "../things", "nothing"])
def test_no_other_word_takes_anything_out(thing: Path, tmp_path: Path, token: str) -> None:
    kept = put_into(tmp_path / "trash", thing)
    assert take_out(tmp_path / "trash", token, thing.parent) is None
    assert (tmp_path / "trash" / kept / "one" / "inside.txt").is_file()


def test_what_is_older_than_thirty_days_goes(thing: Path, tmp_path: Path) -> None:
    old, young, other = (
        tmp_path / "trash" / name
        for name in (f"{int(time.time()) - 31 * 86400}-ab", f"{int(time.time()) - 29 * 86400}-ab",
                     "put-here-by-somebody")
    )  # fmt: skip
    for folder in (old, young, other):
        (folder / "thing").mkdir(parents=True)
    put_into(tmp_path / "trash", thing)
    assert (old.exists(), young.exists(), other.exists()) == (False, True, True)
