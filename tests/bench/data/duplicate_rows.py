"""Rows with a known truth: near copies by typos and light edits, and rows of one template."""

from __future__ import annotations

import random

from ftstudio.data.normal import normal

Row = tuple[str, str]
_SYLLABLES = ["ka", "lo", "mi", "ren", "tas", "vel", "dor", "pin", "shu", "gar", "ef", "om", "nit",
              "bla", "stro", "que", "ax", "il", "und", "er"]  # fmt: skip
_TEMPLATE = (
    "Please write a short and friendly reply to a customer of our shop who asks about {} and is "
    "waiting for an answer since last week. Mention the opening hours and our return policy."
)
_REPLY = (
    "Thank you for your message about {}. We are open from nine to six on every working day, and "
    "you can return any article within thirty days. Kind regards, your service team"
)


class Maker:
    """Everything is drawn from one seed."""

    def __init__(self, seed: int = 5) -> None:
        self.draw = random.Random(seed)
        self.words = sorted({self._word() for _ in range(9000)})

    def _word(self) -> str:
        return "".join(self.draw.choices(_SYLLABLES, k=self.draw.randint(1, 4)))

    def text(self, characters: int) -> str:
        words: list[str] = []
        while sum(map(len, words)) + len(words) < characters:
            words.append(self.draw.choice(self.words))
        return " ".join(words).capitalize() + "."

    def row(self) -> Row:
        return self.text(self.draw.randint(50, 100)), self.text(self.draw.randint(90, 180))

    def typos(self, text: str, share: float) -> str:
        letters = list(text)
        for place in range(len(letters)):
            if self.draw.random() < share:
                letters[place] = self.draw.choice("abcdefghijklmnopqrstuvwxyz ")
        return "".join(letters)

    def edited(self, text: str, words: int) -> str:
        parts = text.split()
        for _ in range(words):
            parts[self.draw.randrange(len(parts))] = self.draw.choice(self.words)
        return " ".join(parts)

    def copy(self, row: Row) -> Row:
        """A few typos, or a word or two replaced."""
        if self.draw.random() < 0.5:
            share = self.draw.choice([0.005, 0.01, 0.02, 0.03])
            return self.typos(row[0], share), self.typos(row[1], share)
        return self.edited(row[0], self.draw.randint(0, 1)), self.edited(row[1], 1)

    def of_template(self) -> Row:
        """A hard negative: the same template as all of them, and a payload of its own."""
        payload = " ".join(self.draw.choices(self.words, k=2))
        return _TEMPLATE.format(payload), _REPLY.format(payload)


def labelled(
    count: int, pairs: int, templates: int, seed: int = 5
) -> tuple[list[Row], list[tuple[int, int]], list[int]]:
    """Rows in a mixed order, the places of each pair of near copies, those of hard negatives."""
    maker = Maker(seed)
    tagged: list[tuple[int, Row]] = []
    for number in range(pairs):
        row = maker.row()
        tagged += [(number, row), (number, maker.copy(row))]
    tagged += [(-1, maker.of_template()) for _ in range(templates)]
    tagged += [(-2, maker.row()) for _ in range(count - len(tagged))]
    maker.draw.shuffle(tagged)
    twins: dict[int, list[int]] = {}
    for place, (number, _) in enumerate(tagged):
        if number >= 0:
            twins.setdefault(number, []).append(place)
    return (
        [row for _, row in tagged],
        [(one, other) for one, other in twins.values()],
        [place for place, (number, _) in enumerate(tagged) if number == -1],
    )


def pieces(text: str) -> set[str]:
    plain = normal(text)
    return {plain[i : i + 5] for i in range(max(1, len(plain) - 4))} if plain else set()


def jaccard(one: Row, other: Row) -> float:
    """By brute force: the smaller of the questions' and the answers'."""
    return min(
        len(pieces(a) & pieces(b)) / max(1, len(pieces(a) | pieces(b)))
        for a, b in zip(one, other, strict=True)
    )
