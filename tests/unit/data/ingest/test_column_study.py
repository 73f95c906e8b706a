"""A column is known alike, whether its cells come one by one or as a block."""

import random

import pyarrow as pa
import pytest

from ftstudio.data.ingest.column_study import Study

CELLS = [
    "lamp",
    "Lit?",
    "Lit? ",
    "Lit?\n",
    "点く？",
    "？",
    "?",
    "",
    None,
    "7",
    "2026-03-01",
    "true",
    "x" * 300,
]


@pytest.mark.parametrize("seed", range(8))
def test_blocks_say_the_same(seed):
    chance = random.Random(seed)
    many = [f"{chance.choice('ab')} {n}" for n in range(1500)]
    cells = chance.choices(CELLS if seed % 2 else [*CELLS, *many], k=chance.choice([3, 7000]))
    one, block = Study("a"), Study("a")
    for cell in cells:
        if cell:
            one.see(cell, cell)
    whole = pa.array(["before", *cells], pa.large_string())
    middle = len(cells) // 3
    block.see_block(whole.slice(1, middle))
    block.see_block(whole.slice(1 + middle))
    assert block.column() == one.column()
    assert block.few == one.few


def test_what_cells_were_before_they_were_text():
    study = Study("a")
    study.see_block(pa.array(["1", None, "2"], pa.large_string()), [True, None, True])
    assert study.column().kind == "yes/no"


def test_columns_of_few_values():
    study = Study("a")
    study.see_block(pa.array(["yes", "no"] * 50, pa.large_string()))
    assert study.few
    study.see_block(pa.array([str(n) for n in range(3000)], pa.large_string()))
    assert not study.few
