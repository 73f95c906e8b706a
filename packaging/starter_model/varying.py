"""The second stage's wider wording: contractions, synonyms, dropped words, slips of the finger."""
# ruff: noqa: E501 (word lists)

from __future__ import annotations

import random
import re

CONTRACTIONS = (
    ("I am", "I'm"), ("do not", "don't"), ("does not", "doesn't"), ("cannot", "can't"), ("What is", "What's"),
    ("I would", "I'd"), ("have not", "haven't"), ("has not", "hasn't"), ("is not", "isn't"), ("I have", "I've"),
    ("it is", "it's"), ("Where is", "Where's"), ("Who is", "Who's"), ("did not", "didn't"), ("I will", "I'll"),
)  # fmt: skip
SYNONYMS = (
    ("parcel", "package"), ("parcels", "packages"), ("shop", "store"), ("broken", "damaged", "defective"), ("buy", "purchase", "get"),
    ("price", "cost"), ("colleague", "co-worker"), ("holiday", "vacation"), ("e-mail", "mail", "email", "message"), ("send", "ship", "mail"),
    ("arrived", "come", "turned up"), ("repair", "fix"), ("start", "begin"), ("big", "large"), ("help", "assist"), ("clean", "wash"),
    ("present", "gift"), ("money", "cash"), ("quick", "fast"), ("boss", "manager"), ("customer", "client"), ("need", "want", "require"),
    ("tell", "give"), ("write", "draft", "compose"), ("explain", "describe"), ("make", "prepare", "do"), ("sad", "down", "unhappy", "blue"),
    ("happy", "glad"), ("tired", "worn out"), ("invoice", "bill"), ("guarantee", "warranty"), ("return", "bring back", "send back"),
    ("cancel", "call off", "stop"), ("choose", "pick"), ("list", "name"), ("short", "brief", "little"), ("best", "right"),
    ("colours", "colors"), ("text", "message"), ("wrong", "incorrect"), ("deliver", "ship", "send"), ("delivery", "shipping"),
    ("take", "need"), ("way", "method"), ("problem", "issue", "trouble"), ("think of", "think about"), ("meaning", "sense"),
    ("polite", "friendly", "nicer"), ("summarise", "sum up", "shorten"), ("opposite", "contrary"), ("available", "there", "in store"),
    ("reach", "contact"), ("possible", "okay"), ("request", "ask for"), ("sick", "ill", "unwell"), ("coffee", "some coffee"),
)  # fmt: skip
LEADS = (
    "Could you please tell me: ", "I wonder, ", "Just wondering: ", "Tell me, ", "I'd like to know: ", "Can I ask: ", "So, ", "Well, ",
    "By the way, ", "And ", "Please, ", "Sorry, ", "My question: ", "Good day. ",
)  # fmt: skip
TAILS = (
    " What now?", " What should I do?", " Can you help?", " Any idea?", " I'm in a hurry.", " Do you know?", " Please let me know.",
    " I need to know soon.", " Thanks a lot!", " Cheers", " It's for a friend.", " That would be great.",
)  # fmt: skip
SMALL = frozenset("the a an please my of to for is do does you can".split())


def vary(rng: random.Random, question: str, kept: tuple[str, ...]) -> str:
    """The same question in other words; the `kept` values stay letter for letter."""
    values = [re.escape(value) for value in sorted(kept, key=len, reverse=True) if value]
    parts = re.split(f"({'|'.join(values)})", question) if values else [question]
    heavy = rng.random() < 0.3
    said = "".join(
        part if place % 2 and values else _reword(rng, part, heavy)
        for place, part in enumerate(parts)
    )
    if rng.random() < 0.12 and "\n" not in said:
        lead = rng.choice(LEADS)
        said = lead + (said[:1].lower() + said[1:] if not said.startswith(("I ", "I'")) else said)
    if rng.random() < 0.12:
        said = said.rstrip() + rng.choice(TAILS)
    return re.sub(r" +", " ", said).strip() or question


def _reword(rng: random.Random, text: str, heavy: bool) -> str:
    for long, short in CONTRACTIONS:
        if long in text and rng.random() < 0.4:
            text = text.replace(long, short)
    for group in SYNONYMS:
        for word in group[:1]:
            if word in text and rng.random() < 0.3:
                text = re.sub(rf"\b{word}\b", rng.choice(group[1:]), text)
    if heavy:
        words = text.split(" ")
        text = " ".join(w for w in words if w.lower() not in SMALL or rng.random() > 0.3)
        if rng.random() < 0.3:
            text = _slip(rng, text)
    return text


def _slip(rng: random.Random, text: str) -> str:
    """Swap, drop or double one letter."""
    places = [i for i in range(1, len(text) - 2) if text[i].isalpha() and text[i + 1].isalpha()]
    if not places:
        return text
    i = rng.choice(places)
    way = rng.randrange(3)
    middle = (text[i + 1] + text[i], text[i + 1], text[i] + text[i] + text[i + 1])[way]
    return text[:i] + middle + text[i + 2 :]
