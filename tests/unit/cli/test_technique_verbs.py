"""The catalogue on the command line: everything there is, and why a pair is not."""

from __future__ import annotations

import json

import pytest

from ftstudio.cli import main
from ftstudio.techniques import methods, objectives, rewards, safeguards
from ftstudio.techniques.fitting import why_not


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, object]]]:
    assert main(["techniques", "--json"]) == 0
    found: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return found


def test_lists_all_there_is(told: dict[str, list[dict[str, object]]]) -> None:
    assert {o["key"] for o in told["objectives"]} == set(objectives())
    assert {m["key"] for m in told["methods"]} == set(methods())
    assert {s["key"] for s in told["safeguards"]} == set(safeguards())
    assert {r["key"] for r in told["rewards"]} == set(rewards())


def test_every_pair_is_there_with_ok_or_why(told: dict[str, list[dict[str, object]]]) -> None:
    pairs = {(p["objective"], p["method"]): p for p in told["pairs"]}
    assert len(pairs) == len(objectives()) * len(methods()) == len(told["pairs"])
    for (objective, method), pair in pairs.items():
        said = why_not(objectives()[str(objective)], methods()[str(method)])
        assert pair["ok"] == (said is None)
        assert pair.get("why") == said


def test_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["techniques"]) == 0
    said = capsys.readouterr().out
    assert "objective instruct" in said
    assert "method.rank=16" in said
    assert "goes with every method, but for these" in said
