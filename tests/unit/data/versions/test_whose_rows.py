"""One row has one name, in whatever version, mixture or copy of a file it stands."""

from ftstudio.data.versions.library import freeze, list_versions
from ftstudio.data.versions.mix import freeze_mix, shares_of
from ftstudio.data.versions.whose_rows import Origins, RowName, file_of_table, ids_of, name_in
from tests.unit.data.conftest import example


def frozen(workspace, name, first, digest="ab", **told):
    rows = [example(f"Is lamp {i} lit?", f"{name} says yes.", i) for i in range(first, first + 30)]
    manifest = {"name": name, "sources": [{"name": name, "sha256": digest, "size": 1}], **told}
    return freeze(rows, ["train"] * 30, manifest, datasets=workspace.datasets, few=True)


def test_a_row_is_the_same_in_a_version_its_child_and_a_mixture(workspace):
    may = frozen(workspace, "may", 1, details={"sheet": "Mai"})
    child = frozen(workspace, "child", 1, made_from=[{"id": may.id, "name": "may"}])
    other = frozen(workspace, "june", 1, details={"sheet": "Juni"})
    mixed = freeze_mix(workspace, shares_of([may, other]), "both", few=True)
    origins = Origins(sorted(list_versions(workspace), key=lambda one: one.created))
    of_may = {origins.name(may, one) for one in may.examples("train")}
    assert RowName("ab Mai", 1) in of_may
    assert {origins.name(child, one) for one in child.examples("train")} == of_may
    of_both = {origins.name(mixed, one) for one in mixed.examples("train")}
    assert len(of_both) == 60  # the same numbers of another sheet are other rows
    assert of_may < of_both


def test_a_table_names_its_rows_as_versions_of_it_do(workspace, read_text):
    table = read_text("a.csv", "question,answer\nA?,a\nB?,b\n")
    version = frozen(workspace, "a", 2, table.sha256)
    assert file_of_table(table) == table.sha256
    one = next(version.examples("train"))
    assert Origins([version]).name(version, one) == name_in(table, 2)


def test_a_copy_bears_its_origins_name_and_what_was_mixed_twice_is_known_by_what_it_says(workspace):
    one, two = frozen(workspace, "may", 1), frozen(workspace, "june", 100)
    mixed = freeze_mix(workspace, shares_of([one, two]), "both", few=True)
    july = frozen(workspace, "july", 200)
    again = freeze_mix(workspace, shares_of([mixed, july]), "all", few=True)
    origins = Origins([one, two, mixed, july, again])
    copy = example("Is lmap 5 lit?", "may says yes.", -1, meta={"copy_of": 5})
    assert origins.name(one, copy) == RowName("ab", 5)
    names = [origins.name(again, row) for row in again.examples("train")]
    assert len(set(names)) == 90
    assert sum(name.file == "ab" for name in names) == 30


def test_the_ids_of_before_an_erasure_are_known(workspace):
    erased = {"rows": 1, "when": 0.0, "replaces": "ds-2", "first": "ds-1",
              "earlier": ["ds-2", "ds-1", "ds-1b"]}  # fmt: skip
    version = frozen(workspace, "may", 1, erased=erased)
    assert ids_of(version) == [version.id, "ds-1", "ds-2", "ds-1b"]
