"""The part of a file that was read is called what an analyst calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.data.table import RawTable
from ftstudio.ui.dataset.rows.part_words import part_name, part_said


@pytest.mark.parametrize(
    ("kind", "name", "said", "title"),
    [
        ("xlsx", "Januar", "sheet “Januar”", "Sheet"),
        ("sqlite", "faq", "table “faq”", "Table"),
        ("docx", "table 1", "part “table 1”", "Part of it"),
        ("dataset_folder", "train", "part “train”", "Part of it"),
        ("folder", "a.csv", "file “a.csv”", "File in it"),
        ("folder", "a.csv / b.csv", "files: a.csv / b.csv", "File in it"),
        ("folder", "12 files", "files: 12 files", "File in it"),
        ("csv", "", "", "File in it"),
    ],
)
def test_words(qapp, kind, name, said, title):
    details = {"sheet": name} if name else {}
    table = RawTable(Path("a"), "", kind, details, [], 0, [], Path())
    assert part_said(table) == said
    assert part_name(kind) == title


def test_one_of_several_datasets(qapp):
    details = {"sheet": "de", "configuration": "de"}
    table = RawTable(Path("a"), "", "folder", details, [], 0, [], Path())
    assert part_said(table) == "dataset “de”"
    assert part_name("folder", details) == "Dataset in it · configuration"
