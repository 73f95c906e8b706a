"""What a model is given of the rows, and how its word is kept."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.data import meant
from ftstudio.data.meant import Group, groups_of, hand_over, handed, read_back, written
from ftstudio.data.step import Row
from tests.unit.data.conftest import example, labelled, rows_of


def test_questions_and_answers_are_handed_over_each_for_itself(tmp_path):
    rows = rows_of(("How long?", "Two days."), ("Wie groß \udcff?", "Zwölf Ä."))
    hand_over(rows, "both", tmp_path / "texts.jsonl")
    first, second = handed(tmp_path / "texts.jsonl")
    assert (first.key, first.texts, first.apart) == ("1", ["How long?", "Two days."], "")
    assert second.texts == ["Wie groß \udcff?", "Zwölf Ä."]
    assert first.outline == meant.outline_of(rows[0].example)
    hand_over(rows, "question", tmp_path / "texts.jsonl")
    assert next(handed(tmp_path / "texts.jsonl")).texts == ["How long?"]


def test_of_classes_and_plain_texts_only_the_text_is_compared():
    assert meant.compared(labelled("Too loud", "complaint"), "both") == ["Too loud"]
    assert meant.compared(Example(text="A page."), "both") == ["A page."]


def test_rows_with_pictures_are_kept_apart_by_them(tmp_path):
    rows = [Row(example("<image> What?", "A cat.", 1, images=["a/cat.png"]))]
    hand_over(rows, "both", tmp_path / "texts.jsonl")
    assert next(handed(tmp_path / "texts.jsonl")).apart == "cat.png"


def test_groups_stand_in_the_order_of_the_rows_and_come_back():
    stars = [(2, 0.91), None, (2, 1.0), (4, 0.9512), (4, 1.0)]
    groups = groups_of(["2", "3", "4.1", "-5", "6"], stars)
    assert groups == [Group(["4.1", "2"], [1.0, 0.91]), Group(["6", "-5"], [1.0, 0.951])]
    assert written(groups) == "4.1 2=0.91;6 -5=0.951"
    assert read_back(written(groups)) == groups
    assert read_back("") == []
    with pytest.raises(StudioError, match="can't be read"):
        read_back("1 2=x")
