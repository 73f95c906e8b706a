"""When two texts count as the same: for duplicates, and for keeping questions on one side."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

from ftstudio.core.example import Example, Message

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
# Signs of a sentence. Others belong to what is asked: "What is C++?" is not "What is C?".
_EDGES = " .,;:!?…¿¡\"'“”„‘’‚«»‹›。、，；：？！،؛؟।"


def normal(text: str) -> str:
    """Without regard to upper and lower case, white space and how letters are composed."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return " ".join(text.casefold().split())


def normal_question(text: str) -> str:
    """As `normal`, without a sentence's signs at the ends: "Who are you?" is "who are you"."""
    whole = normal(text)
    return whole.strip(_EDGES) or whole


def marked(text: str) -> bytes:
    """Stands for a text where a million of them would have to be held."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def asked(example: Example) -> str:
    """What must not stand on two sides of a split: the question, or a document's text."""
    said = normal_question(example.text if example.text is not None else example.question)
    return " ".join([said, *example.pictures]) if example.images else said


def whole_text(example: Example) -> str:
    """All that an example says, normalised, with who said it and how it was judged."""
    parts = [said(example.messages)]
    if example.kind != "chat":
        parts += [said(example.chosen or ()), said(example.rejected or ())]
        labels = sorted(normal(label) for label in example.labels or ())
        parts += [normal(example.text or ""), f"{labels} {example.number} {example.good}"]
    return "\f".join([*parts, *example.pictures])


def said(turns: Sequence[Message]) -> str:
    """Turns, normalised, with who said them."""
    return "\n".join(f"{m.role}:{normal(m.content)}{m.tool_calls or ''}" for m in turns)
