"""Names that every system takes, and weights that are whole."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from ftstudio.adapters.files import check_safetensors, clean_name, slug, stage
from ftstudio.core.errors import StudioError
from tests.model_folders import write_safetensors


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Support desk", "support-desk"),
        ("Käpt'n Blaubär!", "kapt-n-blaubar"),
        ("../../etc/passwd", "etc-passwd"),
        ("客服", "adapter"),
        ("x" * 100, "x" * 40),
        ("", "adapter"),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_clean_name_is_one_line() -> None:
    assert clean_name(" a\nb\x00\u202ec " + "d" * 200).startswith("a b")
    assert len(clean_name("d" * 200)) == 80
    assert "\u202e" not in clean_name("a\u202eb")


def test_a_whole_file_gives_its_entries(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    write_safetensors(path, {"a": (2, 3), "b": (4,)}, "F16")
    assert set(check_safetensors(path)) == {"a", "b"}


def _with_header(path: Path, header: Any, data: bytes = b"\0" * 8) -> Path:
    raw = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + data)
    return path


@pytest.mark.parametrize(
    "header",
    [
        [],
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 80]}},
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}},
        {"a": {"dtype": "F32", "shape": [200], "data_offsets": [0, 8]}},
        {"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}},
        {"a": {"dtype": "F32", "data_offsets": [0, 8]}},
        {"a": 3},
    ],
)
def test_headers_that_lie(tmp_path: Path, header: Any) -> None:
    with pytest.raises(StudioError):
        check_safetensors(_with_header(tmp_path / "w.safetensors", header))


def test_a_header_longer_than_the_file(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(struct.pack("<Q", 1 << 60) + b"{}")
    with pytest.raises(StudioError):
        check_safetensors(path)


def test_stage_tells_its_progress(tmp_path: Path) -> None:
    files = []
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("12345")
        files.append(tmp_path / name)
    seen: list[tuple[int, int]] = []
    stage(files, tmp_path / "into", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(5, 10), (10, 10)]
