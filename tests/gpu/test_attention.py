"""Which of PyTorch's attention kernels a card takes: as we say, case by case."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftstudio.gpu.cards import Card
from tests.gpu.test_kernels import _child


def answers(device: str) -> list[dict[str, Any]]:
    lines = _child("attention_child", device).splitlines()
    return [json.loads(one.removeprefix("RESULT ")) for one in lines if one.startswith("RESULT ")]


def same(one: dict[str, Any]) -> bool:
    """cuDNN's kernel, on Hopper and newer, has the flash kernel stand for it."""
    return bool(one["ours"] == one["really"].replace("cudnn", "flash"))


@pytest.mark.gpu
@pytest.mark.timeout(600)
def test_the_card_takes_the_kernel_that_we_reckon_with(card: Card) -> None:
    found = answers("cuda")
    through = sum(one["really"] == "cudnn" for one in found)
    print(f"{card.name}: {len(found)} cases, {through} of them by cuDNN")
    wrong = [json.dumps(one) for one in found if not same(one)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(300)
def test_all_cases_are_asked_and_answered() -> None:
    found = answers("cpu")
    assert len(found) == 120
    assert {one["ours"] for one in found} == {"flash", "efficient", "math"}
    math = {(one["dtype"], one["groups"]) for one in found if one["ours"] == "math"}
    assert math == {("float32", 2)}  # shared heads have a kernel in half precision alone
    assert all(one["ours"] != "flash" for one in found if one["mask"] != "none")
    assert all(one["ours"] != "flash" for one in found if one["dtype"] == "float32")
    assert same({"ours": "flash", "really": "cudnn"})
    assert not same({"ours": "flash", "really": "efficient"})
