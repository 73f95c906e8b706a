"""Groups stay with a version's rows, and mean something where they should."""

from __future__ import annotations

from ftstudio.core.paths import Workspace
from ftstudio.data.versions.kept_groups import NEAR, Together, keys_in, noted, with_home, with_near
from ftstudio.data.versions.library import DatasetVersion, freeze
from tests.unit.data.conftest import example


def version(workspace: Workspace, name: str, column: str, rows) -> DatasetVersion:
    manifest = {"name": name, "recipe": {"group_column": column}}
    return freeze(rows, ["train"] * len(rows), manifest, datasets=workspace.datasets, few=True)


def test_near_groups_are_noted_and_change_no_identity(workspace):
    rows = [example("Lit?", "Yes.", 2), example("Dark?", "No.", 3)]
    kept = with_near(rows, ["near-2", None])
    assert [row.meta.get(NEAR) for row in kept] == ["near-2", None]
    assert [row.content_hash() for row in kept] == [row.content_hash() for row in rows]
    made = version(workspace, "a", "", kept)
    assert [row.meta.get(NEAR) for row in made.examples()] == ["near-2", None]
    assert f"near:{made.id}:near-2" in keys_in(made, kept[0])


def test_a_group_s_name_holds_where_its_column_does(workspace):
    ann = example("Lit?", "Yes.", 2, group="Ann")
    may = version(workspace, "may", "Customer", [ann])
    june = version(workspace, "june", "customer ", [example("Dark?", "No.", 3, group="Ann")])
    other = version(workspace, "other", "", [example("Far?", "No.", 4, group="Ann")])
    groups = [
        [key for key in keys_in(one, ann) if key.startswith("group:")]
        for one in (may, june, other)
    ]  # fmt: skip
    assert groups[0] == groups[1] == ["group:=customer:Ann"]
    assert groups[2] == [f"group:{other.id}:Ann"]


def test_what_comes_from_a_mixture_keeps_its_own_groups(workspace):
    near = with_near([example("Lit?", "Yes.", 2)], ["near-2"])
    may, june = version(workspace, "may", "", near), version(workspace, "june", "", [
        *near, example("Dark?", "No.", 3)])  # fmt: skip
    one, other = with_home(near[0], may), with_home(near[0], june)
    assert one.meta[NEAR] != other.meta[NEAR]
    assert with_home(one, june).meta[NEAR] == one.meta[NEAR]
    assert one.meta["source"] == "may"


def test_chains_are_one(workspace):
    found = Together()
    for keys in (["a", "b"], ["c"], ["b", "d"], []):
        found.note(keys)
    assert found.of("a") == found.of("d") != found.of("c")
    rows = with_near([example("Lit?", "Yes.", 2), example("Lit now?", "Yes.", 3)], ["n", "n"])
    made = version(workspace, "a", "", rows)
    keys = [found_.of(keys_in(made, row)[0]) for found_ in [noted([made])] for row in rows]
    assert keys[0] == keys[1]


def test_a_version_without_a_person_is_known_by_its_first_id(workspace):
    rows = with_near([example("Lit?", "Yes.", 2, group="Ann")], ["near-2"])
    may = version(workspace, "may", "", rows)
    mixed = with_home(rows[0], may)
    told = {"name": "may", "recipe": {}, "erased": {"replaces": "ds-x", "first": may.id}}
    fresh = freeze([*rows, example("Far?", "No.", 3)], ["train"] * 2, told,
                   datasets=workspace.datasets, few=True)  # fmt: skip
    assert {f"near:{may.id}:near-2", f"group:{may.id}:Ann"} <= set(keys_in(fresh, rows[0]))
    assert set(keys_in(fresh, rows[0])) == set(keys_in(fresh, mixed))
