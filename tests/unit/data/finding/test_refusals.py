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
     "I won't be able to help you with that.", "I must decline.", "As a responsible AI, I won't.",
     "I am ChatGPT, trained by OpenAI.", "对不起，我无法回答这个问题。",
     "Извините, я не могу помочь с этим.",
     "Как языковая модель, я не имею мнения.", "죄송하지만 도와드릴 수 없습니다.",
     "Przepraszam, nie mogę pomóc.", "Üzgünüm, buna yardımcı olamam.", "عذرًا، لا أستطيع المساعدة.",
     "Es tut mir leid, dabei kann ich nicht helfen.",
     "Unfortunately, I cannot assist with this.", "I don't have access to the internet."],
)  # fmt: skip
def test_refusals(answer):
    assert refusal(answer)


@pytest.mark.parametrize(
    "answer",
    ["Paris is the capital of France.", "Sorry for the delay, your parcel is on its way.",
     "AI is a field of computer science.", "You cannot help it.", "I can't wait to see you!",
     "As an AI engineer, I design models.", "I am an AI researcher.", "Als KI-Firma sind wir neu.",
     "As an AI-powered company we grow.", "I can't help it: I laugh.", "I can't help but wonder.",
     "I can't give you an exact number, but it is about 5.", '"I cannot help you," said the king.',
     "Es tut mir leid, ich kann morgen nicht kommen.", "“I cannot answer that” is what he said.",
     "Translate: 'I cannot help you' is ‘Ich kann dir nicht helfen’.",
     "As a nurse, I help people.", "", "Als Kind war er krank."],
)  # fmt: skip
def test_other_answers(answer):
    assert refusal(answer) == ""


def test_only_the_beginning_counts():
    assert refusal("A long story. " * 30 + "As an AI language model, I end it.") == ""
