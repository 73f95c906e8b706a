"""Conversations on plain knowledge: definitions, yes or no, lists, sums, how-to, comparisons, stories."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

from collections.abc import Callable

from facts import CAPITALS, HOW_TO, MEMBERS, NUMBERS, OPPOSITES, THINGS, WHAT_IS, WHY
from phrasing import Chat, Scene, Turn, roughen
from phrasing import article as with_article

Task = Callable[[Scene], Chat]
PAIRS = [tuple(pair.split()) for pair in OPPOSITES.split(", ")]
MASS = frozenset("bread cheese rice soup butter honey tea coffee milk juice".split())
COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}


def _chat(scene: Scene, kind: str, question: str, answer: str, asked: tuple[str, ...] = ()) -> Chat:
    question = roughen(scene.rng, scene.say(question))
    return Chat((Turn("user", question), Turn("assistant", scene.say(answer))), kind, asked)


def article(thing: str) -> str:
    """The thing with its article, unless it cannot be counted ('rice', 'kind of food')."""
    if thing in ("food", "drink", "furniture"):
        return f"a kind of {thing}"
    return thing if thing in MASS else with_article(thing)


def _listed(things: list[str]) -> str:
    return ", ".join(things[:-1]) + " and " + things[-1] if len(things) > 1 else things[0]


def define(scene: Scene) -> Chat:
    thing = scene.rng.choice(list(THINGS))
    kind, use = THINGS[thing]
    one = article(thing)
    ask = scene.rng.choice((
        f"[What is|What's|Can you explain what is|Tell me what is|Do you know what is] {one}?",
        f"[Explain the word {thing}.|Define {thing}.|What does the word {thing} mean?|Describe {one}.|What does {one} do?|Tell me something about {one}.|What do you know about {one}?]",
    ))  # fmt: skip
    joint = scene.rng.choice((". It", " that"))
    return _chat(scene, "define", ask, f"{one.capitalize()} is {article(kind)}{joint} {use}.")


def explain(scene: Scene) -> Chat:
    way = scene.rng.random()
    if way < 0.45:
        act = scene.rng.choice(list(HOW_TO))
        ask = scene.rng.choice((
            f"[How do I {act}|How can I {act}|How do you {act}|How to {act}|What is the best way to {act}|Can you tell me how to {act}]?",
            f"[Explain how to {act}.|I want to {act}.|Tell me how to {act}.|Give me tips on how to {act}.|I need to {act}. Any advice?]",
        ))  # fmt: skip
        return _chat(scene, "explain", ask, HOW_TO[act])
    if way < 0.7:
        ask = scene.rng.choice(list(WHY))
        return _chat(
            scene, "explain", f"[{ask}|{ask}|Can you tell me: {ask}|Explain: {ask}]", WHY[ask]
        )
    thing = scene.rng.choice(list(WHAT_IS))
    ask = f"[What is {thing}?|Explain {thing}[| to me| in simple words| in short].|Tell me what {thing} is.|Can you explain {thing}?|Tell me about {thing}.]"
    return _chat(scene, "explain", ask, WHAT_IS[thing])


def yes_no(scene: Scene) -> Chat:
    """True or false about kinds, with the reason."""
    rng = scene.rng
    thing = rng.choice(list(THINGS))
    kind, use = THINGS[thing]
    other = kind if rng.random() < 0.5 else rng.choice([k for k, _ in THINGS.values()])
    one = article(thing)
    ask = f"[Is {one} {article(other)}?|Is {one} {article(other)}? Yes or no?|True or false: {one} is {article(other)}.|Would you say that {one} is {article(other)}?]"
    if other == kind:
        answer = f"Yes, {one} is {article(kind)}[.|. It {use}.]"
    else:
        answer = f"No, {one} is not {article(other)}. It is {article(kind)}."
    return _chat(scene, "yes/no", ask, answer)


def name_some(scene: Scene) -> Chat:
    rng = scene.rng
    kind = rng.choice(list(MEMBERS))
    members = MEMBERS[kind].split()
    count = rng.choice((2, 3, 3, 4, 5))
    count = min(count, len(members))
    chosen = rng.sample(members, count)
    word = rng.choice((COUNTS[count], str(count)))
    form = rng.random()
    lead = f"[Name|List|Tell me|Give me|Write down|Can you name] {word} {kind}"
    if form < 0.2:
        reply = "\n".join(f"{i}. {thing.capitalize()}" for i, thing in enumerate(chosen, 1))
        return _chat(
            scene, "list", f"{lead} [as a numbered list|in a numbered list|with numbers].", reply
        )
    if form < 0.4:
        reply = "\n".join(f"- {thing.capitalize()}" for thing in chosen)
        return _chat(scene, "list", f"{lead} [as a list|as bullet points|as a bullet list].", reply)
    return _chat(scene, "list", lead + "[.| for me, please.| please.]", f"[{_listed(chosen).capitalize() if not chosen[0][0].isupper() else _listed(chosen)}.|{COUNTS[count].capitalize()} {kind} are {_listed(chosen)}.|Here are {COUNTS[count]} {kind}: {_listed(chosen)}.]")  # fmt: skip


def opposite(scene: Scene) -> Chat:
    one, two = scene.rng.choice(PAIRS)
    if scene.rng.random() < 0.5:
        one, two = two, one
    return _chat(scene, "opposite", f"[What is the opposite of|What's the opposite of|Give me the opposite of|Tell me the opposite of] [{one}|\"{one}\"]?",
                 f"[The opposite of {one} is {two}.|The opposite is {two}.]")  # fmt: skip


def capital(scene: Scene) -> Chat:
    land = scene.rng.choice(list(CAPITALS))
    town = CAPITALS[land]
    ask, reply = scene.rng.choice((
        (f"[What is the capital of {land}?|Which city is the capital of {land}?|Name the capital of {land}.]", f"[The capital of {land} is {town}.|It is {town}.]"),
        (f"[In which country is {town}?|Where is {town}?|Which country is {town} in?]", f"{town} is in {land}. [It is the capital.|]"),
    ))  # fmt: skip
    return _chat(scene, "capital", ask, reply)


def total(scene: Scene) -> Chat:
    """Small sums, in words and in digits."""
    rng = scene.rng
    a, b = rng.randint(0, 10), rng.randint(0, 10)
    if rng.random() < 0.5:
        a, b = max(a, b), min(a, b)
        sign, word, result = "-", "minus", a - b
    else:
        sign, word, result = "+", "plus", a + b
    if rng.random() < 0.5:
        return _chat(
            scene,
            "sum",
            f"[What is|How much is|Calculate] {a} {sign} {b}?",
            f"{a} {sign} {b} = {result}",
        )
    return _chat(scene, "sum", f"[What is|How much is] {NUMBERS[a]} {word} {NUMBERS[b]}?",
                 f"{NUMBERS[a]} {word} {NUMBERS[b]} is {NUMBERS[result]}.")  # fmt: skip


def compare(scene: Scene) -> Chat:
    one, two = scene.rng.sample(list(THINGS), 2)
    (kind1, use1), (kind2, use2) = THINGS[one], THINGS[two]
    reply = f"{article(one)} is {article(kind1)} that {use1}. {article(two).capitalize()} is {article(kind2)} that {use2}."
    return _chat(
        scene,
        "compare",
        f"[What is the difference between|Compare] {article(one)} and {article(two)}.",
        reply,
    )


def story(scene: Scene) -> Chat:
    """A short tale with a beginning, something that happens and an end."""
    thing = scene.rng.choice(
        [t for t, (k, _) in THINGS.items() if k in ("animal", "bird", "insect")]
    )
    one = article(thing)
    ask, begin = scene.rng.choice((
        (f"[Tell me|Write] a [short |]story about {{name}} and {one}.", f"{{name}} [once met|found|had] {one}"),
        ("[Tell me|Write] a [short |]story about {name} in {city}.", f"{{name}} lived in {{city}} with {one}"),
        ("[Tell me|Write] a [short |]story about {article:product} and {name}.", "{name} had {article:product}, a gift from an old friend"),
        (f"[Tell me|Write] a [short |]story about {one}.", f"There was once {one} that lived near {{city}}"),
        ("[Tell me a story.|Write a short story.|Can you tell me a story?]", f"[Long ago|One day|Many years ago] {{name}} found {one} in {{city}}"),
    ))  # fmt: skip
    middle = ("[Then|One evening] it began to rain, and the road was under water", "[One morning|In the end of May] the door was open and nobody was there", "[One night|Then] there was a strange sound in the garden",
              "[One morning|On a Sunday] a letter came from far away", "[In winter|That year] the snow was so high that nobody could leave", "They [walked|travelled] for three days and were very tired")  # fmt: skip
    end = ("In the end a neighbour helped, and they drank tea together.", "But they stayed calm and found the way home.", "So they made a fire, sang songs and waited for the morning.",
           "From that day on they were never alone again.", "It was only the wind, and they laughed about it for a long time.", "They learned that it is good to have a friend.")  # fmt: skip
    question = scene.say(ask)
    answer = scene.say(f"{begin}. {scene.rng.choice(middle)}. {scene.rng.choice(end)}")
    return Chat(
        (Turn("user", question), Turn("assistant", answer)), "story", scene.shared(question, answer)
    )


def poem(scene: Scene) -> Chat:
    topic = scene.rng.choice(list(THINGS))
    first, second = scene.rng.choice((
        ("waits for me all day", "and never goes away"), ("is standing in the light", "and stays with me all night"),
        ("was waiting by the tree", "and now it comes with me"), ("is singing in the rain", "and then it sings again"),
        ("is dreaming of the sea", "and so it dreams of me"), ("was there when I was small", "and is the best of all"),
    ))  # fmt: skip
    return _chat(scene, "poem", f"[Write|Tell me|Make] a [short |]poem about the {topic}.",
                 f"[My|The|My little] {topic} {first},\n[it makes me smile |I like it so |it is my friend ]{second}.")  # fmt: skip


KNOWING: tuple[tuple[float, Task], ...] = (
    (3.0, define), (4.0, explain), (2.5, yes_no), (2.5, name_some), (1.0, opposite), (1.0, capital),
    (1.5, total), (1.2, compare), (1.5, story), (0.5, poem),
)  # fmt: skip
