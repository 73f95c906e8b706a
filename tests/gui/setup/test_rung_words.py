"""Several changes together are one row: each named, the curve and the price told once."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ftstudio.planning.ladder import Rung, rungs
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.proposal import Situation, propose
from ftstudio.techniques import methods
from ftstudio.ui.widgets.rung_words import rung_words
from tests.shapes import QWEN_8B

CARD = Machine("cuda", "RTX 4090", 24 * 10**9, 20_200_000_000, 8, "Ada")
WISH = {"batch_size": 8, "accumulation": 1, "activation_checkpointing": False,
        "optimizer": "adamw_torch_fused"}  # fmt: skip


@pytest.fixture
def words(qtbot: QtBot, tmp_path):
    owner = QWidget()
    qtbot.addWidget(owner)
    given = Situation(QWEN_8B, Lengths(4_000, 200, 300, 900, 1_400), CARD, tmp_path)
    proposal = propose(given, methods()["lora"], training=WISH)
    return rungs(given, proposal), lambda rung: rung_words(owner, rung, proposal)


def test_several_changes_are_named_in_one_row(words):
    found, say = words
    (together,) = [rung for rung in found if rung.key == "together"]
    title, price = say(together)
    assert title.startswith("Compute everything twice")
    assert " and " in title
    assert f"{together.changes['batch_size']} at a time instead of 8" in title
    assert "Same curve" in price
    assert "% slower" in price


def test_another_method_says_that_it_is_another_result(words):
    _, say = words
    title, price = say(Rung("method", {}, 1, "fits", False, "qlora"))
    assert title == "Take QLoRA instead"
    assert price.startswith("Another result, as fast. ")


@pytest.mark.parametrize(
    ("price", "said"),
    [(0.33, "about 33 % slower"), (-0.4, "about 40 % faster"), (0.01, "as fast")],
)
def test_every_change_has_its_price_in_time(words, price, said):
    _, say = words
    for rung in (Rung("twice", {}, 1, "fits", True, price=price),
                 Rung("smaller", {"batch_size": 4}, 1, "fits", True, price=price),
                 Rung("method", {}, 1, "fits", False, "qlora", price=price)):  # fmt: skip
        assert said in say(rung)[1]


def test_rows_that_are_cut_are_named(words):
    _, say = words
    for cut, said in ((0, "longer examples are cut"), (1, "one example is cut"),
                      (1_200, "1,200 examples are cut")):  # fmt: skip
        rung = Rung("shorter", {"max_length": 512}, 1, "fits", False, rows_cut=cut)
        assert said in say(rung)[1]


def test_smaller_batches_that_are_more_steps_say_so(words):
    _, say = words
    changes = {"batch_size": 4, "accumulation": 2}
    price = say(Rung("smaller", changes, 1, "fits", False))[1]
    assert price == "Another result: more and smaller steps in a round · as fast"
    assert "Same curve" in say(Rung("smaller", changes, 1, "fits", True))[1]
