"""Answers in which a model speaks of itself or refuses, in several languages."""

from __future__ import annotations

import re

_BEGINNING = 250  # characters; further on, such words are mostly quoted or part of a story
# “As an AI engineer” is a person.
_NO_JOB = (
    r"(?![ -](?:powered |driven |and \w+ )?(?:engineers?|research\w*|scientists?|developers?"
    r"|experts?|ethic\w*|compan\w+|startups?|consult\w+|students?|enthusiasts?|specialists?|professors?"
    r"|architects?|product|system|tool|lab|team|teacher|artist|fan)\b)"
)
# A model that says what it is.
_SELF = (
    r"as an? (?:(?:ai|virtual|digital) (?:assistant|model|language model)|(?:large )?language model"
    rf"|(?:responsible )?ai|a\.i\.|artificial intelligence)\b{_NO_JOB}",
    r"i(?:'m| am) (?:just |only )?an? (?:ai|a\.i\.|artificial intelligence|(?:large )?language"
    rf" model)\b{_NO_JOB}",
    r"i(?:'m| am) chatgpt\b|(?:created|trained|developed) by (?:openai|anthropic)\b",
    r"my (?:knowledge cut-?off|training data (?:only )?(?:goes|ends))",
    r"als (?:ki(?!-?(?:gest|basi|unter|exper|entw|forsch|firm|berat|ingen))|künstliche intelligenz"
    r"|(?:ki-)?sprachmodell)\b",
    r"ich bin (?:nur )?(?:eine ki|ein sprachmodell|eine künstliche intelligenz)",
    r"en tant qu(?:'|’|e )(?:ia|intelligence artificielle|(?:grand )?modèle de langage)",
    r"je suis une (?:ia|intelligence artificielle)",
    r"como (?:una? )?(?:ia|inteligencia artificial|modelo de lenguaje)\b",
    r"como (?:uma )?(?:ia|inteligência artificial)\b|como um modelo de linguagem",
    r"come (?:ia|intelligenza artificiale|modello linguistico)\b",
    r"als (?:ai|kunstmatige intelligentie|taalmodel)\b",
    r"作为(?:一个|一名|一款)?(?:人工智能|ai|语言模型|大型语言模型)",
    r"(?:ai|人工知能|言語モデル)(?:アシスタント)?として",
    r"как (?:языковая модель|ии\b|искусственный интеллект)",
    r"jako (?:model językowy|sztuczna inteligencja)|bir (?:yapay zeka|dil modeli) olarak",
    r"(?:ai|인공지능)(?: 언어 ?모델)?로서|بصفتي (?:نموذج|ذكاء)",
)
# A refusal.
_REFUSED = (
    r"(?:i(?:'m| am) (?:very |so |really )?sorry,? (?:but )?|unfortunately,? )?i (?:can(?:not|'t)"
    r"|am (?:not able|unable) to|(?:will|must|have to) (?:not|decline(?: to)?)"
    r"|(?:won't|will not) be able to|won't) "
    r"(?:help(?! (?:it|but|\w+ing)\b)|assist|provide|fulfil|comply|create|generate|write|answer"
    r"|engage|do that|discuss|support|offer|share"
    r"|give (?:you )?(?:advice|instructions|information|medical|legal|that))",
    r"i must decline\b",
    r"i(?:'m| am) (?:not able|unable) to (?:help|assist|provide|fulfil|comply|access|browse|create|"
    r"generate|open|view)", r"i do(?:n't| not) have (?:personal|access to|the ability to|feelings)",
    r"es tut mir leid,? (?:aber )?(?:ich kann|das kann ich)[^.!?]{0,80}\b(?:das nicht|helfen"
    r"|beantworten|unterstützen|ausführen|erstellen|auskunft|erfüllen|nachkommen|machen|tun)\b",
    r"(?:dabei|damit) kann ich (?:dir|ihnen)? ?(?:leider )?nicht",
    r"je (?:suis désolée?,? (?:mais )?je )?ne (?:peux|suis) pas (?:vous |t')?"
    r"(?:aider|fournir|en mesure)",
    r"lo siento,? (?:pero )?no puedo", r"no puedo (?:ayudar|proporcionar|cumplir)",
    r"desculpe,? (?:mas )?não posso", r"mi dispiace,? (?:ma )?non posso",
    r"het spijt me,? (?:maar )?ik kan", r"(?:抱歉|对不起|不好意思),?，?(?:但)?我(?:不能|无法)",
    r"(?:извините|простите|к сожалению),? (?:но )?я не (?:могу|в состоянии) (?:помочь|ответить"
    r"|предоставить|выполнить)", r"przepraszam,? (?:ale )?nie mogę (?:pomóc|odpowiedzieć|udzielić)",
    r"üzgünüm,? (?:ama )?.{0,30}(?:yardımcı olamam|yapamam)",
    r"죄송(?:하지만|합니다).{0,30}(?:할 수 없|드릴 수 없|수 없습니다)",
    r"(?:عذر[اًا]*|آسف)،? ?(?:لكن )?لا (?:أستطيع|يمكنني)",
    r"申し訳.{0,12}(?:できません|お答えできません)",
)  # fmt: skip
# Every pattern has one of these in it; looking for them takes a thirtieth of the time.
_SIGNALS = ("artificial", "language model", "ai ", "ai,", "an ai", "a.i.", "assistant",
            "knowledge cut", "training data", " ki", "künstliche", "sprachmodell", "'ia", " ia",
            "intelligence", "langage", "inteligencia", "inteligência", "linguagem", "lenguaje",
            "intelligenza", "linguistico", "kunstmatige", "taalmodel", "als ai", "人工智能",
            "语言模型", "人工知能", "言語モデル", "アシスタント", "作为",
            "i can't", "i cannot", "unable", "not able", "decline", "i must not", "i will not",
            "i won't", "do not have", "don't have", "leid", "kann ich", "ne peux", "ne suis",
            "no puedo", "não posso", "non posso", "spijt", "抱歉", "申し訳",
            "chatgpt", "openai", "anthropic", "как ", "извините", "простите", "сожалению",
            "jako ", "przepraszam", "olarak", "üzgünüm", "로서", "죄송", "بصفتي", "عذر", "آسف",
            "must decline", "对不起", "不好意思")  # fmt: skip
_SELF_PATTERN = re.compile("|".join(_SELF), re.I)
_REFUSED_PATTERN = re.compile("|".join(_REFUSED), re.I)


def refusal(answer: str) -> str:
    """The words by which an answer speaks of itself as a model, or refuses; empty: it doesn't."""
    beginning = answer[:_BEGINNING].replace("’", "'")
    lower = beginning.lower()
    if not any(word in lower for word in _SIGNALS):
        return ""
    for pattern in (_SELF_PATTERN, _REFUSED_PATTERN):
        for match in pattern.finditer(beginning):
            if not _quoted(beginning, match.start()):
                return match.group().strip()
    return ""


def _quoted(text: str, start: int) -> bool:
    """Somebody else's words, or a sentence to translate."""
    before = text[:start]
    opened = before.count('"') % 2 == 1 or before.count("“") > before.count("”")
    return opened or before.endswith(("'", "‘", "«", "„", "「", "# ", "// "))
