"""Questions that colleagues ask in an office, follow-up questions, and questions nobody can answer."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

from collections.abc import Callable

from phrasing import Chat, Intent, Scene, Turn, roughen

Task = Callable[[Scene], Chat]
DESK = (
    Intent(
        ("How do I [ask for|request|book] a [holiday|day off]?", "I want to take a day off.", "How many holidays do I have?", "Can I take Friday off?"),
        ("[Please fill in|Fill in] the holiday form and send it to your [manager|team leader]. [You will get an answer within two days.|]",
         "Please ask your [manager|team leader] first, then enter the days in the calendar."),
    ),
    Intent(
        ("I am [ill|sick][ today|].", "What do I do when I am [ill|sick]?", "I cannot come to work today.", "I have a cold."),
        ("I hope you get well soon. Please [call|write to] your [manager|team leader] and stay at home.", "Get well soon! [Drink tea and rest.|Please tell your team that you are not coming.]"),
    ),
    Intent(
        ("How do I book a [meeting room|car|projector]?", "I need a meeting room[ for {name}|].", "Is there a free meeting room?", "Where can we meet?"),
        ("Open the calendar, choose \"New booking\" and pick a [time|day]. [You will see what is free.|It takes one minute.]", "You can book it in the calendar. [Please choose the day and the time.|Ask the front desk if you need help.]"),
    ),
    Intent(
        ("How do I [get|claim] my travel costs[ back|]?", "Where do I send my expenses?", "How do I hand in a receipt?", "Who pays for my ticket?"),
        ("Fill in the expense form, add the receipts and send it to the accounts team.", "Please keep all receipts and send them with the expense form. [You get the money with your next pay.|]"),
    ),
    Intent(
        ("What is the [wifi|network] password?", "How do I get [on the wifi|into the network]?", "The wifi does not work.", "I have no internet."),
        ("I do not know the password, but the help desk can tell you.", "Please turn the wifi off and on again. If it still does not work, ask the help desk."),
    ),
    Intent(
        ("Where is the [printer|kitchen|canteen|toilet|car park|front desk]?", "Where can I find the [paper|coffee|stairs|lift]?", "Where do I get [pens|paper|a new chair]?"),
        ("I do not know your building. [Please ask at the front desk.|A colleague can show you.|There is a plan at the entrance.]",),
    ),
    Intent(
        ("When is the [meeting|deadline|party|training]?", "At what time does the [meeting|training] start?", "Is the meeting today?"),
        ("I do not know when it is. [Please look in your calendar.|Your team leader can tell you.|Can you look at the invitation?]",),
    ),
    Intent(
        ("{name} is our new colleague.", "{name} starts today.", "We have a new colleague, {name}.", "{name} joined our team."),
        ("Welcome, {name}! [I wish you a good start.|It is nice to have you here.|All the best for the first day.]", "That is good news. [Please give {name} a warm welcome.|Show {name} the office and the kitchen.]"),
    ),
    Intent(
        ("{name} is leaving us.", "{name} has a new job.", "It is the last day of {name}."),
        ("[That is a pity|What a pity]. [Please wish {name} all the best from me.|I wish {name} all the best.|We will miss {name}.]",),
    ),
    Intent(
        ("I have too much work.", "I cannot finish my work.", "I have so many tasks. Where do I start?", "How do I plan my day?", "I have a deadline and no time."),
        ("Write down all tasks and begin with the most important one. [Do one thing after the other.|Take a break now and then.]", "[Talk to your team leader|Ask a colleague for help] and say what you can finish today. [One thing at a time.|]"),
    ),
    Intent(
        ("My colleague {name} is [rude|loud|lazy].", "I have a problem with {name}.", "I had a fight with {name}."),
        ("[I am sorry to hear that.|That is not easy.] Try to talk to {name} [in private|calmly|over a cup of coffee] and say what bothers you.",),
    ),
    Intent(
        ("Should I accept the job at {shop}?", "{shop} has offered me a job.", "I have an interview at {shop}.", "I applied for a job at {shop}."),
        ("[Good luck|All the best] with {shop}! [Think about the work, the pay and the people.|Learn about the company before you go.|Be calm and be yourself.]",),
    ),
    Intent(
        ("I [deleted|lost] a file.", "My file is gone.", "I cannot open the file {word}.", "Where did I save the file {word}?"),
        ("Please look in the bin of your computer first. [If it is not there, ask for the backup.|]", "Try the search of your computer. [The help desk can look for a backup.|]"),
    ),
    Intent(
        ("Can you translate {word}?", "What does {word} mean in English?", "Translate {word} into [French|Spanish|German]."),
        ("I am sorry, I cannot translate {word}. [I only know simple English.|A dictionary may help.]",),
    ),
    Intent(
        ("Who won the match in {city}?", "How many people live in {city}?", "How old is {city}?", "Who is the mayor of {city}?", "How far is it to {city}?", "What is the best hotel in {city}?"),
        ("I do not know that about {city}. [I am only a small model.|Please look it up.|I am sorry.]",),
    ),
    Intent(
        ("Who invented the {product}?", "When was the {product} invented?", "How does the {product} work?", "What is inside the {product}?", "Where is the {product} made?"),
        ("I do not know that about the {product}. [I am sorry.|The maker can tell you.|Please look at the label.]",),
    ),
    Intent(
        ("What is {word}?", "Who is {word}?", "Do you know {word}?", "Have you heard of {word}?", "Tell me about {word}."),
        ("I [do not know|have never heard of] {word}. [Can you tell me more?|What is it?|Could you explain it to me?]",),
    ),
    Intent(
        ("Which [film|book|song] do you recommend?", "Who is the president?", "What happened in the news?", "Who won the game?", "What will happen tomorrow?"),
        ("I do not know that, because I only learned simple texts. [I am sorry.|Please look it up.|]",),
    ),
)  # fmt: skip

# Each dialog is asked and answered in turn; a later question rests on an earlier one.
DIALOGS = (
    ("Do you deliver to {city}?", "Yes, we deliver to {city}.", "And to {city2}?", "Yes, we also deliver to {city2}.", "[How long does it take?|And how long does that take?]", "It takes about [three|four|five] days to {city2}."),
    ("Is the {product} in stock?", "Yes, the {product} is in stock.", "[How much is it?|And the price?|What does it cost?]", "The {product} costs {price}.", "[I will take it.|I would like to buy it.|Please reserve it for me.]", "Thank you! I have noted the {product} for you."),
    ("Where is my order {order}?", "Order {order} is on its way.", "[When will it arrive?|When do I get it?]", "Order {order} should arrive [tomorrow|in two days|on Friday].", "[Can you send it to {city}?|Please send it to {city} instead.]", "Yes, order {order} will now go to {city}."),
    ("My {product} is broken.", "I am sorry about the {product}. [What is your order number?|Could you tell me the order number?]", "It is {order}.", "Thank you. I have found order {order}, and we will send you a new {product}."),
    ("I want to return the {product}.", "Of course. [What is your name?|May I have your name?]", "[My name is {name}.|I am {name}.|{name}]", "Thank you, {name}. [I will send you a return form for the {product}.|You can send the {product} back for free.]"),
    ("[I would like to book a table.|Can I book a table?]", "[Of course. For which day?|Gladly. On which day?]", "[On {date}.|For {date}.|{date}, please.]", "And under which name?", "{name}[.|, please.]", "Your table is booked for {date}, {name}."),
    ("[Hi|Hello], I am {name}.", "Hello {name}! How can I help you?", "[Do you know my name?|What is my name?|Who am I?]", "Yes, your name is {name}."),
    ("{name} lives in {city} and {name2} lives in {city2}.", "[Good to know.|Thank you for telling me.|All right.]", "Where does {name2} live?", "{name2} lives in {city2}.", "And {name}?", "{name} lives in {city}."),
    ("I have two [pets|dogs|cats]: {name} and {name2}.", "How nice! [Are they well?|How old are they?]", "What are their names?", "They are called {name} and {name2}."),
    ("[Write a short e-mail to {name}.|I need an e-mail to {name}.]", "[Gladly. What is it about?|Of course. What should it say?]", "[The meeting is on {date}.|It is about the meeting on {date}.]", "Dear {name},\nthe meeting is on {date}. [Please let me know if you can come.|I hope to see you there.]\n[Kind regards|Best wishes]"),
    ("I moved from {city} to {city2}.", "[I hope you like it in {city2}.|Welcome to {city2}!]", "[Where did I live before?|Where do I come from?]", "You lived in {city} before."),
    ("Remember the code {code}.", "[I will remember the code.|All right.|Noted.]", "[What was the code?|Tell me the code.|Which code did I give you?]", "The code is {code}."),
    ("I like {word} and {word2}.", "[That is interesting.|Good to know.]", "[What do I like?|Tell me what I like.]", "You like {word} and {word2}."),
)  # fmt: skip


def dialog(scene: Scene) -> Chat:
    """A few turns on one matter, cut after some answer."""
    lines = scene.rng.choice(DIALOGS)
    length = 2 * scene.rng.randint(2, len(lines) // 2) if len(lines) > 4 else len(lines)
    turns = [
        Turn("user" if place % 2 == 0 else "assistant", scene.say(line))
        for place, line in enumerate(lines[:length])
    ]
    turns[0] = Turn("user", roughen(scene.rng, turns[0].text))
    before = " ".join(turn.text for turn in turns[:-1])
    return Chat(tuple(turns), "dialog", scene.shared(before, turns[-1].text))


DIALOG: tuple[tuple[float, Task], ...] = ((1.0, dialog),)
