"""Clean stretches come as blocks; doubtful rows come one by one, at their place."""

import io

from ftstudio.data.format import Block
from ftstudio.data.ingest import fast_csv
from ftstudio.data.ingest.csv_lines import Judge, Strays
from ftstudio.data.ingest.dialect import Dialect
from ftstudio.data.ingest.fast_csv import FastCsv


def items(text: str, line: int = 1) -> list:
    judge = Judge(["a", "b"], short_is_fine=False)
    table = FastCsv(io.BytesIO(text.encode()), Dialect(",", True), judge, Strays())
    return list(table.items(line))


def test_numbers_are_those_of_the_lines():
    (block,) = items('a,b\n\n1,"x\ny"\r\n2,z\n,\n3,"""q"""', line=2)
    assert isinstance(block, Block)
    assert block.rows.tolist() == [3, 5, 7]
    assert block.columns["b"].to_pylist() == ["x\ny", "z", '"q"']


def test_a_doubtful_row_does_not_cost_its_neighbours(monkeypatch):
    text = 'c,d\n1,2\n3" disk,4\n"open,5\n6,7\n8\n9,0\n'
    kinds = [type(item).__name__ for item in items(text)]
    assert kinds == ["Block", "Record", "Problem", "Problem", "Block"]
    monkeypatch.setattr(fast_csv, "BLOCK", 5)
    small = [item for item in items(text) if not isinstance(item, Block)]
    assert [item.row for item in small] == [3, 4, 6]


def test_lone_returns_are_for_the_careful_reader():
    assert [item.row for item in items("a,b\n1,2\r3,4\r")] == [1, 2, 3]
