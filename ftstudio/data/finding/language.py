"""The language a text is written in; short texts are uncertain."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

UNCERTAIN = ""
_SHORTEST = 40  # letters; a sign of Chinese, Japanese or Korean counts as four
_LEAST = 0.6  # probability below which it is uncertain

NAMES = {
    "af": "Afrikaans", "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali",
    "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "eu": "Basque",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician",
    "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese",
    "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "la": "Latin", "lt": "Lithuanian",
    "lv": "Latvian", "mk": "Macedonian", "mr": "Marathi", "ms": "Malay", "nl": "Dutch",
    "no": "Norwegian", "nb": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
# One language for whoever reads it, told apart by the library.
_SAME = {"nb": "no", "nn": "no", "wuu": "zh", "yue": "zh", "zh-hans": "zh", "zh-hant": "zh"}


_NO_PROSE = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`"  # code
    r"|\$\$.{1,2000}?\$\$|\$[^$\n]{1,300}\$|\\begin\{(\w+)\}.{1,4000}?\\end\{\1\}"  # formulas
    r"|<<[^<>\n]{1,100}>>|</?[A-Za-z][^<>\n]{0,300}>|\{\{[^{}\n]{1,60}\}\}"
    r"|(?:https?://|www\.)\S+|(?<!\S)[^\s@]{1,64}@[^\s@]{1,100}|\\[a-zA-Z]+|\w{31,}",
    re.DOTALL,
)
_CODE_LINE = re.compile(
    r"^(?:.*[{};]|[^A-Z\n]*\):|.*\b\w+\([^)\n]*\).*[=.:]|\s*(?:def|class|import|from|return|#include"
    r"|#!|public|private|static|const|let|var|function|func|fn|elif|else:|print|echo|sudo|pip|npm"
    r"|git|SELECT|INSERT|UPDATE|DELETE|CREATE|FROM|WHERE|GROUP BY|@)"
    r"(?=[\s(:].*[()=:;_<>*&|/{}\[\]-]|\s+[a-z_.]+\s*$).*"
    r"|\s*[\w.\[\]]+ ?(?:[-+*/]?=|<-|:=) ?.+|\s*[\"\[{].*[\]},:]|\s*//.*)\s*$",
    re.MULTILINE,
)


def prose(text: str) -> str:
    """What a person wrote as sentences: code, formulas, addresses and tags look like English, or
    like any language."""
    plain = _NO_PROSE.sub(" ", text)
    if any(sign in plain for sign in "=(){};[]"):
        plain = _CODE_LINE.sub("", plain)
    return plain


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = [code for code in identifier.labels if code in NAMES or code in _SAME]
    identifier.set_languages(known)
    return identifier


def language(text: str) -> str:
    """Its ISO 639 code, or UNCERTAIN."""
    sample = prose(text[:4000])[:2000]
    letters = sum(4 if "\u2e80" <= sign <= "\uffdf" else 1 for sign in sample if sign.isalpha())
    if letters < _SHORTEST:
        return UNCERTAIN
    ranked = _identifier().rank(sample)
    together: dict[str, float] = {}
    for code, score in ranked:
        share = math.exp(max(-700.0, score - ranked[0][1]))
        code = _SAME.get(code, code)
        together[code] = together.get(code, 0.0) + share
    best = max(together, key=lambda code: together[code])
    return best if together[best] / sum(together.values()) >= _LEAST else UNCERTAIN


def name_of(code: str) -> str:
    return NAMES.get(code, code) or "uncertain"
