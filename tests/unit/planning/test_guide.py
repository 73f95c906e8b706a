"""The tree of plain questions ends where the data allows it."""

import pytest

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.example import KINDS
from ftstudio.planning.guide import CHANGES, guide, guide_method, likely_change
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.proposal import Situation, propose
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not_learn
from tests.shapes import QWEN_8B, STARTER

CPU = Machine("cpu", "2 processor cores", 16 * 10**9, 12 * 10**9, 2)
CARD = Machine("cuda", "RTX 4090", 24 * 10**9, 21 * 10**9, 8, "Ada")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_ends_in_a_goal_that_the_data_allows_or_says_what_is_missing(change, kind):
    facts = DatasetFacts(kind=kind, train=300, validation=30, labels={"a": 150, "b": 150})
    made = guide(facts, change)
    if made.missing:
        assert made.missing.endswith(".")
    else:
        assert made.reasons
    if made.objective:
        assert not why_not_learn(objectives()[made.objective], facts)


def test_facts_need_more_passes_than_tone():
    chat = DatasetFacts(train=300)
    assert guide(chat, "facts").preset == "thorough"
    assert guide(chat, "tone").preset == "balanced"
    assert "few" in guide(DatasetFacts(train=60), "tone").reasons[-1]


def test_judgement_can_not_be_learned_from_single_answers():
    made = guide(DatasetFacts(train=300), "judgement")
    assert made.objective == "instruct"
    assert "pairs" in made.missing


def test_the_first_guess_follows_the_data():
    guesses = {kind: likely_change(DatasetFacts(kind=kind)) for kind in KINDS}
    assert guesses["chat"] == "tone"
    assert guesses["label"] == guesses["number"] == "sorting"
    assert guesses["text"] == "language"
    assert guesses["preference"] == guesses["feedback"] == "judgement"


@pytest.mark.parametrize(
    ("shape", "machine", "keep", "method"),
    [(STARTER, CPU, True, "lora"), (STARTER, CPU, False, "full"), (QWEN_8B, CARD, False, "")],
)
def test_every_weight_moves_only_where_it_may_and_fits(tmp_path, shape, machine, keep, method):
    situation = Situation(shape, Lengths(370, 41, 70, 180, 220), machine, tmp_path)
    proposals = [propose(situation, m) for m in methods().values()]
    key, reason = guide_method(proposals, keep)
    assert reason
    if method:
        assert key == method
    else:
        assert key != "full"


def test_without_a_proposal_there_is_no_method():
    assert guide_method([], True) == ("", "")
