"""What is near is found, what only shares a template is not, and groups are stars."""

import itertools

import pytest

from ftstudio.data.finding.duplicates import firsts, likeness, near, pairs
from tests.bench.data.duplicate_rows import Maker, jaccard, labelled
from tests.unit.data.stopping import stops_wherever


def test_exact_means_but_for_case_white_space_and_composition():
    assert firsts(["Ä  b", "a", "A\u0308 B\n", "A", "b"]) == [0, 1, 0, 1, 4]


@pytest.fixture(scope="module")
def truth():
    rows, pairs, negatives = labelled(3000, 400, 400)
    return rows, pairs, negatives, near(rows)


def test_near_copies_are_found(truth):
    rows, pairs, _, found = truth
    close = [(a, b) for a, b in pairs if jaccard(rows[a], rows[b]) >= 0.8]
    assert len(close) > 150
    hit = sum(found[a] is not None and found[a] == found[b] for a, b in close)
    assert hit >= 0.99 * len(close)


def test_what_is_not_near_is_not_called_so(truth):
    rows, pairs, _, found = truth
    for one, other in pairs:
        if jaccard(rows[one], rows[other]) < 0.75:
            assert found[one] is None or found[one] != found[other]


def test_rows_of_one_template_are_not_merged(truth):
    rows, _, negatives, found = truth
    same = [jaccard(rows[a], rows[b]) for a, b in itertools.pairwise(negatives)]
    assert sorted(same)[len(same) // 2] > 0.7  # without regard to the template they are near
    merged = [place for place in negatives if found[place] is not None]
    assert len(merged) <= 0.005 * len(negatives)


def test_every_member_is_near_its_representative(truth):
    rows, _, _, found = truth
    members = [(place, star) for place, star in enumerate(found) if star not in (None, place)]
    assert len(members) > 150
    assert all(jaccard(rows[place], rows[star]) >= 0.78 for place, star in members)
    assert all(found[star] == star for _, star in members)


def test_a_chain_is_no_group():
    maker = Maker()
    first = maker.text(420)
    chain = [first]
    for step in range(9):
        words = chain[-1].split()
        words[step * 4] = words[step * 4 + 1] = "changed"
        chain.append(" ".join(words))
    found = near([(text, "") for text in chain])
    assert jaccard((chain[0], ""), (chain[-1], "")) < 0.7
    assert len({star for star in found if star is not None}) > 1


def test_a_short_answer_counts_for_itself():
    question = "How many apples are left in the basket when Tom takes away the half of them?"
    rows = [(question, "Seven"), (question, "Twelve"), (question + "?", "Seven")]
    assert near(rows) == [0, None, 0]


def test_exact_copies_are_one_group_and_nothing_is_alone_with_itself():
    assert near([("Why?", "So."), ("what", ""), ("why?", "so."), ("", "")]) == [0, None, 0, None]
    assert near([]) == []
    assert near([("one",)]) == [None]


def test_a_crowd_of_alike_texts_is_one_star():
    """More alike rows than are compared pairwise in one band."""
    maker = Maker(9)
    base = maker.text(400)
    crowd = [(maker.typos(base, 0.002) + str(i), "") for i in range(18)]
    found = near(crowd + [maker.row() for _ in range(40)])
    assert len(set(found[:18])) == 1
    assert found[0] is not None


def test_the_threshold_moves_the_line():
    maker = Maker(3)
    row = maker.row()
    other = (row[0], maker.edited(row[1], 3))
    value = jaccard(row, other)
    assert 0.5 < value < 0.95
    assert near([row, other], value - 0.02) == [0, 0]
    assert near([row, other], min(0.99, value + 0.02)) == [None, None]


def test_it_can_be_cancelled():
    def cancel(share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        near([("a long enough text", "x"), ("another text", "y")], progress=cancel)


def test_all_pairs_are_told_without_groups():
    old, odd = (f"The lamp on the {word} road is lit and draws well" for word in ("old", "odd"))
    rows = [(old,), ("Something else altogether, of another kind",), (odd,), (old,)]
    assert pairs(rows, 0.6) == [(0, 2), (0, 3)]
    assert pairs([], 0.6) == []


def test_every_part_of_it_ends_when_it_is_told_to(monkeypatch):
    monkeypatch.setattr("ftstudio.data.finding.duplicates._COMPARED", 50)
    rows = labelled(700, 150, 50)[0]
    assert len(pairs(rows)) > 50
    for act in (near, pairs):
        stops_wherever(lambda tell, act=act: act(rows, progress=tell), fewest=31)  # 25 bands alone


def test_how_alike_two_rows_are_is_what_brute_force_says():
    rows, close, _ = labelled(60, 20, 0)
    for one, other in [*close[:20], (0, 5)]:
        wanted = jaccard(rows[one], rows[other])
        assert likeness(rows[one], [rows[other], rows[one]]) == pytest.approx([wanted, 1.0])
    assert likeness(("a", ""), [("a", ""), ("b", "")]) == [1.0, 0.0]
    assert likeness(("a", "b"), []) == []
    assert likeness(("same", "same"), [("same", "same")] * 1100) == [1.0] * 1100
    assert likeness(("the same question", "yes"), [("the same question", "no!")]) == [0.0]
    assert likeness(("", ""), [("", "")]) == [1.0]
