"""A command never writes over what it did not write itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.cli.writing import demand_new_folder, demand_place
from ftstudio.core.errors import StudioError


def ours(text: str) -> bool:
    return text.startswith("row,reason")


def test_a_new_file_and_one_of_ours_may_be_written(tmp_path: Path) -> None:
    demand_place(tmp_path / "deep" / "er" / "new.csv", "The table", ours)
    old = tmp_path / "old.csv"
    old.write_text("row,reason\n", "utf-8-sig")
    demand_place(old, "The table", ours)
    assert old.read_text("utf-8-sig") == "row,reason\n"


@pytest.mark.parametrize("name", ["data.csv", "folder", "data.csv/x.csv", "empty"])
def test_what_is_somebody_s_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / "data.csv").write_text("question,answer\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    with pytest.raises(StudioError) as caught:
        demand_place(tmp_path / name, "The table", ours)

    assert caught.value.code == "cannot_write"
    assert (tmp_path / "data.csv").read_text() == "question,answer\n"


def test_a_dataset_s_folder_is_new_or_empty(tmp_path: Path) -> None:
    demand_new_folder(None)
    demand_new_folder(tmp_path / "new")
    (tmp_path / "empty").mkdir()
    demand_new_folder(tmp_path / "empty")
    (tmp_path / "file").touch()
    for taken in (tmp_path, tmp_path / "file"):
        with pytest.raises(StudioError) as caught:
            demand_new_folder(taken)
        assert caught.value.code == "target_exists"
