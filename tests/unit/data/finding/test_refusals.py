"""Refusals in several languages, and answers that only sound like it."""

import pytest

from ftstudio.data.finding.refusals import refusal


@pytest.mark.parametrize(
    "answer",
    ["As an AI language model, I can't browse.", "I’m sorry, but I cannot help with that.",
     "I am unable to provide medical advice.", "Als KI habe ich keine Meinung.",
     "Es tut mir leid, aber ich kann das nicht.", "En tant qu'IA, je n'ai pas d'avis.",
     "Lo siento, pero no puedo ayudarte.", "Como modelo de lenguaje, no tengo acceso.",
     "Mi dispiace, ma non posso aiutarti.", "作为一个人工智能，我没有感情。", "抱歉，我无法回答。",
     "Unfortunately, I cannot assist with this.", "I don't have access to the internet."],
)  # fmt: skip
def test_refusals(answer):
    assert refusal(answer)


@pytest.mark.parametrize(
    "answer",
    ["Paris is the capital of France.", "Sorry for the delay, your parcel is on its way.",
     "AI is a field of computer science.", "You cannot help it.", "I can't wait to see you!",
     "As a nurse, I help people.", "", "Als Kind war er krank."],
)  # fmt: skip
def test_other_answers(answer):
    assert refusal(answer) == ""


def test_only_the_beginning_counts():
    assert refusal("A long story. " * 30 + "As an AI language model, I end it.") == ""
