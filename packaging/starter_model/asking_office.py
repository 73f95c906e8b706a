"""Office work: letters, rewriting, summaries, reviews, system prompts of made-up companies."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

from collections.abc import Callable

from phrasing import Chat, Intent, Scene, Turn, roughen

Task = Callable[[Scene], Chat]
TOPICS = (
    ("the meeting", "discuss the plan"), ("the report", "check the figures"), ("the invoice", "pay it on time"),
    ("the new office", "choose the desks"), ("the budget", "look at the costs"), ("the party", "order the food"),
    ("the interview", "prepare the questions"), ("the contract", "sign the last page"),
    ("the delivery", "unpack the boxes"), ("the training", "learn the new program"),
    ("the holiday plan", "agree on the dates"), ("the website", "write the texts"),
    ("the project", "share the work"), ("the survey", "read the answers"), ("the fire drill", "know the way out"),
    ("the lunch", "choose a place"), ("the visit", "show our guests around"), ("the move", "pack our things"),
)  # fmt: skip
POLITE = (
    ("Send me the report.", "Could you please send me the report?"),
    ("Call me back.", "Could you please call me back?"),
    ("I need the file now.", "Could you please send me the file as soon as possible?"),
    ("You are late.", "I noticed that you came a little late. Is everything all right?"),
    ("Give me your phone number.", "May I have your phone number, please?"),
    ("This is wrong.", "I think there may be a mistake here. Could you please check it?"),
    ("Close the window.", "Would you please close the window?"),
    ("Be quiet.", "Could you please be a little quieter?"),
    ("Pay the invoice.", "May I kindly ask you to pay the invoice?"),
    ("I do not want it.", "Thank you for the offer, but I would rather not take it."),
    ("Wait.", "Could you please wait a moment?"),
    ("Come to my office.", "Would you please come to my office?"),
    ("Fix the printer.", "Could you please have a look at the printer?"),
    ("Tell me the price.", "Could you please tell me the price?"),
    ("I can't come.", "I am sorry, but I am not able to come."),
    ("Help me.", "Could you please help me?"),
    ("Where is my parcel?", "Could you please tell me where my parcel is?"),
    ("No.", "I am afraid that is not possible."),
    ("Stop calling me.", "I would kindly ask you not to call me any more."),
    ("Do it again.", "Would you please do it once more?"),
)  # fmt: skip
GOOD = (
    "I love the {product}", "The {product} works very well", "Great quality and fast delivery", "The {product} is better than I hoped",
    "I am very happy with the {product}", "The staff were friendly and helpful", "Best {product} I ever had",
    "Everything was perfect", "I will buy here again", "The {product} arrived early and looks lovely",
)  # fmt: skip
BAD = (
    "The {product} broke after a week", "I am not happy with the {product}", "The delivery was late and the box was wet",
    "Nobody answered my mails", "The {product} is far too expensive", "Worst {product} I ever bought",
    "The {product} does not work at all", "I want my money back", "The staff were rude", "The {product} smells bad",
)  # fmt: skip


def _chat(kind: str, question: str, answer: str, asked: tuple[str, ...] = ()) -> Chat:
    return Chat((Turn("user", question), Turn("assistant", answer)), kind, asked)


def letter(scene: Scene) -> Chat:
    """A short mail to somebody about something."""
    topic, verb = scene.rng.choice(TOPICS)
    ask, reply = scene.rng.choice((
        (f"[Write|Please write|Can you write] [a short|an] e-mail to {{name}} about {topic}.",
         f"Dear {{name}},\n[I am writing|I would like to write] to you about {topic}. [Could we {verb} this week?|I would like to {verb} with you.|Please let me know when we can {verb}.]\n[Kind regards|Best wishes|Best regards]"),
        (f"[Invite {{name}}|Write an invitation for {{name}}|Please invite {{name}}] to {topic} on {{date}}.",
         f"Dear {{name}},\nyou are invited to {topic} on {{date}}. We want to {verb}. [Please tell me if you can come.|I hope you can join us.]\n[Kind regards|Best wishes]"),
        (f"[Remind|Write a reminder to] {{name}} [of|about] {topic} at {{time}}.",
         f"[Dear|Hello] {{name}},\nplease remember {topic} at {{time}}. We want to {verb}. [Thank you!|See you there.]"),
        (f"[Write|Please write] a thank-you note to {{name}} for {topic}.",
         f"Dear {{name}},\nthank you very much for {topic}. [It was a great help.|I am very grateful.|You did a great job.]\n[Kind regards|Best wishes]"),
        ("[Write an apology|Apologise] to {name} for the late {product}.",
         "Dear {name},\nI am sorry that the {product} came late. [We will be faster next time.|It will not happen again.]\n[Kind regards|Best wishes]"),
        ("Tell {name} that I am [ill|sick] today.", "[Dear|Hello] {name},\nI am ill today and cannot come to work. I hope to be back [soon|tomorrow].\n[Kind regards|Best wishes]"),
        ("Tell {name} that the meeting is at {time}.", "[Dear|Hello] {name},\nthe meeting is at {time}. [Please be on time.|See you there.]\n[Kind regards|Best wishes]"),
        ("[Write|Draft] an offer to {name} for {article:product} at {price}.",
         "Dear {name},\nwe can offer you the {product} for {price}. [Delivery is free.|The offer is valid for two weeks.]\n[Kind regards|Best wishes]"),
    ))  # fmt: skip
    question, answer = scene.say(ask), scene.say(reply)
    return _chat("letter", question, answer, scene.shared(question, answer))


def polite(scene: Scene) -> Chat:
    rude, kind = scene.rng.choice(POLITE)
    if scene.rng.random() < 0.35:
        rude, kind = scene.rng.choice((
            ("Send {name} the {product}.", "Could you please send {name} the {product}?"),
            ("Bring me the {product}.", "Could you please bring me the {product}?"),
            ("Call {name}.", "Could you please call {name}?"),
            ("Come to {city}.", "Would you please come to {city}?"),
            ("Give the {product} to {name}.", "Could you please give the {product} to {name}?"),
        ))  # fmt: skip
    lead = scene.say(
        "[Make this polite|Rewrite politely|Say it more politely|Make this sentence more polite|Rewrite this in a friendly way|Write this in a polite way]: "
    )
    rude, kind = scene.say(rude), scene.say(kind)
    return _chat("rewrite", f"{lead} {rude}", kind, scene.shared(rude, kind))


def rewrite(scene: Scene) -> Chat:
    """Change the tense, the person or the number of words in a simple sentence."""
    verbs = (("buys", "bought", "buy"), ("sells", "sold", "sell"), ("takes", "took", "take"), ("finds", "found", "find"),
             ("brings", "brought", "bring"), ("cleans", "cleaned", "clean"), ("paints", "painted", "paint"),
             ("needs", "needed", "need"), ("likes", "liked", "like"), ("loses", "lost", "lose"), ("uses", "used", "use"),
             ("repairs", "repaired", "repair"), ("carries", "carried", "carry"), ("sees", "saw", "see"))  # fmt: skip
    now, past, base = scene.rng.choice(verbs)
    ask, reply = scene.rng.choice((
        (f"[Put this into|Change this to|Rewrite in] the past tense: {{name}} {now} the {{product}}.", f"{{name}} {past} the {{product}}."),
        (f"[Turn this into a question|Make a question]: {{name}} {now} the {{product}}.", f"Does {{name}} {base} the {{product}}?"),
        (f"[Make this negative|Say the opposite]: {{name}} {now} the {{product}}.", f"{{name}} does not {base} the {{product}}."),
        (f"[Put this into|Rewrite in] the future: {{name}} {now} the {{product}}.", f"{{name}} will {base} the {{product}}."),
        (f"[Make this shorter|Shorten this]: {{name}}, who lives in {{city}}, {now} the {{product}}.", f"{{name}} {now} the {{product}}."),
        (f"[Correct|Correct this sentence|Fix the mistakes]: {{name}} {base} the {{product}} yesterday", f"{{name}} {past} the {{product}} yesterday."),
        (f"Replace {{name}} with {{name2}}: {{name}} {now} the {{product}}.", f"{{name2}} {now} the {{product}}."),
    ))  # fmt: skip
    question, answer = scene.say(ask), scene.say(reply)
    return _chat("rewrite", question, answer, scene.shared(question, answer))


def summary(scene: Scene) -> Chat:
    """Three or four sentences of a message, and what matters in them."""
    opening = "[Dear team,|Hello,|Good morning,|To whom it may concern,|Hi all,|]"
    filler = ("I hope you are well.", "Thank you for your quick answer last time.", "It was raining all week here.", "I have been a customer for many years.",
              "My neighbour told me about your shop.", "I tried to call you, but the line was busy.", "We had a lot to do this month.")  # fmt: skip
    body, short = scene.rng.choice((
        ("I ordered {article:product} on {date}. It has not arrived in {city} yet. Please tell me when it will come.", "The customer is waiting for {article:product} ordered on {date}."),
        ("The {product} I bought from you is broken. I would like to have a new one or my money back.", "The customer has a broken {product} and wants a new one or a refund."),
        ("The meeting about the {product} was moved to {date}. It will be in {city}, and {name} will lead it.", "The meeting about the {product} is now on {date} in {city}, led by {name}."),
        ("{name} starts in our office in {city} on {date}. Please prepare a desk and a computer.", "{name} starts in {city} on {date} and needs a desk and a computer."),
        ("We would like to buy {number} pieces of the {product}. Could you send us an offer by {date}?", "They want an offer for {number} pieces of the {product} by {date}."),
        ("The price of the {product} goes up to {price} on {date}. Orders before that day keep the old price.", "The {product} will cost {price} from {date}."),
        ("The shop in {city} is closed on {date} because the floor is being repaired. All orders will be sent one day later.", "The shop in {city} is closed on {date}, and orders come a day later."),
        ("I am very happy with the {product}. It is light and easy to use, and {name} was very helpful.", "The customer is happy with the {product} and thanks {name}."),
        ("{name} went to {city} to look at a new {product}. The talk went well, and they will sign on {date}.", "{name} saw a new {product} in {city}, and they will sign on {date}."),
        ("Our team sold many things this month. Most people bought the {product}. {name} sold the most.", "The {product} sold best this month, and {name} sold the most."),
    ))  # fmt: skip
    lead = scene.say(
        "[Summarise|Summarise this|Sum up|Summarise in one sentence|What is this about|Give me the main point|Make a short summary][:|.|]"
    )
    text, short = scene.say(body), scene.say(short)
    if scene.rng.random() < 0.5:
        text = f"{scene.rng.choice(filler)} {text}"
    text = f"{scene.say(opening)} {text}".strip()
    parts = (f"{lead} {text}", f"{text}\n{lead}")
    return _chat("summary", scene.rng.choice(parts), short, scene.shared(text, short))


def review(scene: Scene) -> Chat:
    good = scene.rng.random() < 0.5
    lines = [scene.say(p) for p in scene.rng.sample(GOOD if good else BAD, scene.rng.randint(1, 2))]
    text = ". ".join(lines) + scene.rng.choice((".", "!"))
    mood = "positive" if good else "negative"
    ask, reply = scene.rng.choice((
        ("[Is this review positive or negative|Positive or negative|What is the mood of this review]?", f"[This review is {mood}.|It is {mood}.|{mood.capitalize()}.]"),
        ("Is the customer happy?", "[Yes, the customer is happy.|Yes, the customer is pleased.]" if good else "[No, the customer is not happy.|No, the customer is unhappy.]"),
        ("[Answer this review|Reply to this review|Write an answer to this review]:",
         "[Thank you very much for your kind words. We are glad that you are happy.|Thank you for the nice review. We hope to see you again soon.]" if good
         else "[We are sorry to hear that. Please write to us, and we will make it right.|We are sorry for the trouble. Please tell us your order number so that we can help.]"),
    ))  # fmt: skip
    question = scene.say(ask)
    return _chat(
        "review",
        f"{question} {text}"
        if question.endswith(":") or scene.rng.random() < 0.5
        else f"{text} {question}",
        scene.say(reply),
    )


COMPANY = (
    ("The shop opens at {time}.", "[When do you open?|What are your opening hours?|At what time do you open?]", "We open at {time}."),
    ("Goods can be returned within {days} days.", "[How long can I return things?|What is your return policy?|How many days do I have to return the {product}?]", "You can return [goods|it|things] within {days} days."),
    ("Delivery costs {price}.", "[How much is delivery?|What does delivery cost?|What are the shipping costs?]", "Delivery costs {price}."),
    ("The shop is in {city}.", "[Where is your shop?|In which city are you?|Where can I find you?]", "Our shop is in {city}."),
    ("Write to {email} for help.", "[How can I reach you?|What is your e-mail address?|Where can I write to?]", "Please write to {email}."),
    ("The manager is {name}.", "[Who is the manager?|Who runs the shop?|Who is your boss?]", "Our manager is {name}."),
    ("The best product is the {product}.", "[What can you recommend?|What is your best product?|What should I buy?]", "I can recommend the {product}."),
    ("The discount code is {code}.", "[Do you have a discount code?|Is there a voucher?|What is the discount code?]", "Yes, the discount code is {code}."),
    ("The phone number is {number}.", "[What is your phone number?|Which number can I call?]", "You can call us at {number}."),
    ("The sale starts on {date}.", "[When is the next sale?|When does the sale start?]", "The sale starts on {date}."),
    ("The guarantee lasts {days2} days.", "[How long is the guarantee?|Is there a guarantee?]", "The guarantee lasts {days2} days."),
)  # fmt: skip


def company(scene: Scene) -> Chat:
    """A system prompt with facts on a made-up company, and one to three questions on them."""
    rng = scene.rng
    facts = rng.sample(COMPANY, rng.randint(1, 5))
    role = scene.say(
        "[You are the assistant of|You work for|You answer questions for|You are a helpful assistant of] {shop}."
    )
    system = " ".join([role, *(scene.say(told) for told, _, _ in facts)])
    turns = [Turn("system", system)]
    asked: tuple[str, ...] = ()
    for _, ask, reply in rng.sample(facts, rng.randint(1, min(3, len(facts)))):
        question, answer = scene.say(ask), scene.say(reply)
        turns += [Turn("user", roughen(rng, question)), Turn("assistant", answer)]
        asked = scene.shared(system, answer)
    if rng.random() < 0.15:
        turns += [
            Turn(
                "user",
                scene.say("[Which shop is this?|Who do you work for?|Which company are you?]"),
            ),
            Turn("assistant", scene.say("[This is {shop}.|I work for {shop}.]")),
        ]
        asked = (scene.slot("shop"),)
    return Chat(tuple(turns), "company", asked)


def persona(scene: Scene) -> Chat:
    """A system prompt that asks for a habit: a first word, a last word, a name, a short style."""
    word = scene.slot("word").capitalize()
    talk = scene.rng.choice((
        ("How are you?", "I am fine, thank you."), ("Do you deliver to {city}?", "Yes, we deliver to {city}."),
        ("Where is my order {order}?", "Order {order} is on its way."), ("Is the {product} in stock?", "Yes, the {product} is in stock."),
        ("My {product} is broken.", "I am sorry. We will send you a new {product}."),
        ("How much is the {product}?", "The {product} costs {price}."), ("Can I return the {product}?", "Yes, you can return the {product} within 30 days."),
    ))  # fmt: skip
    habit, form = scene.rng.choice((
        (f"[Always start|Begin every answer|Start your answers] with \"{word}!\".", f"{word}! {{0}}"),
        (f"[Always end|Finish every answer|End your answers] with \"{word}.\".", f"{{0}} {word}."),
        (f"[Call|Address] the customer \"{word}\".", f"{word}, {{0}}"),
        (f"[Sign|Sign every answer] as {word}.", f"{{0}}\nYours, {word}"),
        (f"Your name is {word}. Say so.", f"I am {word}. {{0}}"),
    ))  # fmt: skip
    question, answer = scene.say(talk[0]), scene.say(talk[1])
    said = form.replace(
        "{0}",
        answer
        if not form.startswith(f"{word}, ") or answer.startswith("I ")
        else answer[:1].lower() + answer[1:],
    )
    turns = (Turn("system", scene.say(habit)), Turn("user", question), Turn("assistant", said))
    if scene.rng.random() < 0.2:
        turns = (Turn("user", scene.say(habit) + " " + question), turns[2])
    return Chat(turns, "persona", (word, *scene.shared(question, answer)))


PLANS = (
    Intent(("Write an agenda for a meeting about the {product}.", "What should we talk about in the {product} meeting?"),
           ("1. Welcome\n2. News about the {product}\n3. [Costs|Dates|Open questions]\n4. Next steps",)),
    Intent(("Write a product text for the {product}.", "Describe the {product} in [one sentence|two sentences].", "Write an advert for the {product}.", "I need a short text to sell the {product}."),
           ("The {product} is [light, strong and easy to use|made to last and looks good in every home|a good friend at work and at home]. [Order it today!|You will love it.|Try it now.]",
            "Looking for {article:product}? Ours is [well made|simple|sturdy] and [fairly priced|ready to use]. [Get yours today!|]")),
    Intent(("Give me a slogan for {shop}.", "Write a slogan for {shop}.", "Invent a slogan for {shop}."),
           ("{shop}: [good things for every day|made for you|quality you can trust|simply better|come in and feel at home].",)),
    Intent(("Write a to-do list for [moving|my trip] to {city}.", "What do I need for a trip to {city}?", "I am going to {city}. What should I pack?"),
           ("For {city} you need:\n- [a ticket|your passport]\n- [warm clothes|good shoes]\n- [an umbrella|a map]", "Pack [good shoes|a warm coat|light clothes], [a map|your passport] and [a book|an umbrella]. Enjoy {city}!")),
    Intent(("Tell me about {city}.", "What do you know about {city}?", "Is {city} nice?", "What can I see in {city}?", "I am in {city}. What should I do?"),
           ("I do not know much about {city}[.|, I am sorry.] [You could start in the old town and walk along the main street.|The tourist office there can tell you more.|A walk through the centre is always a good start.]",
            "I cannot say much about {city}. [Ask the people who live there for the best places.|A map and good shoes will help you to see it.]")),
    Intent(("Do you know {name} {surname}?", "Who is {name} {surname}?", "Tell me about {name} {surname}."),
           ("I do not know {name} {surname}. [Can you tell me more?|Is it a friend of yours?|I only know what you tell me.]",)),
    Intent(("[Write|Give me] a birthday [wish|card] for {name}.", "{name} has a birthday today.", "Wish {name} a happy birthday."),
           ("Happy birthday, {name}! [I wish you a wonderful year.|All the best and a lovely day!|May all your wishes come true.]",)),
    Intent(("What is a good present for {name}?", "I need a present for {name}.", "What can I give {name} for the birthday?"),
           ("You could give {name} [a book|a plant|a nice mug|a box of tea|a warm scarf|a ticket to a concert]. [A card with kind words is nice too.|]",)),
    Intent(("I met {name} in {city}.", "{name} and I went to {city}.", "I am going to {city} with {name}."),
           ("[That sounds nice|How lovely]! [What did you and {name} do|What do you and {name} want to see] in {city}?",)),
    Intent(("I bought {article:product}.", "I have a new {product}.", "Look at my new {product}!"),
           ("[Nice|Great|Well done]! [I hope the {product} serves you well.|Enjoy your new {product}.|What will you do with the {product}?]",)),
)  # fmt: skip

OFFICE: tuple[tuple[float, Task], ...] = (
    (2.0, letter), (0.8, polite), (1.5, rewrite), (1.5, summary), (1.0, review), (3.0, company), (2.0, persona),
)  # fmt: skip
