"""Scores and ranks say which answer is the better one."""

import json

import pytest

from ftstudio.data.columns.worth import asked_before, worth
from ftstudio.data.conversations.turns import Unusable


def test_of_ranks_the_least_is_worth_most():
    assert worth("4.5", "score") > worth("3", "score")
    assert worth(1, "rank") > worth(2, "model-ranking")


@pytest.mark.parametrize("value", ["good", True, ""])
def test_what_is_no_score(value):
    with pytest.raises(Unusable, match="is not a score"):
        worth(value, "score")


def test_a_question_or_a_conversation_stands_before_the_answers():
    assert [m.content for m in asked_before("Lit?")] == ["Lit?"]
    talk = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Lit?"}]
    assert [m.role for m in asked_before(json.dumps(talk))] == ["system", "user"]
    with pytest.raises(Unusable, match="Nothing is asked"):
        asked_before("  ")
