"""How far a card goes, answered in the panel without holding up the window."""

from dataclasses import replace

from ftstudio.ui.setup.reach import Reach, find_reach, reach_words
from tests.gui.setup.conftest import on_a_card, show


def test_the_panel_answers_for_the_card(qtbot, opened):
    page = show(opened, "method")
    on_a_card(opened)
    opened.desk.choose_method("qlora")
    qtbot.waitUntil(lambda: "tokens" in page.panel.reach.text(), timeout=10_000)
    first = page.panel.reach.text()
    assert "this card holds" in first
    machine = replace(opened.desk.situation.machine, free_bytes=12 * 10**9)
    opened.desk.foresight._on_machine(machine)
    qtbot.waitUntil(lambda: page.panel.reach.text() not in ("", first), timeout=10_000)


def test_more_memory_reaches_further(opened):
    on_a_card(opened)
    desk = opened.desk
    made, situation = desk.proposals["qlora"], desk.situation
    found = [
        find_reach(
            replace(situation, machine=replace(situation.machine, free_bytes=free)), made, 44
        )
        for free in (10**8, 12 * 10**9, 22 * 10**9)
    ]
    lengths = [reach.longest for reach in found]
    assert lengths == sorted(lengths)
    assert lengths[0] == 0
    assert lengths[-1] > 64
    assert found[0].largest == ""
    assert found[-1].largest


def test_in_words(opened):
    assert "up to 3,136 tokens" in reach_words(opened, Reach(3136, "Qwen3 14B", True))
    assert "as large as Qwen3 14B" in reach_words(opened, Reach(3136, "Qwen3 14B", True))
    none = reach_words(opened, Reach(0, "", False))
    assert "this computer holds neither a short text" in none
    too_large = reach_words(opened, Reach(0, "SmolLM2 135M", True))
    assert "not even a short text" in too_large
    assert "as large as SmolLM2 135M" in too_large
    assert "usual" not in reach_words(opened, Reach(64, "", True))
