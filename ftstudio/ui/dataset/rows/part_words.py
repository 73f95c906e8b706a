"""What one calls the part of a file that was read: a sheet, a table, a file in an archive."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from ftstudio.data.table import RawTable

_TABLES = ("sqlite",)
_DOCUMENTS = ("docx", "html", "pdf")
_BOOKS = ("xlsx",)
_CONFIGURATION = "configuration"  # in the details, where a folder holds several datasets
_SPLITS = ("dataset_folder",)
translate = QCoreApplication.translate


def part_name(kind: str, details: Mapping[str, str] | None = None) -> str:
    """“Sheet”: over a list of them. `kind` is a table's format."""
    if _CONFIGURATION in (details or {}):
        return translate("part_words", "Dataset in it · configuration")
    if kind in _BOOKS:
        return translate("part_words", "Sheet")
    if kind in _TABLES:
        return translate("part_words", "Table")
    if kind in (*_DOCUMENTS, *_SPLITS):
        return translate("part_words", "Part of it")
    return translate("part_words", "File in it")


def part_said(table: RawTable) -> str:
    """“sheet “Januar””; empty where there was nothing to choose."""
    name = table.details.get("sheet", "")
    if not name:
        return ""
    if _CONFIGURATION in table.details:
        words = translate("part_words", "dataset “{name}”")
    elif table.format in _BOOKS:
        words = translate("part_words", "sheet “{name}”")
    elif table.format in _TABLES:
        words = translate("part_words", "table “{name}”")
    elif table.format in (*_DOCUMENTS, *_SPLITS):
        words = translate("part_words", "part “{name}”")
    elif " / " in name or name.endswith(" files"):
        return translate("part_words", "files: {name}").format(name=name)
    else:
        words = translate("part_words", "file “{name}”")
    return words.format(name=name)
