"""One text per row that holds a whole conversation."""

from ftstudio.core.example import Example
from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.written import LAYOUT
from ftstudio.data.table import Problem


def test_guessed_before_plain_text(read_text):
    body = "".join(
        f'"Human: Is {i} lit?\n\nAssistant: Lamp {i} is, since dusk."\n' for i in range(20)
    )
    best = guess_layouts(read_text("a.csv", "text\n" + body))[0]
    assert (best.layout, best.mapping) == ("written", {"text": "dialogue"})
    assert best.confidence >= 0.9
    assert "text" in best.reason


def test_texts_that_name_a_speaker_now_and_then_stay_texts(read_text):
    body = "".join(f"A long tale of lamp number {i} that goes on and on for a while.\n" * 4
                   for i in range(20))  # fmt: skip
    ranked = guess_layouts(read_text("a.csv", "text\n" + body + '"Human: a\nAssistant: b"\n'))
    assert ranked[0].layout == "text"
    assert next(g for g in ranked if g.layout == "written").confidence < 0.1


def test_read_with_its_system_prompt():
    roles = {"t": "dialogue", "s": "system"}
    row = {"_row": "4", "t": "Human: Lit?\n\nAssistant: Yes.", "s": "Be kind."}
    made = LAYOUT.to_example(row, roles)
    assert isinstance(made, Example)
    assert [m.role for m in made.messages] == ["system", "user", "assistant"]
    assert made.source_row == 4


def test_problems():
    for text, word in (("Just a text.", "no marks"), ("Human: Lit?", "Nobody answers")):
        made = LAYOUT.to_example({"_row": "4", "t": text}, {"t": "dialogue"})
        assert isinstance(made, Problem)
        assert word in made.reason
