"""A mixture has its shares, names its sources, and learns nothing that one of them holds back."""

from collections import Counter

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.drafting.leak import between
from ftstudio.data.licences import licence_warnings
from ftstudio.data.sides.few import TooFew
from ftstudio.data.sides.split import SIDES, SplitChoice, assign
from ftstudio.data.versions.kept_groups import with_near
from ftstudio.data.versions.library import delete_version, freeze
from ftstudio.data.versions.mix import freeze_mix, shares_of
from tests.unit.data.conftest import example, labelled
from tests.unit.data.stopping import stops_wherever


def version(workspace, name, rows, first=0, licence="mit", commercial=None):
    examples = [
        example(f"Is lamp {i} lit?", f"Yes, {name}.", i, group="A" if i % 5 else None)
        for i in range(first, first + rows)
    ]
    manifest = {
        "name": name, "licence": licence, "commercial": commercial,
        "sources": [{"name": f"{name}.csv", "sha256": name * 8, "size": 1}],
    }  # fmt: skip
    sides = ["validation" if i % 10 == 0 else "train" for i in range(rows)]
    return freeze(examples, sides, manifest, datasets=workspace.datasets, few=True)


@pytest.fixture
def two(workspace):
    return [version(workspace, "may", 40), version(workspace, "june", 160, 100, "cc-by-nc-4.0")]


def test_shares_and_epochs_are_told_before(two):
    sizes = shares_of(two)
    assert [(one.rows, one.taken, one.epochs) for one in sizes] == [(36, 36, 1.0), (144, 144, 1.0)]
    equal = shares_of(two, "weights", [1, 1])
    assert [(one.taken, one.share, one.epochs) for one in equal] == [(144, 0.5, 4.0), (144, 0.5, 1)]
    warm = shares_of(two, "temperature", temperature=2)
    assert [one.taken for one in warm] == [72, 144]
    small = shares_of(two, "weights", [1, 3], rows=100)
    assert [one.taken for one in small] == [25, 75]
    assert small[0].epochs == pytest.approx(25 / 36)


def test_the_mixture_is_a_version_of_its_own(workspace, two):
    mixed = freeze_mix(workspace, shares_of(two, "weights", [1, 1]), "both", few=True)
    assert mixed.counts == {"train": 288, "validation": 20, "test": 0}
    train = list(mixed.examples("train"))
    assert Counter(e.meta["source"] for e in train) == {"may": 144, "june": 144}
    assert {e.meta["dataset"] for e in train} == {one.id for one in two}
    assert [one["epochs"] for one in mixed.manifest["made_from"]] == [4.0, 1.0]
    assert [one["licence"] for one in mixed.manifest["sources"]] == ["mit", "cc-by-nc-4.0"]
    assert mixed.manifest["licence"] == "cc-by-nc-4.0"
    assert freeze_mix(workspace, shares_of(two, "weights", [1, 1]), "both", few=True).id == mixed.id
    assert "| may |" in (mixed.path / "README.md").read_text("utf-8")


def test_what_one_holds_back_is_not_learned_from_the_other(workspace):
    one, other = version(workspace, "may", 40), version(workspace, "june", 40, 5)
    mixed = freeze_mix(workspace, shares_of([one, other]), "both", few=True)
    assert mixed.manifest["left_out_as_held_back"] == 7
    examples = [(e, side) for side in SIDES for e in mixed.examples(side)]
    report = between([e for e, _ in examples], [s for _, s in examples], near=False)
    assert report.count == 0
    assert mixed.counts["train"] == 72 - 7


def test_what_belongs_to_what_another_holds_back_is_not_learned(workspace):
    def made(name, rows, near, sides):
        rows = [example(*row, group=None) for row in rows]
        manifest = {"name": name}
        return freeze(with_near(rows, near), sides, manifest, datasets=workspace.datasets, few=True)

    others = [(f"Is lamp {i} lit?", "Yes.", i) for i in range(10, 30)]
    may = made("may", [("Where is my order?", "Here.", 2), *others], [None] * 21,
               ["validation", *["train"] * 20])  # fmt: skip
    same, near = ("Where is my order?", "On its way.", 2), ("Where's my order?!", "Soon.", 3)
    far = ("Who are you?", "A pirate.", 4)
    june = made("june", [same, near, far], ["near-2", "near-2", None], ["train"] * 3)
    mixed = freeze_mix(workspace, shares_of([may, june]), "both", few=True)
    questions = {row.question for row in mixed.examples("train")}
    assert "Who are you?" in questions
    assert not questions & {same[0], near[0]}
    assert mixed.manifest["left_out_as_held_back"] == 2


def test_the_same_customer_is_not_held_back_here_and_learned_there(workspace):
    def made(name, first, column):
        rows = [example(f"Is lamp {i} lit?", "Yes.", i, group=f"c{i % 10}")
                for i in range(first, first + 20)]  # fmt: skip
        sides = ["validation" if row.group == "c0" and first == 0 else "train" for row in rows]
        manifest = {"name": name, "recipe": {"group_column": column}}
        return freeze(rows, sides, manifest, datasets=workspace.datasets, few=True)

    may = made("may", 0, "customer")
    for column, left in (("Customer", 2), ("agent", 0)):
        june = made(f"june {column}", 100 + left * 100, column)
        mixed = freeze_mix(workspace, shares_of([may, june]), f"both {column}", few=True)
        assert mixed.manifest["left_out_as_held_back"] == left


LONG = "How do I get the lamp in the hall to light up again after the storm of last night{}"
ANSWER = "Press the red button at the back for ten seconds, then wait until it blinks twice{}"


