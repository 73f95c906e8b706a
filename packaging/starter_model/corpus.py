"""Draws conversations by a seed from the generators beside it; nothing is read from anywhere."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import asking_anything
import asking_desk
import asking_office
import asking_shop
import asking_wider
from asking_desk import DIALOG
from asking_office import OFFICE
from asking_wider import WIDE_TASKS
from copying import COPYING
from knowing import KNOWING
from phrasing import Chat, Intent, Scene, Turn, roughen
from values import Values
from varying import vary

INTENTS: tuple[tuple[float, str, tuple[Intent, ...]], ...] = (
    (2.5, "delivery", asking_shop.DELIVERY),
    (2.5, "orders", asking_shop.ORDERS),
    (4.0, "products", asking_shop.PRODUCTS),
    (1.5, "shop", asking_shop.PLAIN),
    (2.5, "talk", asking_anything.TALK),
    (2.0, "office", asking_office.PLANS),
    (3.0, "office", asking_desk.DESK),
)
TASKS: tuple[tuple[float, tuple[tuple[float, Callable[[Scene], Chat]], ...]], ...] = (
    (9.0, COPYING),
    (5.5, OFFICE),
    (6.0, KNOWING),
    (2.5, DIALOG),
)
WIDE_SHARE = 0.6
LITERAL = frozenset(
    "repeat word spell list fact extract summary review rewrite persona memory".split()
)
TEXTS = ("explain", "story", "define", "letter", "compare", "summary")  # answers that stand alone
SYSTEMS = (
    "You are a helpful assistant.", "You are a friendly assistant.", "Answer briefly.", "Answer politely.",
    "You are a helpful assistant. Answer in one or two sentences.", "You work at the help desk of a shop.",
    "You are the assistant of {shop}.", "You are {name}, an assistant.", "Help the user.", "You help customers of {shop} in {city2}.",
)  # fmt: skip


def from_intent(scene: Scene, kind: str, intent: Intent) -> Chat:
    """A question and an answer that share their slot values."""
    question = scene.say_one(intent.ask)
    reply = _reply_with(scene, intent, question)
    turns = (Turn("user", roughen(scene.rng, question)), Turn("assistant", reply))
    return Chat(turns, kind, scene.shared(question, reply))


def _reply_with(scene: Scene, intent: Intent, question: str) -> str:
    """Prefer an answer that names something the question named."""
    for _ in range(6):
        reply = scene.say_one(intent.reply)
        if not scene.known or scene.shared(question, reply):
            break
    return reply


def draw(rng: random.Random, held_out: bool = False) -> Chat:
    """One conversation of any kind; some have a system prompt, some go on for several turns."""
    if rng.random() < 0.04:
        return _plain_text(rng, held_out)
    first = _single(rng, held_out)
    turns = first.turns
    if turns[0].role == "system":
        return first
    if rng.random() < 0.18:
        for _ in range(rng.choice((1, 1, 2, 3, 7))):
            before = _single(rng, held_out).turns
            if before[0].role != "system":
                turns = before + turns
    if rng.random() < 0.12:
        scene = Scene(Values(rng, held_out))
        turns = (Turn("system", scene.say(rng.choice(SYSTEMS))), *turns)
    return Chat(turns, first.kind, first.asked)


def _plain_text(rng: random.Random, held_out: bool) -> Chat:
    """Some passages after one another, without questions."""
    passages: list[str] = []
    wanted = rng.randint(2, 7)
    while len(passages) < wanted:
        chat = _single(rng, held_out)
        if chat.kind in TEXTS:
            passages.append(chat.turns[-1].text)
    return Chat((Turn("begin", rng.choice((" ", "\n")).join(passages)),), "text")


def _single(rng: random.Random, held_out: bool) -> Chat:
    return _of_scene(Scene(Values(rng, held_out)))


def _of_scene(scene: Scene) -> Chat:
    rng = scene.rng
    weights = [weight for weight, *_ in (*TASKS, *INTENTS)]
    place = rng.choices(range(len(weights)), weights)[0]
    if place < len(TASKS):
        tasks = TASKS[place][1]
        return rng.choices([t for _, t in tasks], [w for w, _ in tasks])[0](scene)
    _, kind, intents = INTENTS[place - len(TASKS)]
    return from_intent(scene, kind, rng.choice(intents))


def stream(seed: int, held_out: bool = False, wide: bool = False) -> Iterator[Chat]:
    """Endless conversations; the same seed gives the same ones. `wide` is for the second stage."""
    rng = random.Random(seed)
    while True:
        yield wider(rng) if wide and rng.random() < WIDE_SHARE else draw(rng, held_out)


def wider(rng: random.Random) -> Chat:
    """A training conversation in freer words, or on one of the second stage's matters."""
    scene = Scene(Values(rng))
    dice = rng.random()
    if dice < 0.25:
        chat = rng.choices([t for _, t in WIDE_TASKS], [w for w, _ in WIDE_TASKS])[0](scene)
    elif dice < 0.6:
        chat = from_intent(scene, "wider", rng.choice(asking_wider.WIDER))
    else:
        chat = _of_scene(scene)
    if chat.kind in LITERAL:
        return chat
    kept = (*scene.known.values(), *chat.asked)
    said = [vary(rng, t.text, kept) if t.role == "user" else t.text for t in chat.turns]
    turns = tuple(Turn(t.role, text) for t, text in zip(chat.turns, said, strict=True))
    return Chat(turns, chat.kind, chat.asked)
