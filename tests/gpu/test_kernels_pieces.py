"""The probe of kernels, as far as it needs no card: it runs everywhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from ftstudio.planning.card_kinds import find_kind
from ftstudio.worker.simulation import shim
from ftstudio.worker.simulation.tracker import Taken
from tests.gpu import operations, test_kernels, trials
from tests.gpu.comparison import MIB
from tests.gpu.configurations import Configuration
from tests.gpu.test_forecast_pieces import TINY

aten = torch.ops.aten
can_stand_in = pytest.mark.skipif(
    shim.needed() and not any(map(shutil.which, shim.COMPILERS)),
    reason="no card and no C++ compiler here",
)


def test_an_operation_is_written_down_and_made_again() -> None:
    given = torch.ones(4, 6).t()
    args = (given, [given, None], 1.5, True)
    kwargs = {"dtype": torch.float16, "device": torch.device("cpu"), "layout": torch.strided}
    written = json.loads(json.dumps(operations.write(aten._to_copy.default, args, kwargs)))
    func, again, more = operations.made(written, "cpu")
    assert func is aten._to_copy.default
    assert again[0].shape == given.shape
    assert again[0].stride() == given.stride()
    assert again[1][0].dtype == torch.float32
    assert again[1:][1:] == [1.5, True]
    assert more == kwargs
    with pytest.raises(operations.Unwritable):
        operations.write(aten._to_copy.default, (object(),), {})


def test_what_is_spread_over_rows_is_made_so_again() -> None:
    given = torch.ones(3, 1, 4).expand(3, 5, 4)
    written = operations.write(aten.clone.default, (given,), {})
    func, (made,), _ = operations.made(written, "cpu")
    assert made.shape == (3, 5, 4)
    assert made.stride() == given.stride()
    assert func(made).sum() > 0


def test_long_lists_are_told_by_their_first_ones() -> None:
    operation = {**row(0, 0), "args": [list(range(300)), [1, 2]], "made": []}
    told = test_kernels.row_of(operation, {"hidden": 0, "kept": 0, "made": []})
    assert told["args"] == [[0, 1, 2, 3, 4, 5, "300 in all"], [1, 2]]
    assert "made" not in told


def test_words_are_low_and_other_whole_numbers_are_0() -> None:
    words = torch.zeros(50, dtype=torch.int64)
    table = torch.ones(1000, 8)
    written = operations.write(aten.embedding.default, (table, words), {})
    _, (_, made), _ = operations.made(written, "cpu")
    assert 0 < int(made.max()) < 100
    written = operations.write(aten.index_select.default, (table, 0, words), {})
    func, args, kwargs = operations.made(written, "cpu")
    assert int(args[2].max()) == 0
    assert func(*args, **kwargs).shape == (50, 8)


def test_what_the_rules_say_is_kept_once_for_each_operation(monkeypatch: Any) -> None:
    monkeypatch.setattr(operations, "_tensors", lambda value: [_OnCard()])
    recorder = operations.Recorder(lambda *given: Taken(before=(1,), after=(600,)))
    for length in (4, 4, 5):
        given = torch.ones(length)
        assert recorder(aten.relu.default, (given,), {}, given).after == (600,)
    assert [one["rule"] for one in recorder.seen.values()] == [512 + 1024] * 2


class _OnCard:
    device = torch.device("cuda")
    shape = (1,)
    dtype = torch.float32


@can_stand_in
@pytest.mark.timeout(600)
def test_a_training_on_a_card_that_is_not_there_is_recorded_and_can_be_probed(
    tmp_path: Path,
) -> None:
    one = trials.prepare(Configuration("tiny", "instruct", "lora", 2, 64), tmp_path, TINY)
    found = test_kernels.record(one, find_kind("h100-80gb"), tmp_path)
    names = {operation["name"] for operation in found}
    assert {"aten::mm", "aten::embedding"} <= names
    assert any("attention_backward" in name for name in names)
    assert len({test_kernels.key_of(operation) for operation in found}) == len(found) > 40
    assert any(operation["rule"] > 0 for operation in found)
    rows = test_kernels.probe(found, tmp_path, "cpu")
    assert len(rows) == len(found)
    # The processor has no kernels for a few of them; what it has, gives what was foretold.
    fine = [row for row in rows if "error" not in row]
    assert len(fine) > 0.8 * len(rows), test_kernels.summary(rows)["errors"]
    assert sum("made" in row for row in fine) <= 0.05 * len(fine)


@pytest.mark.timeout(300)
def test_what_ends_the_process_is_passed_over(tmp_path: Path) -> None:
    fine = {"name": "aten::relu", "overload": "", "kwargs": {}, "rule": 0, "made": None,
            "args": [{"tensor": [[4], [1], "float32", "cuda"]}]}  # fmt: skip
    odd = {**fine, "name": "aten::no_such_thing"}
    # The processor's memory ends long before this: a process that asks for it is told so.
    large = {**fine, "args": [{"tensor": [[1 << 50], [1], "float32", "cuda"]}]}
    rows = test_kernels.probe([fine, odd, large, fine], tmp_path, "cpu")
    assert ["error" in row for row in rows] == [False, True, True, False]
    assert rows[0]["made"]["really"] == [[[4], "torch.float32"]]


def row(hidden: int, rule: int) -> dict[str, Any]:
    tensor = {"tensor": [[4, 5], [5, 1], "float16", "cuda"]}
    return {"name": "aten::mm", "overload": "", "args": [tensor, tensor, 1], "kwargs": {},
            "rule": rule, "hidden": hidden}  # fmt: skip


def test_a_rule_may_be_a_little_off() -> None:
    assert not test_kernels.is_wrong(row(0, 0))
    assert not test_kernels.is_wrong(row(2 * MIB, 0))
    assert test_kernels.is_wrong(row(2 * MIB + 1, 0))
    assert not test_kernels.is_wrong(row(1020 * MIB, 1000 * MIB))
    assert test_kernels.is_wrong(row(979 * MIB, 1000 * MIB))
    assert not test_kernels.is_wrong({"rule": 5, "error": "no kernel"})
    assert test_kernels.line(row(3 * MIB, 0)) == (
        "aten::mm. [[4, 5], [4, 5]]: 3.00 MiB, the rule says 0.00"
    )


def test_the_table_tells_all_and_can_be_read_again(tmp_path: Path) -> None:
    rows = [row(3 * MIB, 0), row(0, 0), {**row(0, 0), "error": "no kernel"}]
    rows[2].pop("hidden")
    told = test_kernels.summary(rows)
    assert (told["operations"], told["measured"], told["taking"], told["wrong"]) == (3, 2, 1, 1)
    assert told["errors"] == ["aten::mm: no kernel"]
    test_kernels.keep("Hopper", {"card": "A card", "summary": told, "rows": rows}, tmp_path)
    read = json.loads((tmp_path / "kernels-hopper.json").read_text("utf-8"))
    assert read["rows"] == rows
    assert read["summary"] == told
