"""A dozen signs that a text may be poor. Flags to look at: each of them has its good exceptions.

Filters made for pages of the web drop most good answers (a correct sum is short and full of
digits), so nothing here is a verdict.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

# By key: what is told of one row, and of several.
SIGNS: dict[str, tuple[str, str]] = {
    "very_short": ("has an answer of two letters", "have an answer of two letters"),
    "repeats_words": ("repeats the same words again and again",
                      "repeat the same words again and again"),
    "repeats_lines": ("repeats the same lines", "repeat the same lines"),
    "few_letters": ("consists mostly of signs", "consist mostly of signs"),
    "cut_off": ("ends in the middle of a sentence", "end in the middle of a sentence"),
    "upper_case": ("is written in capitals", "are written in capitals"),
    "echo": ("answers with the question", "answer with the question"),
    "long_word": ("has a word of more than 60 letters", "have a word of more than 60 letters"),
    "control_signs": ("has control signs in it", "have control signs in it"),
    "lost_letters": ("has letters that were lost (�)", "have letters that were lost (�)"),
    "open_code": ("opens a block of code and never closes it",
                  "open a block of code and never close it"),
    "link_only": ("answers with a link only", "answer with a link only"),
}  # fmt: skip

_WORD = re.compile(r"\w+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINK = re.compile(r"\s*(?:https?://|www\.)\S+\s*")
# Chinese, Japanese, Thai and their like put no spaces between words.
_LONG = re.compile(r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uffdf]{61,}")
_TABLE = re.compile(r"(?m)^\s*\|.*\|\s*$")
_ENDS = re.compile(r"[.!?…:;。！？」』”\"')\]}>*`|~=\d%€$-]\s*\Z|[^\x00-\u2e7f]\s*\Z")
_SENTENCE = re.compile(r"[.!?]\s")
_PROSE = 200  # characters from which an answer is expected to end as a sentence does


def signs(question: str, answer: str) -> list[str]:
    """The keys of the signs that fit; both texts may be empty."""
    return [key for key, fits in _CHECKS.items() if fits(question, answer)]


def _very_short(text: str) -> bool:
    """Two small letters that are no word; digits, signs of Chinese and choices are answers."""
    words = ("no", "ok", "ja", "si", "da", "na", "hi", "up", "in", "on", "he", "it", "us", "we")
    return len(text) == 2 and text.isascii() and text.isalpha() and text.islower() and (
        text not in words
    )  # fmt: skip


def _repeats_words(text: str) -> bool:
    """More than 0.4 of the groups of four words come again (good prose stays under 0.15)."""
    words = _WORD.findall(text.lower())
    if len(words) < 24:
        return False
    groups = list(zip(words, words[1:], words[2:], words[3:], strict=False))
    return len(set(groups)) < 0.6 * len(groups)


def _repeats_lines(text: str) -> bool:
    lines = [line for line in map(str.strip, text.splitlines()) if len(line) > 8]
    return len(lines) > 3 and max(Counter(lines).values()) > max(2, 0.3 * len(lines))


def _few_letters(text: str) -> bool:
    plain = [sign for sign in _TABLE.sub("", text) if not sign.isspace()]
    return len(plain) > 20 and sum(map(str.isalnum, plain)) < 0.4 * len(plain)


def _cut_off(text: str) -> bool:
    if len(text) < _PROSE or _ENDS.search(text) or not _SENTENCE.search(text):
        return False
    last = text.rstrip().rsplit("\n", 1)[-1]
    return len(last) > 40 and "```" not in text  # a last line of a list or a name has no full stop


def _upper_case(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha() and sign.lower() != sign.upper()]
    mostly = len(letters) > max(30, 0.5 * sum(map(str.isalpha, text)))
    return mostly and sum(map(str.isupper, letters)) > 0.7 * len(letters)


def _echo(question: str, answer: str) -> bool:
    plain = " ".join(answer.casefold().split())
    return len(plain) > 20 and plain == " ".join(question.casefold().split())


_CHECKS: dict[str, Callable[[str, str], bool]] = {
    "very_short": lambda q, a: _very_short(a.strip()),
    "repeats_words": lambda q, a: _repeats_words(a),
    "repeats_lines": lambda q, a: _repeats_lines(a),
    "few_letters": lambda q, a: _few_letters(a),
    "cut_off": lambda q, a: _cut_off(a),
    "upper_case": lambda q, a: _upper_case(a),
    "echo": _echo,
    "long_word": lambda q, a: bool(_LONG.search(a)),
    "control_signs": lambda q, a: bool(_CONTROL.search(q) or _CONTROL.search(a)),
    "lost_letters": lambda q, a: "\ufffd" in q or "\ufffd" in a,
    "open_code": lambda q, a: a.count("```") % 2 == 1,
    "link_only": lambda q, a: bool(_LINK.fullmatch(a)),
}  # fmt: skip
