"""The fast readers give what the careful ones give: rows, numbers, problems, columns."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.formats import delimited, json_lines
from ftstudio.data.ingest import fast_csv
from ftstudio.data.table import RawTable
from tests.nasty.make_museum import EXHIBITS, make
from tests.nasty.reading_here import read_here
from tests.nasty.shared_data import SHARED

PLAIN = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
SHARED_FILES = sorted(p for p in SHARED.rglob("*") if p.suffix in PLAIN) if SHARED.is_dir() else []


def told(path: Path, into: Path) -> object:
    try:
        table = read_here(path, into)
    except StudioError as error:
        return error.to_dict()
    problems, remarks = table.problems, table.remarks
    return (table.columns, table.rows(), problems, remarks, table.details, table.rows_in_file)


def both(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    careful = told(path, folder / "careful")
    monkeypatch.setattr(delimited, "FAST_FROM", 0)
    monkeypatch.setattr(json_lines, "FAST_FROM", 0)
    monkeypatch.setattr(fast_csv, "BLOCK", block)
    monkeypatch.setattr(json_lines, "BLOCK", block)
    assert told(path, folder / "fast") == careful


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("museum")
    make(folder)
    return folder


@pytest.mark.parametrize("block", [37, 1 << 22])
@pytest.mark.parametrize("name", [e.name for e in EXHIBITS if Path(e.name).suffix in PLAIN])
def test_our_museum(name: str, block: int, museum: Path, tmp_path: Path, monkeypatch):
    both(museum / name, tmp_path, monkeypatch, block)


@pytest.mark.parametrize("path", SHARED_FILES, ids=lambda path: path.name)
def test_the_shared_museum(path: Path, tmp_path: Path, monkeypatch):
    both(path, tmp_path, monkeypatch, 5_000)


CELLS = ["lamp", "", "Lit?", "a,b", 'say "hi"', "two\nlines", "two\r\nlines", "größe？", "  x ",
         "007", "2024-01-02", "", "Ã¼ber", "=1+1"]  # fmt: skip
ODD = ['5" disk,x,y', '"open,x,y', 'a,"b"c,d', "one", "a,b,c,d", "a,b,c,,", ",,", "", "\ufeffa,b,c",
       'a,"b\n\nc",d', '"",x,""', '"""",x,y', "a\0b,c,d"]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_random_tables(seed: int, tmp_path: Path, monkeypatch):
    chance = random.Random(seed)
    end = chance.choice(["\n", "\r\n"])
    oddness = chance.choice([0, 0.02, 0.2])
    lines = ["question,answer,mark"]
    for _ in range(chance.randrange(30, 400)):
        if chance.random() < oddness:
            lines.append(chance.choice(ODD))
            continue
        row = [chance.choice(CELLS) for _ in range(3)]
        quoted = [c if c.isalnum() else '"' + c.replace('"', '""') + '"' for c in row]
        lines.append(",".join(quoted))
    path = tmp_path / "a.csv"
    path.write_bytes((end.join(lines) + chance.choice(["", end])).encode())
    both(path, tmp_path, monkeypatch, chance.choice([50, 700, 1 << 22]))


VALUES = ["lamp", "", "Lit?", None, True, 1, -0.0, 1.5, 1e300, 2**70, [1, "a"], {"a": {"b": []}},
          'say "hi"', "back\\slash\\", "größe", "\u2028", [{"role": "user", "content": 'a "b"'}],
          1e22, 123456789012345678901, {"n": 2**65}]  # fmt: skip
ODD_LINES = ['{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 2}}', "{broken", "[1]", '"text"', "", "  ",
             '{"a": NaN}', '{"a": "\\ud800"}', '{"a": 1} x', '{"a": -0}', "[" * 300 + "]" * 300,
             '{"a": 1},', '\ufeff{"a": 1}', '{"a": 1E2, "b": 1e-7}', '{"a\\u0022": "\\u0022"}',
             '{"_row": 1}']  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_random_lines(seed: int, tmp_path: Path, monkeypatch):
    chance = random.Random(seed)
    oddness = chance.choice([0, 0.02, 0.3])
    lines = ['{"a": "lamp", "b": "x"}'] * 3
    for _ in range(chance.randrange(30, 400)):
        if chance.random() < oddness:
            lines.append(chance.choice(ODD_LINES))
            continue
        names = chance.sample("abcde", chance.randrange(1, 4))
        row = {name: chance.choice(VALUES) for name in names}
        lines.append(json.dumps(row, ensure_ascii=chance.random() < 0.5))
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr("ftstudio.data.ingest.fast_json.BATCH", chance.choice([3, 500]))
    both(path, tmp_path, monkeypatch, chance.choice([50, 700, 1 << 22]))


def test_the_fast_way_is_taken(tmp_path: Path, monkeypatch):
    """Else the comparisons above would compare the careful reader with itself."""
    seen: list[type] = []
    plain = RawTable.save
    from ftstudio.data.ingest.store import RowStore

    add = RowStore.add_block
    monkeypatch.setattr(RowStore, "add_block", lambda s, b: (seen.append(type(b)), add(s, b))[1])
    monkeypatch.setattr(delimited, "FAST_FROM", 0)
    monkeypatch.setattr(json_lines, "FAST_FROM", 0)
    (tmp_path / "a.csv").write_text("question,answer\nLit?,Yes.\nOut?,No.\n", "utf-8")
    (tmp_path / "a.jsonl").write_text('{"a": "b"}\n{"a": "c"}\n', "utf-8")
    assert told(tmp_path / "a.csv", tmp_path / "1")
    assert told(tmp_path / "a.jsonl", tmp_path / "2")
    assert len(seen) == 2
    assert plain is RawTable.save
