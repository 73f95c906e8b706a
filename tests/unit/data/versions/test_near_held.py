"""What one version learns is compared with what others hold back, never with its own."""

from __future__ import annotations

from pathlib import Path

from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import DatasetVersion, freeze
from ftstudio.data.versions.near_held import nearly_held
from tests.unit.data.conftest import example
from tests.unit.data.stopping import stops_wherever

ASK = "How do I get the lamp in the hall to light up again after the storm of last night{}"
SAY = "Press the red button at the back for ten seconds, then wait until it blinks twice{}"


def near(sign: str, row: int = 0) -> Example:
    return example(ASK.format(sign), SAY.format(sign), row)


def others(name: str, count: int = 30) -> list[Example]:
    return [example(f"{name} {i * 7919} is a matter of {i}?", f"{name}: {i * 104729}", i)
            for i in range(count)]  # fmt: skip


def frozen(
    workspace: Workspace, name: str, train: list[Example], held: list[Example]
) -> DatasetVersion:
    sides = ["train"] * len(train) + ["validation"] * len(held)
    return freeze([*train, *held], sides, {"name": name}, datasets=workspace.datasets, few=True)  # type: ignore[arg-type]


def test_only_what_another_version_holds_back_counts(workspace: Workspace) -> None:
    may = frozen(workspace, "may", [*others("may"), near("!")], [near("?"), *others("m", 5)])
    june = frozen(workspace, "june", [near("..."), *others("june"), near("?")], others("j", 5))
    assert nearly_held([may, june]) == [set(), {0, 31}]
    assert nearly_held([june, may]) == [{0, 31}, set()]
    assert nearly_held([may]) == [set()]


def test_two_that_hold_back_the_same_are_each_heeded(workspace: Workspace) -> None:
    may = frozen(workspace, "may", [*others("may"), near("!")], [near("?")])
    june = frozen(workspace, "june", others("june"), [near("?"), *others("j", 3)])
    assert nearly_held([may, june]) == [{30}, set()]


def test_what_a_version_learns_and_holds_back_itself_is_near_the_others_too(
    workspace: Workspace,
) -> None:
    may = frozen(workspace, "may", [*others("may"), near("!")], [near("!"), *others("m", 3)])
    june = frozen(workspace, "june", others("june"), [near("?"), *others("j", 3)])
    assert nearly_held([may, june]) == [{30}, set()]
    assert nearly_held([june, may]) == [set(), {30}]


def test_a_question_alone_is_not_enough(workspace: Workspace) -> None:
    odd = example(ASK.format("!"), "Nobody knows, to be honest; ask the electrician next door.", 1)
    may = frozen(workspace, "may", others("may"), [near("?")])
    june = frozen(workspace, "june", [odd, *others("june")], [])
    assert nearly_held([may, june]) == [set(), set()]


def test_in_small_parts_the_same_is_found(workspace: Workspace, tmp_path: Path) -> None:
    may = frozen(workspace, "may", others("may", 40), [near("?"), *others("m", 5)])
    june = frozen(workspace, "june", [*others("june", 40), near("!"), near("!", 7)], [])
    assert nearly_held([may, june], at_once=7) == [set(), {40, 41}]


def test_it_tells_how_far_it_is_and_can_be_stopped(workspace: Workspace) -> None:
    may = frozen(workspace, "may", others("may", 70), [near("?")])
    june = frozen(workspace, "june", [*others("june", 70), near("!")], [])
    told: list[float] = []
    nearly_held([may, june], told.append, at_once=50)
    assert max(told) > 0.7
    stops_wherever(lambda tell: nearly_held([may, june], tell, 50), fewest=8)
