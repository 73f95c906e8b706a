"""Tasks whose answer is made of the question's own words: repeat, spell, pick, sort, fill in, find."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

from collections.abc import Callable

from phrasing import Chat, Scene, Turn

Task = Callable[[Scene], Chat]
WORDY = ("word", "word", "name", "city", "product", "shop", "surname", "code", "phrase")
FACTS = (
    ("name", "city", "{a} lives in {b}.", "Where does {a} live?", "{a} lives in {b}."),
    ("name", "product", "{a} bought the {b}.", "What did {a} buy?", "{a} bought the {b}."),
    ("name", "number", "{a} has room {b}.", "Which room does {a} have?", "{a} has room {b}."),
    ("product", "price", "The {a} costs {b}.", "How much is the {a}?", "The {a} costs {b}."),
    ("name", "date", "{a} starts on {b}.", "When does {a} start?", "{a} starts on {b}."),
    ("name", "email", "The e-mail of {a} is {b}.", "What is the e-mail of {a}?",
     "The e-mail of {a} is {b}."),
    ("shop", "city", "{a} is in {b}.", "Where is {a}?", "{a} is in {b}."),
    ("name", "shop", "{a} works for {b}.", "Who does {a} work for?", "{a} works for {b}."),
    ("shop", "time", "{a} opens at {b}.", "When does {a} open?", "{a} opens at {b}."),
    ("product", "code", "The code of the {a} is {b}.", "What is the code of the {a}?",
     "The code of the {a} is {b}."),
    ("city", "name", "The mayor of {a} is {b}.", "Who is the mayor of {a}?",
     "The mayor of {a} is {b}."),
    ("name", "word", "{a} likes {b}.", "What does {a} like?", "{a} likes {b}."),
)  # fmt: skip


def chat(kind: str, question: str, answer: str, asked: tuple[str, ...] = ()) -> Chat:
    return Chat((Turn("user", question), Turn("assistant", answer)), kind, asked)


def _value(scene: Scene, name: str = "") -> str:
    return scene.values.draw(name or scene.rng.choice(WORDY))


def repeat(scene: Scene) -> Chat:
    """Say exactly what is asked for."""
    text = _value(scene)
    if scene.rng.random() < 0.15:
        first, second, tell, _, _ = scene.rng.choice(FACTS)
        text = _capital(tell.format(a=_value(scene, first), b=_value(scene, second)))
    lead = scene.say(
        "[Repeat|Say|Please repeat|Please say|Copy|Write|Say this|Repeat after me|Copy this text|Type|Echo"
        "|Please write|Repeat the words|Can you say this|Write this down][:|: ||:]"
    )
    shape = scene.rng.random()
    start = lead.rstrip(":")
    question = f'{start} "{text}"' if shape < 0.25 else f"{start}: {text}"
    way = scene.rng.random()
    if way < 0.75:
        return chat("repeat", question, text, (text,))
    times = scene.rng.choice((("twice", 2), ("three times", 3)))
    return chat("repeat", scene.say(f"[Say|Write|Repeat] {times[0]}: ") + " " + text,
                ", ".join([text] * times[1]), (text,))  # fmt: skip


def sentence(scene: Scene) -> Chat:
    """Use a word in a sentence, or answer with it."""
    word = _value(scene, "word")
    name = scene.slot("name")
    pairs = (
        (f'[Use|Please use] the word "{word}" in a sentence.',
         f'[{name} wrote the word "{word}" on the wall|My friend {name} taught me the word "{word}"|I have never heard the word "{word}" before|Today I learned the word "{word}"].'),
        (f"What does {word} mean?", f"I do not know the word {word}. [Could you explain it?|Can you tell me what it means?]"),
        (f"[From now on, call|Call|Please call] me {name}.", f"[Of course, {name}|All right, {name}|Gladly, {name}]. [How can I help you?|What can I do for you?]"),
        (f"[My name is|I am|I'm|This is] {name}.", f"[Hello {name}|Nice to meet you, {name}|Hi {name}|Welcome, {name}]! [How can I help you?|What can I do for you?|How are you today?]"),
        (f"Say hello to {name}.", f"[Hello {name}!|Hello, {name}! Nice to meet you.|Hi {name}, how are you?]"),
        (f"Say [goodbye|bye] to {name}.", f"[Goodbye, {name}!|Bye, {name}! See you soon.|Goodbye {name}, take care!]"),
        (f"[Thank|Say thank you to] {name}.", f"[Thank you, {name}!|Thank you very much, {name}.|Many thanks, {name}!]"),
        (f"Answer with the word {word}.", word),
        (f'End your answer with "{word}". How are you?', f"I am fine, thank you. {word}"),
        (f'Start your answer with "{word}". How are you?', f"{word} I am fine, thank you."),
    )  # fmt: skip
    ask, reply = scene.rng.choice(pairs)
    value = word if word in ask and word in reply else name
    return chat("word", scene.say(ask), scene.say(reply, keep=True), (value,))


def spell(scene: Scene) -> Chat:
    word = scene.values.draw(scene.rng.choice(("word", "name", "city", "surname")))
    joint = scene.rng.choice(("-", " ", ", "))
    ask = scene.say(
        f"[Spell|Please spell|Spell the word|How do you spell|Can you spell] {word}[.|?||]"
    )
    if scene.rng.random() < 0.25:
        letters = joint.join(word)
        return chat("spell", scene.say(f"Which word is this: {letters}"), word, (word,))
    if scene.rng.random() < 0.25:
        loud = scene.rng.random() < 0.5
        form = word.upper() if loud else word.lower()
        how = "[capital letters|upper case|capitals]" if loud else "[small letters|lower case]"
        return chat("spell", scene.say(f"Write {word} in {how}."), form)
    return chat("spell", ask, joint.join(word.upper() if joint == "-" else word))


def pick(scene: Scene) -> Chat:
    """Choose, count, turn round or bring in order the things of a list."""
    rng = scene.rng
    kind = rng.choice(("word", "name", "city", "product"))
    things = [_value(scene, kind) for _ in range(rng.randint(2, 5))]
    listed = ", ".join(things)
    place = rng.randrange(len(things))
    order = ("first", "second", "third", "fourth", "fifth")[place]
    if place == len(things) - 1 and rng.random() < 0.6:
        order = "last"
    numbered = "\n".join(f"{i}. {thing}" for i, thing in enumerate(things, 1))
    bullets = "\n".join(f"- {thing}" for thing in things)
    tasks = (
        (f"[What|Which] is the {order} [word|one|thing] in this list: {listed}", things[place], (things[place],)),
        (f"[Take|Give me|Name] the {order} of these: {listed}", things[place], (things[place],)),
        (f"[Write|Put|Turn] this [as|into] a numbered list: {listed}", numbered, tuple(things)),
        (f"[Write|Put|Turn] this [as|into] a bullet list: {listed}", bullets, tuple(things)),
        (f"[Repeat|Copy|Write down] this list: {listed}", listed, tuple(things)),
        (f"How many things are in this list: {listed}", f"There are {len(things)} things in the list.", ()),
        (f"Join with \"and\": {listed}", " and ".join(things), tuple(things)),
        (f"[Reverse this list|Turn this list round]: {listed}", ", ".join(reversed(things)), tuple(things)),
        (f"Sort [from A to Z|by the alphabet]: {listed}", ", ".join(sorted(things, key=str.lower)), tuple(things)),
        (f"Is {things[place]} in this list? {listed}", f"Yes, {things[place]} is in the list.", (things[place],)),
    )  # fmt: skip
    ask, reply, asked = rng.choice(tasks)
    return chat("list", scene.say(ask), reply, asked)


def fact(scene: Scene) -> Chat:
    """One to four facts with made-up values, and a question on one of them."""
    rng = scene.rng
    first, second, tell, ask, reply = rng.choice(FACTS)
    pairs = [(_value(scene, first), _value(scene, second)) for _ in range(rng.randint(1, 4))]
    told = [tell.format(a=a, b=b) for a, b in pairs]
    if rng.random() < 0.4:
        extra = rng.choice(FACTS)
        told.append(extra[2].format(a=_value(scene, extra[0]), b=_value(scene, extra[1])))
        rng.shuffle(told)
    a, b = rng.choice(pairs)
    question, answer = ask.format(a=a, b=b), reply.format(a=a, b=b)
    if rng.random() < 0.25:
        answer = b
        question += " " + rng.choice(("Answer with one word.", "Answer briefly.", "Short answer."))
        if " " in b:
            question = question.replace("one word", "a few words")
    text = " ".join(_capital(line) for line in told)
    if rng.random() < 0.3:
        turns = (Turn("system", text), Turn("user", _capital(question)))
        return Chat(
            (*turns, Turn("assistant", _capital(answer) if answer != b else b)), "fact", (b,)
        )
    lead = rng.choice(("", "Read this: ", "Text: ", "Here is a note. ", "Remember: "))
    join = rng.choice((" ", "\n", "\nQuestion: "))
    return chat("fact", lead + text + join + _capital(question),
                _capital(answer) if answer != b else b, (b,))  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def extract(scene: Scene) -> Chat:
    """Find one thing in a message, or write down all of them."""
    rng = scene.rng
    message = scene.say_one((
        "Hello, my name is {name} {surname} from {city}. My order {order} of {date} has not arrived. Please write to {email}.",
        "This is {name} {surname}. I bought the {product} at {shop} for {price} on {date}, and it broke. My number is {number}.",
        "Dear team, please send {article:product} to {name} {surname} in {city}. The order number is {order}. [Thank you!|Best wishes]",
        "{name} from {shop} called at {time}. The meeting in {city} moves to {date}. Write to {email}.",
        "{shop} in {city} sells the {product} for {price}. Ask for {name}.",
    ))  # fmt: skip
    asks = {
        "name": ("[Who|Which person] is named [here|in this text]?", "What is the first name [here|in this message]?"),
        "city": ("Which city is named [here|in this text]?", "[Find|Extract] the city."),
        "product": ("Which product is [it|this] about?", "[Find|Extract] the product."),
        "order": ("What is the order number?", "[Find|Extract] the order number."),
        "email": ("What is the e-mail address?", "[Find|Extract] the e-mail address."),
        "date": ("Which date is named?", "[Find|Extract] the date."),
        "price": ("[What is the price|Which price is named]?", "[Find|Extract] the price."),
        "shop": ("Which [company|shop] is named?", "[Find|Extract] the [company|shop]."),
    }  # fmt: skip
    found = [name for name in asks if name in scene.known]
    if rng.random() < 0.3:
        lines = [f"{_capital(name)}: {scene.known[name]}" for name in found]
        ask = scene.say(f"[List|Write down|Extract] the {', '.join(found)} from this text:")
        return chat(
            "extract", f"{ask} {message}", "\n".join(lines), tuple(scene.known[n] for n in found)
        )
    name = rng.choice(found)
    ask, value = scene.say_one(asks[name]), scene.known[name]
    order = (message, ask) if rng.random() < 0.5 else (ask, message)
    return chat("extract", rng.choice((" ", "\n")).join(order), value, (value,))


def memory(scene: Scene) -> Chat:
    """Something told in the first turn is asked for in a later one."""
    told, asked, reply, key = scene.rng.choice((
        ("My name is {name}.", "What is my name?", "Your name is {name}.", "name"),
        ("I live in {city}.", "Where do I live?", "You live in {city}.", "city"),
        ("I come from {city}.", "Where do I come from?", "You come from {city}.", "city"),
        ("My order number is {order}.", "What was my order number?", "Your order number is {order}.", "order"),
        ("I bought {article:product}.", "What did I buy?", "You bought {article:product}.", "product"),
        ("My dog is called {name}.", "What is my dog called?", "Your dog is called {name}.", "name"),
        ("The secret word is {word}.", "What is the secret word?", "The secret word is {word}.", "word"),
        ("I work at {shop}.", "Where do I work?", "You work at {shop}.", "shop"),
        ("My appointment is on {date}.", "When is my appointment?", "Your appointment is on {date}.", "date"),
    ))  # fmt: skip
    between = scene.rng.choice((
        ("How are you?", "I am fine, thank you."),
        ("What is two plus three?", "Two plus three is five."),
        ("What is the weather like?", "I cannot see the weather from here, but I hope the sun is shining."),
    ))  # fmt: skip
    turns = [Turn("user", scene.say(told)),
             Turn("assistant", scene.say("[Thank you, I will remember that.|Good to know.|Noted.|All right.|Thanks for telling me.]"))]  # fmt: skip
    if scene.rng.random() < 0.5:
        turns += [Turn("user", between[0]), Turn("assistant", between[1])]
    turns += [Turn("user", asked), Turn("assistant", scene.say(reply))]
    return Chat(tuple(turns), "memory", (scene.known[key],))


COPYING: tuple[tuple[float, Task], ...] = (
    (3.0, repeat), (2.0, sentence), (0.8, spell), (2.0, pick), (3.0, fact), (1.5, extract),
    (1.5, memory),
)  # fmt: skip
