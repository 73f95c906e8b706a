"""When two texts are the same."""

from ftstudio.data.normal import normal, normal_question, whole_text
from tests.unit.data.conftest import example


def test_case_space_and_composition_do_not_count():
    assert normal(" Ist  es\nHELL? ") == "ist es hell?"
    assert normal("Cafe\u0301") == normal("CAFÉ")
    assert normal("a\u200bb\u00a0c") == "ab c"
    assert normal("ﬁn") == "fin"


def test_signs_at_the_ends_do_not_count_for_questions():
    assert normal_question("Who are you?") == normal_question("who are you")
    assert normal_question("???") == "???"
    assert normal_question("1+1?") != normal_question("1-1?")


def test_the_whole_text_knows_who_speaks():
    assert whole_text(example("a", "b")) == whole_text(example("A ", "b"))
    assert whole_text(example("a", "b")) != whole_text(example("b", "a"))
