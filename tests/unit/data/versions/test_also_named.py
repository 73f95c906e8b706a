"""The same rows frozen under another name are one version, and both names lead to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.cli.choose import choose_dataset
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.also_named import FILE, names_in, note_name, set_names
from ftstudio.data.versions.erase import erase_person, find_person
from ftstudio.data.versions.library import DatasetVersion, freeze, load_version
from tests.unit.data.conftest import example


def frozen(workspace: Workspace, name: str, count: int = 30) -> DatasetVersion:
    rows = [example(f"Is lamp {i} lit?", "Yes.", i) for i in range(count)]
    return freeze(rows, ["train"] * count, {"name": name}, datasets=workspace.datasets, few=True)


def test_a_newer_name_is_kept_and_leads_to_it(workspace: Workspace) -> None:
    first = frozen(workspace, "May")
    told = (first.path / "version.json").read_bytes()
    again = frozen(workspace, "June")
    assert (again.id, again.name, again.also) == (first.id, "May", ("June",))
    assert frozen(workspace, "July").also == ("July", "June")
    assert frozen(workspace, "June").also == ("June", "July")  # each once, the newest first
    assert frozen(workspace, "May").also == ("June", "July")
    assert (first.path / "version.json").read_bytes() == told
    again.verify()
    assert choose_dataset(workspace, "July").id == first.id
    other = frozen(workspace, "July", 20)
    assert choose_dataset(workspace, "July").id == other.id  # its own name goes first


@pytest.mark.parametrize("text", ["", "[]", '{"also": 3}', "{}", "\x00"])
def test_a_damaged_list_costs_only_the_further_names(workspace: Workspace, text: str) -> None:
    version = frozen(workspace, "May")
    (version.path / FILE).write_text(text)
    assert load_version(version.path).also == ()
    note_name(version.path, "May", "June")
    assert names_in(version.path) == ("June",)


def test_no_name_leaves_no_file(tmp_path: Path) -> None:
    note_name(tmp_path, "May", "May")
    note_name(tmp_path, "May", "")
    assert list(tmp_path.iterdir()) == []
    set_names(tmp_path, ["June"])
    set_names(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_a_person_is_erased_from_further_names_too(workspace: Workspace) -> None:
    version = frozen(workspace, "May")
    note_name(version.path, "May", "Letters of Ann Kowalska")
    assert [place.name for place in find_person(workspace, "Ann Kowalska").places] == ["May"]
    erase_person(workspace, "Ann Kowalska")
    assert load_version(version.path).also == ("Letters of [erased]",)
    rows = [example("Who knows?", "Bob Marley does.", 99)]
    rows += [example(f"Is lamp {i} lit?", "Yes.", i) for i in range(20)]
    other = freeze(rows, ["train"] * 21, {"name": "June"}, datasets=workspace.datasets, few=True)
    note_name(other.path, "June", "July")
    fresh = erase_person(workspace, "Bob Marley").replaced[other.id]
    assert load_version(workspace.datasets / fresh).also == ("July",)
