"""Conversations that are one text, in the marks that training files write them with."""

import pytest

from ftstudio.data.conversations.written import is_written_talk, read_written

SAID = [("system", "Be kind."), ("user", "Lit?"), ("assistant", "Yes."), ("user", "Why?"),
        ("assistant", "Dusk.")]  # fmt: skip
TEXTS = {
    "chatml": "".join(f"<|im_start|>{who}\n{text}<|im_end|>\n" for who, text in SAID),
    "llama 3": "<|begin_of_text|>"
    + "".join(f"<|start_header_id|>{w}<|end_header_id|>\n\n{text}<|eot_id|>" for w, text in SAID),
    "llama 2": "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nLit? [/INST] Yes. </s>"
    "<s>[INST] Why? [/INST] Dusk. </s>",
    "names": "System: Be kind.\n\nHuman: Lit?\n\nAssistant: Yes.\n\nUser: Why?\n\nAssistant: Dusk.",
    "headings": "Be kind.\n\n### Instruction:\nLit?\n\n### Response:\nYes.\n\n### Question: Why?\n"
    "### Answer: Dusk.",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_all_marks_give_the_same_turns(text):
    assert [(turn.role, turn.content) for turn in read_written(text)] == SAID
    assert is_written_talk(text)


def test_an_instruction_and_its_text_are_one_question():
    turns = read_written(
        "### Instruction:\nSum up.\n\n### Input:\nA text.\n\n### Response:\nShort."
    )
    assert [(t.role, t.content) for t in turns] == [
        ("user", "Sum up.\n\nA text."), ("assistant", "Short.")
    ]  # fmt: skip


NONE = ["", "A plain text.", "# Answer\nIs a heading", "### Instruction: alone", "[INST] open",
        "He said: Human: what?", "<|im_end|>"]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_conversation(text):
    assert read_written(text) is None
    assert not is_written_talk(text)


def test_a_question_without_answer_is_no_whole_talk():
    assert not is_written_talk("Human: Lit?\n\nAssistant: ")
