"""More to ask, for the second stage: what people say who never saw the first stage's patterns."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

from collections.abc import Callable

from facts import NUMBERS, THINGS
from phrasing import Chat, Intent, Scene, Turn, article

Task = Callable[[Scene], Chat]
WIDER = (
    Intent(("My {product} makes a strange noise.", "My {product} is making a [funny|loud|strange] noise[, what now|].", "The {product} has a [hole|scratch|dent].", "The {product} won't [start|open|turn on|close].", "The {product} fell apart.", "Something is wrong with the {product}.", "The {product} you sent me is [faulty|dirty|scratched]."),
           ("I am sorry about the {product}. [Please send us a photo.|We will repair or replace it at no cost.|Please send it back, and you will get a new one.]",)),
    Intent(("I still haven't received [parcel|package|order] {order}.", "Why is order {order} so late?", "Order {order} never came.", "No sign of parcel {order} yet.", "Nothing has arrived for order {order}.", "I have been waiting for {order} for [two|three] weeks.", "Any news on order {order}?", "What happened to {order}?"),
           ("I am sorry for the delay. Order {order} is on its way [and should arrive soon|to you].", "Thank you for waiting. Order {order} left our warehouse and will arrive [tomorrow|in two days|this week].")),
    Intent(("I'd like my money back.", "I want my money back.", "Give me a refund.", "Can I get a refund?", "Please refund me.", "How do I get a refund?", "Refund please."),
           ("Of course. Please tell me your order number, and we will send the money back [within five days|in a few days].", "No problem. [Send the goods back|Tell me the order number], and you will get your money back.")),
    Intent(("I'd like my money back for the {product}.", "Please refund the {product}.", "Can I get a refund for the {product}?"),
           ("Of course. Send the {product} back, and we will [refund the price|pay the money back] within five days.",)),
    Intent(("Can I [swap|exchange] the {product} for the {product2}?", "I'd like the {product2} instead of the {product}.", "Could I change the {product} to the {product2}?"),
           ("Yes, you can exchange the {product} for the {product2}. [Please send it back first.|The exchange is free.|]",)),
    Intent(("Do you sell {product}s?", "Do you have {product}s?", "Are there {product}s in your shop?", "Got any {product}s?", "I'm after {article:product}.", "Have you any {product}s left?"),
           ("Yes, we have [the|a] {product} in our shop. [Would you like to order one?|Shall I put one aside for you?|]", "Yes, the {product} is in stock.", "I am sorry, the {product} is sold out.")),
    Intent(("Could you [deliver|send] {article:product} to {city}?", "Is it possible to send {article:product} to {city}?", "How do I get the {product} to {city}?", "I want the {product} sent to {city}, is that okay?"),
           ("Yes, we can send the {product} to {city}. It takes [three|four|five] days.", "Of course. The {product} will reach {city} within a week.")),
    Intent(("We live in {city}, far away from you.", "Is {city} too far?", "What about {city}, do you go there?", "Would you bring it to {city}?", "Could it come to {city}?", "My house is in {city}. Is that a problem?"),
           ("No problem, we deliver to {city} too.", "We also ship to {city}. It takes [four|five] days.")),
    Intent(("How much would the {product} be?", "What do you charge for the {product}?", "What would I pay for {article:product}?", "{product}: how much?", "Price of the {product}?", "How expensive is the {product}?", "What's the cost of the {product}?"),
           ("The {product} costs {price}.", "The price of the {product} is {price}.")),
    Intent(("At what hour does your shop close?", "Until when are you open?", "Are you open now?", "Opening hours?", "Can I come in the evening?", "Are you open at the weekend?"),
           ("Our shop opens at nine and closes at six. We are closed on Sunday.", "We are open from Monday to Saturday, nine to six.")),
    Intent(("Where can I park[ my car|][ at the office| here|]?", "Is there a car park?", "I need a parking space."),
           ("There is a car park [behind|next to] the building. [Please ask at the front desk for a card.|]", "Please ask at the front desk. They know where you can park.")),
    Intent(("I lost my [key card|keys|badge|phone|laptop|wallet].", "My [key card|laptop|phone] is gone.", "Somebody took my [laptop|bag|phone].", "I can't find my [keys|badge|card]."),
           ("I am sorry to hear that. Please tell the front desk[ at once|], they can help.", "Please look in all your bags first. If it is not there, tell the front desk.")),
    Intent(("Please tell {name} the printer is fixed.", "Let {name} know that the [report|printer|room|contract] is ready.", "Inform {name} that the [report|contract|parcel] has arrived.", "Write {name} that [the report is ready|I am late]."),
           ("[Hello|Dear] {name},\n[I would like to let you know|I am writing to tell you] that everything is ready now.\n[Kind regards|Best wishes]",)),
    Intent(("Write to {name} about the broken {product}.", "Write a mail to Mr {name} about the broken {product}.", "Tell {name} that the {product} is broken.", "Write {name} a note: the {product} is broken."),
           ("Dear {name},\nthe {product} is broken. Could you please have it repaired?\n[Kind regards|Best wishes]",)),
    Intent(("Write to {name} about {article:product}.", "Write a short note to {name} about the {product}.", "Send {name} a message about the {product}."),
           ("Dear {name},\nI am writing to you about the {product}. [Please let me know what you think.|Could we talk about it this week?]\n[Kind regards|Best wishes]",)),
    Intent(("[Good morning|Good evening|Hey|Hello there|Good day], [my name is|I'm|this is] {name}.", "{name} here.", "I'm called {name}.", "People call me {name}.", "You can call me {name}."),
           ("[Hello|Welcome|Nice to meet you], {name}! How can I help you?", "Hello {name}! [What can I do for you?|How can I help you today?]")),
    Intent(("I'm feeling a bit [lonely|sad|low|stressed|nervous].", "I feel [awful|stressed|terrible|anxious].", "Today was hard.", "I miss my friends.", "Nobody likes me.", "I'm worried."),
           ("I am sorry to hear that. [Talk to a friend, it often helps.|A walk or a cup of tea may help.|I hope you feel better soon.]",)),
    Intent(("I want to talk to your [boss|manager|team].", "Let me speak to a [person|human].", "I want to talk to somebody.", "Give me a real person.", "Connect me to the manager."),
           ("Of course. Please leave your phone number, and a colleague will call you [today|soon].",)),
    Intent(("[Thanks|Thank you], that was [quick|great|kind|helpful]!", "Perfect, thank you.", "Wonderful!", "Great help.", "That helps.", "Awesome.", "Cool, thanks."),
           ("You are welcome! [Is there anything else?|Have a nice day!|I am glad I could help.]",)),
    Intent(("Can I pay with [my phone|an app|a cheque]?", "Do you take cash?", "Is card okay?", "Can I pay later?", "Can I pay in parts?"),
           ("You can pay by card, bank transfer or cash.", "We accept all major cards and bank transfer.")),
    Intent(("Who is {name} {surname}?", "Do you know a {name} {surname}?", "Have you met {name} {surname}?", "Is {name} {surname} famous?"),
           ("I do not know {name} {surname}. [Can you tell me more?|I only know what you tell me.]",)),
    Intent(("What's your opinion on {word}?", "Explain {word} to me.", "How does {word} work?", "Why {word}?", "Is {word} good?", "Do you like {word}?", "Where can I find {word}?", "When was {word}?", "How many {word}s are there?"),
           ("I am sorry, I do not know anything about {word}. [Can you tell me more?|I am only a small model.|]",)),
    Intent(("I will be [late|away] on {weekday}.", "I can't come on {weekday}.", "I won't be there on {weekday}."),
           ("Thank you for telling me. [Please tell your team too.|I hope all is well.]",)),
    Intent(("Which [one|colour|size] should I take?", "What do you suggest?", "Can you recommend something?", "I don't know what to buy."),
           ("That depends on what you need. [What will you use it for?|Could you tell me more?]",)),
    Intent(("Can you [cook|drive|sing|dance|swim|draw|dream]?", "Do you [feel pain|get tired|drink coffee]?", "Do you want to go out?", "Will you marry me?", "Are you my friend?"),
           ("I am only a small program, so I cannot do that. [But I can answer short questions.|How can I help you?]",)),
    Intent(("My {product} is too [small|big|long|tight|loud].", "The {product} doesn't fit.", "I don't like the {product}.", "The {product} is ugly."),
           ("I am sorry that the {product} is not right. You can send it back within 30 days.",)),
    Intent(("Where did you send my {product}?", "When will the {product} arrive?", "My {product} has not come yet.", "I'm still waiting for the {product}.", "Where's my {product}?"),
           ("The {product} is on its way. [You will get it this week.|It should arrive in two days.|Please tell me your order number, then I can say more.]",)),
)  # fmt: skip
CLAUSES = (
    ("The train to {city} was late because of {word}", "the train to {city} was late"), ("{name} bought {article:product} in {city}", "{name} bought {article:product}"),
    ("Everybody reached the office at {time}", "everybody was in the office at {time}"), ("The team met in {city} and talked about the {product}", "the team talked about the {product}"),
    ("{name2} forgot the {product2} at home", "{name2} forgot the {product2}"), ("The meeting with {name2} starts at {time} instead of {time2}", "the meeting starts at {time}"),
    ("Our {product} is broken, and nobody knows why", "the {product} is broken"), ("It rained all day in {city}, so the party was held inside", "the party was held inside"),
    ("{name} will be away until {date}, so {name2} takes over", "{name2} takes over until {date}"), ("The price of the {product} went up to {price}", "the {product} now costs {price}"),
)  # fmt: skip
CALLS = (
    "Ahoy",
    "Hey ho",
    "Hurrah",
    "Oh dear",
    "Good luck",
    "Well done",
    "Hello",
    "Bravo",
    "Cheers",
    "Welcome",
    "Farewell",
    "Look out",
)
TRAITS = {
    "fly": ("plane", "owl", "eagle", "duck", "bee", "butterfly"), "swim": ("fish", "duck", "penguin", "whale", "frog"), "run": ("dog", "horse", "fox", "lion", "rabbit"),
    "be eaten": ("apple", "banana", "pear", "cherry", "carrot", "potato", "cheese", "bread", "rice"), "cut": ("knife", "saw"),
}  # fmt: skip
MORE_OPPOSITES = (
    "brave afraid, kind unkind, friend enemy, full hungry, good bad, right wrong, yes no, black white, tall short, deep shallow, smooth rough, tight loose, safe dangerous, "
    "awake asleep, alive dead, polite rude, lucky unlucky, simple complicated, north south, east west, arrive leave, laugh cry, remember forget, push pull, save spend, "
    "build destroy, lazy busy, careful careless, modern old, sharp blunt, calm nervous, beautiful ugly, young old, before after, above below, many few, morning evening"
)  # fmt: skip


def _chat(kind: str, question: str, answer: str, asked: tuple[str, ...] = ()) -> Chat:
    return Chat((Turn("user", question), Turn("assistant", answer)), kind, asked)


def exclaim(scene: Scene) -> Chat:
    """Repeat words with their punctuation."""
    words = [
        scene.values.draw(scene.rng.choice(("word", "name", "phrase", "city"))) for _ in range(2)
    ]
    first = scene.rng.choice((*CALLS, words[0].capitalize(), words[0]))
    text = (
        first
        + scene.rng.choice((", ", "! ", " ", " - ", ": ", ". "))
        + words[1]
        + scene.rng.choice(("!", ".", "?", "", "!!"))
    )
    lead = scene.say(
        "[Say|Repeat|Write|Copy|Please say|Now say|Tell me|Say loudly|Just say|Answer only with]"
    )
    asked = tuple(value for value in words if value in text)
    return _chat("repeat", scene.rng.choice((f"{lead}: {text}", f'{lead} "{text}"')), text, asked)


def sum_up(scene: Scene) -> Chat:
    """Two or three loose sentences, and the first two in short."""
    clauses = scene.rng.sample(CLAUSES, scene.rng.randint(1, 2))
    text = scene.say(". ".join(long for long, _ in clauses) + ".")
    short = scene.say(" and ".join(short for _, short in clauses) + ".")
    lead = scene.say(
        "[Summarise|Sum up|Summary|Make it shorter|In short|Summarise this text|Say it in one sentence|Shorten][:|:| this:]"
    )
    return _chat("summary", f"{lead} {text}", short, scene.shared(text, short))


def judge(scene: Scene) -> Chat:
    """Good or bad, happy or angry, in many words."""
    good = scene.rng.random() < 0.5
    things = (
        "soup",
        "waiter",
        "room",
        "film",
        "book",
        "service",
        "hotel",
        "food",
        "staff",
        "delivery",
        "{product}",
        "trip",
        "course",
    )
    nice, nasty = (
        ("great", "lovely", "very good", "excellent", "friendly", "perfect", "wonderful"),
        ("bad", "awful", "rude", "cold", "terrible", "slow", "boring", "dirty"),
    )
    one, two = scene.rng.sample(things, 2)
    word = scene.rng.choice(nice if good else nasty)
    text = scene.say(
        f"The {one} was {word} [and|, and] the {two} was {scene.rng.choice(nice if good else nasty)}."
    )
    mood = "good" if good else "bad"
    ask, reply = scene.rng.choice((
        ("[Is this review good or bad?|Good or bad?|Is it a good review?|Does the writer like it?]", f"[This review is {mood}.|It is a {mood} review.]"),
        ("[Positive or negative?|Is this positive or negative?]", f"It is {'positive' if good else 'negative'}."),
    ))  # fmt: skip
    ask = scene.say(ask)
    return _chat(
        "review", f"{ask} {text}" if scene.rng.random() < 0.5 else f"{text} {ask}", scene.say(reply)
    )


def able(scene: Scene) -> Chat:
    trait = scene.rng.choice(list(TRAITS))
    can = scene.rng.random() < 0.5
    things = (
        TRAITS[trait]
        if can
        else [
            t
            for t in ("chair", "table", "book", "lamp", "cup", "shoe", "clock", "box", "bed")
            if t not in TRAITS[trait]
        ]
    )
    one = (
        article(scene.rng.choice(things))
        if trait != "be eaten"
        else f"the {scene.rng.choice(things)}"
    )
    ask = scene.say(
        f"[Can {one} {trait}?|Is {one} able to {trait}?|Do you think {one} can {trait}?]"
    )
    return _chat("yes/no", ask, f"Yes, {one} can {trait}." if can else f"No, {one} cannot {trait}.")


def contrary(scene: Scene) -> Chat:
    one, two = scene.rng.choice([pair.split() for pair in MORE_OPPOSITES.split(", ")])
    return _chat(
        "opposite",
        scene.say(f"[What is|What's|Tell me|Give me] the opposite of {one}?"),
        f"The opposite of {one} is {two}.",
    )


def large_sum(scene: Scene) -> Chat:
    a, b = scene.rng.randint(1, 10), scene.rng.randint(1, 10)
    if scene.rng.random() < 0.3:
        return _chat(
            "sum",
            scene.say(f"[What is|How much is|What's] {NUMBERS[a]} and {NUMBERS[b]}?"),
            f"{NUMBERS[a].capitalize()} and {NUMBERS[b]} is {NUMBERS[a + b]}.",
        )
    return _chat(
        "sum",
        scene.say(f"[What is|How much is|What's|Add|Tell me] {a} + {b}?"),
        f"{a} + {b} = {a + b}",
    )


def any_story(scene: Scene) -> Chat:
    """A story about anything, known or not."""
    thing = scene.rng.choice(
        [
            *THINGS,
            "dragon",
            "robot",
            "king",
            "wizard",
            "giant",
            "ghost",
            "pirate",
            scene.slot("word"),
        ]
    )
    one = article(thing)
    middle = scene.rng.choice(
        (
            "It lived in a small house near {city} with its friend {name}",
            "Everybody in {city} was afraid of it, but {name} was not",
            "It wanted to see the sea, and {name} came along",
            "It met {name} on the road to {city}",
        )
    )
    end = scene.rng.choice(
        (
            "They became good friends.",
            "From that day on they were never alone again.",
            "In the evening they made a fire and sang songs.",
            "They learned that it is good to have a friend.",
        )
    )
    return _chat(
        "story",
        scene.say(f"[Tell me|Write|I want to hear|Make up] a [short |little |]story about {one}."),
        scene.say(f"Once there was {one}. {middle}. {end}"),
    )


def in_order(scene: Scene) -> Chat:
    words = scene.rng.sample(sorted(THINGS), scene.rng.randint(2, 4))
    ask = scene.say(
        f"[Put these in order|Sort these|Order these words|Sort these words by the alphabet|Put in order]: {', '.join(words)}"
    )
    return _chat("list", ask, ", ".join(sorted(words)), tuple(words))


WIDE_TASKS: tuple[tuple[float, Task], ...] = (
    (2.0, exclaim), (1.5, sum_up), (1.0, judge), (0.7, able), (1.0, contrary), (1.0, large_sum), (0.8, any_story), (0.5, in_order),
)  # fmt: skip
