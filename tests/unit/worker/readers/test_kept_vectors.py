"""Vectors are made once; what is damaged is made anew, and the oldest go."""

import os
import time

import numpy as np

from ftstudio.worker.readers.kept_vectors import Kept

VECTORS, LONG = np.eye(3, dtype=np.float16), np.array([1])


def test_what_was_saved_comes_back(tmp_path):
    kept = Kept(tmp_path / "kept", "abc")
    assert kept.load(3) is None
    kept.save(VECTORS, LONG)
    vectors, long = kept.load(3)
    assert np.array_equal(vectors, VECTORS)
    assert long.tolist() == [1]
    assert kept.load(4) is None
    assert Kept(tmp_path / "kept", "abd").load(3) is None
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_none(tmp_path):
    kept = Kept(tmp_path, "abc")
    kept.save(VECTORS, LONG)
    (file,) = tmp_path.glob("*.npz")
    file.write_bytes(file.read_bytes()[:-40])
    assert kept.load(3) is None
    file.write_bytes(b"")  # what a power cut leaves
    assert kept.load(3) is None


def test_what_was_broken_off_goes_and_what_is_being_written_stays(tmp_path):
    for name, age in (("old", 7_200), ("new", 60)):
        part = tmp_path / f"{name}.part"
        part.write_bytes(b"PK")
        os.utime(part, (time.time() - age,) * 2)
    Kept(tmp_path, "abc").save(VECTORS, LONG)
    assert {file.name for file in tmp_path.iterdir()} == {"abc.npz", "new.part"}


def test_a_full_disk_costs_nothing_but_the_next_reading(tmp_path, monkeypatch):
    def full(file, **_arrays):
        file.write(b"PK")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    Kept(tmp_path, "abc").save(VECTORS, LONG)
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_go(tmp_path):
    for number in range(6):
        Kept(tmp_path, f"key{number}").save(VECTORS, LONG)
        for file in tmp_path.glob(f"key{number}*"):
            os.utime(file, (number, number))
    assert sorted(file.stem for file in tmp_path.glob("*.npz")) == ["key2", "key3", "key4", "key5"]


def test_without_a_place_nothing_is_kept():
    kept = Kept(None, "abc")
    kept.save(VECTORS, LONG)
    assert kept.load(3) is None
