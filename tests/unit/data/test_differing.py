"""What is another one between two texts."""

from __future__ import annotations

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.differing import Part, brief, changed_text, parts

PAIRS = [
    ("write to anna.k@web.de now", "write to [EMAIL_1] now"),
    ("a@b.de and c@d.de", "[EMAIL_1] and [EMAIL_2]"),
    ("  spaces  ", "spaces"),
    ("same", "same"),
    ("", "new"),
    ("gone", ""),
    ("cafÃ© au lait", "café au lait"),
    ("aaaa", "aaa"),
    ("x " * 4_000, "y " * 4_000),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_both_texts_can_be_put_together_again(before, after):
    found = parts(before, after)
    assert "".join(p.text for p in found if p.kind != "new") == before
    assert "".join(p.text for p in found if p.kind != "gone") == after


def test_only_what_is_another_one_is_marked():
    assert parts(*PAIRS[0]) == [
        Part("same", "write to "), Part("gone", "anna.k@web.de"), Part("new", "[EMAIL_1]"),
        Part("same", " now"),
    ]  # fmt: skip


def test_words_are_not_cut_through():
    assert [p.text for p in parts("colour", "color")] == ["colour", "color"]


def test_what_stayed_is_cut_short():
    found = brief(
        parts("word " * 100 + "old" + " word" * 100, "word " * 100 + "new" + " word" * 100)
    )
    assert [p.kind for p in found] == ["same", "gone", "new", "same"]
    assert sum(len(p.text) for p in found) < 60
    assert found[0].text.startswith("…")
    assert found[-1].text.endswith("…")


def test_the_text_that_changed_is_found():
    def chat(answer):
        turns = [Message(role="user", content="Who?"), Message(role="assistant", content=answer)]
        return Example(messages=turns, source_row=1)

    assert changed_text(chat("one"), chat("two")) == ("one", "two")
    assert changed_text(chat("one"), chat("one")) == ("Who?", "Who?")
    label = Example(messages=[Message(role="user", content="t")], labels=["Pos"],
                    source_row=1)  # fmt: skip
    assert changed_text(label, label.model_copy(update={"labels": ["good"]})) == ("Pos", "good")
