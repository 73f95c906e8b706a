"""Insults, slurs and threats by a short list of our own: a flag to look at, never a verdict.

The list was written for this app and is free of any licence. It knows words, not meaning: a quote,
a lesson about insults and an insult look the same.
"""

from __future__ import annotations

import re

_WORDS = (
    # English
    r"fuck(?:er|ers|ing|ed|s)?|motherfuck\w*|shit(?:head|s|ty)?|bullshit|bitch(?:es)?|bastards?",
    r"assholes?|arseholes?|cunts?|dickheads?|wankers?|whores?|sluts?|faggots?|retard(?:s|ed)?",
    r"nigg(?:er|ers|a|as)|kikes?|spics?|chinks?|trann(?:y|ies)|morons?|scumbags?|imbeciles?",
    r"kill yourself|go die|i(?:'ll| will) kill (?:you|him|her|them)|drop dead|rape (?:you|her|him)",
    r"you(?:'re| are) (?:so |such )?(?:an? )?(?:idiot|stupid|worthless|pathetic|disgusting|ugly)",
    # German
    r"arschl[oö]ch\w*|scheiße?\w*|ficke?n?|fick dich|wichser\w*|hurensohn|hurens[öo]hne|nutten?",
    r"schlampen?|missgeburt(?:en)?|kanaken?|fotzen?|spasti|vollidiot(?:en)?|verpiss dich",
    # French, Spanish, Italian, Portuguese
    r"connards?|connasses?|salopes?|putain|encul[ée]s?|fils de pute|ta gueule|nique ta mère",
    r"hij[oa] de puta|hijos de puta|gilipollas|cabr[oó]n(?:es)?|maric[oó]n(?:es)?|pendej[oa]s?",
    r"vaffanculo|stronz[oaie]|figli[oa] di puttana|coglion[ei]|puttan[ae]",
    r"filh[oa] da puta|caralho|viados?|vai se foder|arrombad[oa]s?",
)
_PATTERN = re.compile(r"\b(?:" + "|".join(_WORDS) + r")\b", re.I)


def toxic(text: str) -> list[str]:
    """The words found, each once, in small letters."""
    plain = text.replace("’", "'")
    return list(dict.fromkeys(match.group().lower() for match in _PATTERN.finditer(plain)))