def near_ones(workspace, name, side, sign):
    """A version whose first row says nearly what that of another one says."""
    rows = [example(LONG.format(sign), ANSWER.format(sign), 0, group=None)]
    rows += [example(f"{name} {i * 7919} is another matter?", f"{name} says {i * 104729}.", i)
             for i in range(1, 30)]  # fmt: skip
    sides = [side, *["validation" if i % 5 == 0 else "train" for i in range(29)]]
    return freeze(rows, sides, {"name": name}, datasets=workspace.datasets, few=True)


def test_what_says_nearly_what_another_holds_back_is_not_learned(workspace):
    may = near_ones(workspace, "may", "validation", "?")
    june = near_ones(workspace, "june", "train", ", please")
    heard = []
    mixed = freeze_mix(workspace, shares_of([may, june]), "both", progress=heard.append, few=True)
    assert mixed.manifest["left_out_as_nearly_held_back"] == 1
    assert mixed.manifest["left_out_as_held_back"] == 1
    assert LONG.format(", please") not in {row.question for row in mixed.examples("train")}
    assert mixed.total == may.total + june.total - 1
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_how_often_it_comes_is_capped_and_known(workspace):
    small, large = version(workspace, "few", 10), version(workspace, "many", 1000, 100)
    one, other = shares_of([small, large], "weights", [1, 1])
    assert (one.epochs, one.capped, other.capped) == (10.0, True, False)
    assert one.share < 0.1  # where a half was asked for
    assert not any(share.capped for share in shares_of([small, large]))


def test_what_can_not_be_mixed_is_said(workspace, two):
    with pytest.raises(StudioError) as caught:
        shares_of(two[:1])
    assert caught.value.code == "nothing_to_mix"
    with pytest.raises(StudioError) as caught:
        shares_of(two, "weights", [1, 0])
    assert caught.value.code == "bad_weights"
    with pytest.raises(StudioError) as caught:
        shares_of(two, rows=1)
    assert caught.value.code == "too_few_rows"
    sorted_ = [labelled(f"t{i}", "ab"[i % 2]) for i in range(20)]
    classes = freeze(sorted_, assign(sorted_, SplitChoice()), {"name": "c"},
                     datasets=workspace.datasets, few=True)  # fmt: skip
    with pytest.raises(StudioError) as caught:
        shares_of([*two, classes])
    assert caught.value.code == "other_kind"
    assert "Questions and answers" in caught.value.why


def test_mixing_ends_when_it_is_told_to_and_leaves_nothing(two, workspace):
    before = set(workspace.datasets.iterdir())

    def act(tell):
        assert set(workspace.datasets.iterdir()) == before
        made = freeze_mix(workspace, shares_of(two), "both", progress=tell, few=True)
        delete_version(made, workspace)

    stops_wherever(act, fewest=20)
    assert set(workspace.datasets.iterdir()) == before


def by_customer(workspace, name, groups, sides, column="customer"):
    rows = [example(f"What of {name} {i}?", f"{name} {i}.", i, group=group)
            for i, group in enumerate(groups)]  # fmt: skip
    manifest = {"name": name, "recipe": {"group_column": column}}
    return freeze(rows, sides, manifest, datasets=workspace.datasets, few=True)


@pytest.mark.parametrize("column", ["customer", ""])
def test_a_mixture_of_a_mixture_holds_back_what_belongs_together(workspace, column):
    sides = ["train", "train", "validation"]
    may = by_customer(workspace, "may", ["Ann", "Bob", "Cleo"], sides, column)
    other = by_customer(workspace, "other", [None] * 3, sides, "")
    mixed = freeze_mix(workspace, shares_of([may, other]), "mixed", few=True)
    june = by_customer(workspace, "june", ["Cleo", "Dan", "Eve"], sides, column)
    both = freeze_mix(workspace, shares_of([mixed, june]), "both", few=True)
    learned = [e.group for e in both.examples("train") if e.meta["source"] == "june"]
    # "Cleo" is the same customer where a column says so, and only a name where none does
    assert learned == (["Dan"] if column else ["Cleo", "Dan"])
    again = freeze_mix(workspace, shares_of([both, june]), "again", few=True)
    assert again.manifest["left_out_as_held_back"] == (1 if column else 0)


def test_going_on_with_few_rows_to_check_with_is_said_and_never_meant(workspace):
    shares = shares_of([version(workspace, "may", 40), version(workspace, "june", 60, 200)])
    with pytest.raises(TypeError, match="few"):
        freeze_mix(workspace, shares, "both")
    with pytest.raises(TooFew) as caught:
        freeze_mix(workspace, shares, "both", few=False)
    held = caught.value.few.validation
    assert caught.value.few.going_on.startswith(f"Go on with {held} validation rows")
    made = freeze_mix(workspace, shares, "both", few=True)
    assert made.manifest["few_to_check"]["validation"] == made.counts["validation"] == held


@pytest.mark.parametrize(
    ("own", "other", "both"),
    [(True, None, True), (None, False, None), (False, False, False), (False, True, True)],
)
def test_what_a_model_is_for_is_not_asked_again_of_a_mixture(workspace, own, other, both):
    may = version(workspace, "may", 40, commercial=own)
    june = version(workspace, "june", 60, 200, "cc-by-nc-4.0", commercial=other)
    mixed = freeze_mix(workspace, shares_of([may, june]), "both", few=True)
    assert mixed.manifest["commercial"] is both
    told = (mixed.path / "README.md").read_text("utf-8")
    warned = licence_warnings(["mit", "cc-by-nc-4.0"], both)
    assert all(one in told for one in warned)
