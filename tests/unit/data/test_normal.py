"""When two texts are the same."""

from ftstudio.core.example import Example
from ftstudio.data.normal import asked, marked, normal, normal_question, said, whole_text
from tests.unit.data.conftest import example, labelled, pair


def test_case_space_and_composition_do_not_count():
    assert normal(" Ist  es\nHELL? ") == "ist es hell?"
    assert normal("Cafe\u0301") == normal("CAFÉ")
    assert normal("a\u200bb\u00a0c") == "ab c"
    assert normal("ﬁn") == "fin"


def test_signs_at_the_ends_do_not_count_for_questions():
    assert normal_question("Who are you?") == normal_question("who are you")
    assert normal_question("???") == "???"
    assert normal_question("1+1?") != normal_question("1-1?")
    assert normal_question("“Who are you?!”") == "who are you"
    assert normal_question("你是谁？") == "你是谁"


def test_signs_that_belong_to_the_question_count():
    assert normal_question("What is C++?") != normal_question("What is C?")
    assert normal_question("-5 + 2") != normal_question("5 + 2")
    assert normal_question("Close the brackets: ( [") != normal_question("Close the brackets: { [")


def test_the_whole_text_knows_who_speaks():
    assert whole_text(example("a", "b")) == whole_text(example("A ", "b"))
    assert whole_text(example("a", "b")) != whole_text(example("b", "a"))


def test_the_whole_of_an_example_says_how_it_was_judged():
    assert whole_text(labelled("One", "a", "B")) == whole_text(labelled(" one", "b", "A"))
    assert whole_text(labelled("One", "a")) != whole_text(labelled("One", "b"))
    assert whole_text(pair("A", "x", "y")) != whole_text(pair("A", "y", "x"))
    assert whole_text(Example(text="One page")) == whole_text(Example(text="one  page"))
    assert said(pair("A", "x", "y").chosen) == "assistant:x"


def test_what_is_asked_of_a_document_is_its_text():
    assert asked(Example(text="One page.")) == "one page"
    assert asked(example("Who are you?", "a")) == "who are you"


def test_a_mark_stands_for_its_text_alone():
    texts = ["", "a", "b", "a " * 1000, "half \ud83d"]
    assert len({marked(text) for text in texts}) == len(texts)
    assert marked("a") == marked("a")
    assert len(marked("a" * 100)) == 16
