"""From one version to the next: new, gone, changed, moved."""

from ftstudio.data.versions.compare import compare
from ftstudio.data.versions.library import freeze
from tests.unit.data.conftest import example
from tests.unit.data.stopping import stops_wherever

LONG = "The warden of the northern road lights every lamp before the second bell"


def version(tmp_path, name, rows, source="a"):
    examples = [example(question, answer, number) for number, question, answer, _ in rows]
    manifest = {"name": name, "sources": [{"name": "f", "sha256": source, "size": 1}]}
    return freeze(examples, [side for *_, side in rows], manifest, out=tmp_path / name, few=True)


BEFORE = [
    (1, "Same?", "Yes.", "train"), (2, "Moved?", "Yes.", "train"), (3, "Asked?", "Old.", "train"),
    (4, LONG, LONG, "train"), (5, "Gone for good?", "Yes.", "validation"),
    (6, "Renamed so?", "Old.", "train"),
]  # fmt: skip
AFTER = [
    (11, "Same?", "Yes.", "train"), (12, "Moved?", "Yes.", "test"), (13, "asked", "New.", "train"),
    (14, f"{LONG} now", LONG, "train"), (15, "Quite another thing?", "No.", "train"),
    (6, "Altogether different", "New.", "train"),
]  # fmt: skip


def test_every_row_is_told_once(tmp_path):
    found = compare(version(tmp_path, "one", BEFORE), version(tmp_path, "two", AFTER))
    assert found.same == 2
    assert [(e.question, was, now) for e, was, now in found.moved] == [("Moved?", "train", "test")]
    assert [(c.before.source_row, c.after.source_row, c.known) for c in found.changed] == [
        (6, 6, "row"), (3, 13, "question"), (4, 14, "near")
    ]  # fmt: skip
    assert [e.source_row for e in found.added] == [15]
    assert [e.source_row for e in found.removed] == [5]
    assert "2 rows are the same, 1 is new" in found.sentence


def test_row_numbers_of_another_file_mean_nothing(tmp_path):
    one, two = version(tmp_path, "one", BEFORE), version(tmp_path, "two", AFTER, source="b")
    found = compare(one, two)
    assert {c.known for c in found.changed} == {"question", "near"}
    assert len(found.added) == len(found.removed) == 2


def test_a_version_is_the_same_as_itself(tmp_path):
    one = version(tmp_path, "one", BEFORE)
    found = compare(one, one)
    assert (found.same, found.changed, found.moved) == (6, [], [])
    assert found.sentence.startswith("Both hold the same 6 rows")


def test_doubled_rows_are_paired_one_to_one(tmp_path):
    twice = [BEFORE[0], BEFORE[0], BEFORE[1]]
    found = compare(version(tmp_path, "one", twice), version(tmp_path, "two", twice[1:]))
    assert (found.same, len(found.removed), found.added) == (2, 1, [])


def test_comparing_ends_when_it_is_told_to(tmp_path):
    rows = [(i, f"Is lamp {i} lit?", "Yes.", "train") for i in range(320)]
    others = [(i, f"Is lamp {i} out?", "No.", "train") for i in range(320)]
    one, two = version(tmp_path, "one", rows), version(tmp_path, "two", others)
    stops_wherever(lambda tell: compare(one, two, tell), fewest=30)
