"""Texts with classes: which column holds them, and how several stand in one cell."""

import pytest

from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.label import LAYOUT

ROLES = {"t": "text", "c": "label"}
CLASSES = ("billing", "delivery", "repair")


def body(width=1):
    return "".join(
        f"My lamp number {i} does something odd today,{CLASSES[i % 3]}{',x' * (width - 1)}\n"
        for i in range(30)
    )


@pytest.mark.parametrize(
    ("cell", "labels"),
    [("billing", ["billing"]), ("a; b", ["a", "b"]), ("a|b", ["a", "b"]), ('["a"]', ["a"]),
     ("", []), (None, [])],
)  # fmt: skip
def test_a_text_with_its_classes(cell, labels):
    example = LAYOUT.to_example({"_row": "4", "t": "It hums.", "c": cell}, ROLES)
    assert example.kind == "label"
    assert example.labels == labels
    assert example.question == "It hums."
    assert example.source_row == 4


@pytest.mark.parametrize("header", ["text,label", "message,Category", "Frage,Kategorie",
                                    "utterance,intent", "review,sentiment"])  # fmt: skip
def test_classes_rank_first(read_text, header):
    best = guess_layouts(read_text("a.csv", f"{header}\n{body()}"))[0]
    assert best.layout == "label"
    assert list(best.mapping.values()) == ["text", "label"]
    assert best.confidence > 0.9
    assert "3 different values" in best.reason


def test_several_classes_in_a_cell_are_counted_one_by_one(read_text):
    pairs = ("billing;repair", "billing", "repair|delivery", "delivery")
    rows = "".join(f"Something odd about lamp {i},{pairs[i % 4]}\n" for i in range(40))
    best = guess_layouts(read_text("a.csv", f"text,tags\n{rows}"))[0]
    assert best.layout == "label"
    assert "3 different values" in best.reason


def test_a_name_that_says_nothing_is_asked_about(read_text):
    best = guess_layouts(read_text("a.csv", f"words,team\n{body()}"))[0]
    assert best.layout == "label"
    assert best.confidence < 0.8
    assert not best.sure


def test_question_and_answer_stay_what_they_are_beside_a_category(read_text):
    rows = "".join(f"How is lamp {i}?,It is fine {i} and lit,{CLASSES[i % 3]}\n" for i in range(30))
    best = guess_layouts(read_text("a.csv", f"Question,Answer,Category\n{rows}"))[0]
    assert best.layout == "question_answer"


def test_answers_that_all_differ_are_no_classes(read_text):
    rows = "".join(f"How is lamp {i}?,Topic {i} of its own\n" for i in range(30))
    best = guess_layouts(read_text("a.csv", f"question,category\n{rows}"))[0]
    assert best.layout != "label"


def test_the_names_of_pictures_are_no_texts(read_text):
    lines = "".join(f"pictures/lamp-{i}.png,{CLASSES[i % 3]}\n" for i in range(30))
    ranked = guess_layouts(read_text("a.csv", f"image,label\n{lines}"))
    assert ranked[0].layout == "vision"
    assert next(one for one in ranked if one.layout == "label").confidence < 0.1
