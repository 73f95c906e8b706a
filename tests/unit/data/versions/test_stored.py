"""What lies on disk comes back, its hash is over what is learned, and the root tells sets apart."""

import hashlib
import random

import pyarrow.parquet as pq
import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.versions.stored import (
    COLUMNS,
    from_stored,
    hash_of,
    merkle_root,
    roots,
    row_id,
    to_stored,
    write_sides,
)
from tests.unit.data.conftest import example, labelled, pair
from tests.unit.data.stopping import stops_wherever

CALL = {"type": "function", "function": {"name": "light", "arguments": {"n": 1}}}
ALL = [
    example("Où est l'été?", "Là 🙂", 3, group="g", meta={"from": "test"}),
    pair("Hi?", "Hello!", "What.", 4),
    labelled("card lost", "card", row=5),
    Example(text="A page.", source_row=6),
    Example(messages=[Message(role="assistant", content="Hm.", train=False)], source_row=8),
    Example(messages=[Message(role="assistant", tool_calls=[CALL])], tools=[CALL], source_row=-1),
]


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.kind)
def test_an_example_comes_back_with_its_hash(one):
    stored = to_stored(one)
    assert tuple(stored) == COLUMNS
    assert stored["row_id"] == row_id(one)
    assert one.kind != "chat" or row_id(one) == one.content_hash()
    moved = one.model_copy(update={"source_row": 77, "meta": {}, "group": None})
    assert row_id(moved) == row_id(one)
    back = from_stored(stored)
    assert back.model_copy(update={"group": one.group}) == one


def plain_root(ids):
    """The construction as it is described, written another way."""
    knots = [hashlib.sha256(b"\x00" + bytes.fromhex(i)).digest() for i in sorted(ids)]
    while len(knots) > 1:
        above = []
        while knots:
            left = knots.pop(0)
            right = knots.pop(0) if knots else None
            above.append(left if right is None else hashlib.sha256(b"\x01" + left + right).digest())
        knots = above
    return knots[0].hex()


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_the_root_is_built_as_described_whatever_the_order(count):
    ids = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(count)]
    shuffled = random.Random(1).sample(ids, count)
    assert merkle_root(ids) == merkle_root(shuffled) == plain_root(ids)
    assert merkle_root([*ids, ids[0]]) != merkle_root(ids)
    assert merkle_root(ids[1:]) != merkle_root(ids)


def test_no_rows_have_a_root_too():
    assert merkle_root([]) == hashlib.sha256().hexdigest()


def test_sides_are_written_with_the_hash_of_each_row(tmp_path):
    sides = ["test", "train", "train", "validation", "train", "train"]
    ids = write_sides(tmp_path, ALL, sides)
    assert ids == [row_id(one) for one in ALL]
    back = pq.read_table(tmp_path / "train.parquet").to_pylist()
    assert [from_stored(row) for row in back] == [
        one if one.group else one.model_copy(update={"group": row["group"]})
        for row, one in zip(back, [ALL[1], ALL[2], ALL[4], ALL[5]], strict=True)
    ]
    assert roots(ids, sides)["test"] == merkle_root(ids[:1])
    assert hash_of(ids, sides) != hash_of(ids, [*sides[:-1], "test"])


def test_writing_and_hashing_end_when_they_are_told_to(tmp_path):
    many = [example(f"Is lamp {i} lit?", "Yes.", i) for i in range(600)]
    sides = ["train" if i % 7 else "test" for i in range(600)]
    stops_wherever(lambda tell: write_sides(tmp_path, many, sides, tell), fewest=30)
    ids = [row_id(one) for one in many]
    stops_wherever(lambda tell: roots(ids, sides, tell), fewest=60)
    stops_wherever(lambda tell: hash_of(ids, sides, tell), fewest=10)
