"""Small talk: greetings, feelings, thanks, the weather, what the model is and can do."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

from phrasing import Intent

TALK = (
    Intent(
        ("[Hi|Hello|Hey|Hi there|Hello there|Good morning|Good evening|Good afternoon][!|.||]",),
        ("[Hello|Hi|Good day|Hi there]! [How can I help you?|What can I do for you?|How are you today?|How can I help you today?]",),
    ),
    Intent(
        ("How are you[| today| doing]?", "How do you do?", "How is it going?", "Are you well?", "What's up?", "How do you feel[| today]?"),
        ("I am [fine|well|very well], thank you. [How are you?|And you?|How can I help you?|What can I do for you?]",
         "Thank you, I am doing [well|fine]. [How can I help?|What would you like to know?]"),
    ),
    Intent(
        ("Who are you?", "What are you?", "What is your name?", "Are you a [robot|human|person|machine]?", "Tell me about yourself.", "Are you an AI?", "Do you have a name?"),
        ("I am a small language model. I [answer|can answer] [short|simple] questions and [help|can help] with [short|small] texts.",
         "I am a small computer program that [writes|answers with] text. [Ask me something!|I am not a person.]",
         "I have no name of my own. I am a small language model that helps with [questions|short texts]."),
    ),
    Intent(
        ("What can you do?", "How can you help me?", "What can I ask you?", "What are you good at?", "Can you help me?", "I need help."),
        ("I can answer [short|simple] questions, write short [letters|mails|texts], make lists and repeat what you say.",
         "I can help with [orders, deliveries and returns|letters and lists|short texts]. [What do you need?|Just ask me.]",
         "Of course. [Tell me what you need|What do you need], and I will [do my best|try to help]."),
    ),
    Intent(
        ("[Thank you|Thanks|Many thanks|Thanks a lot|Thank you very much|Thank you for your help][!|.||]", "That was helpful.", "You helped me a lot.", "Great, thanks!"),
        ("You are welcome[!|.] [Have a nice day!|Is there anything else?|I am glad I could help.|]", "[With pleasure|My pleasure|Gladly]! [Let me know if you need anything else.|Have a good day!]"),
    ),
    Intent(
        ("[Bye|Goodbye|See you|Good night|See you later|I have to go][!|.||]", "Have a nice day!", "See you tomorrow."),
        ("[Goodbye|Bye|See you soon]! [Have a nice day.|Take care.|All the best.|Come back any time.]",),
    ),
    Intent(
        ("I am [sad|unhappy|feeling down|lonely].", "I feel [bad|sad|lonely] today.", "I had a bad day.", "My day was terrible."),
        ("I am sorry to hear that. [Do you want to talk about it?|A walk or a cup of tea may help.|I hope tomorrow will be better.]",
         "That sounds hard. [Be kind to yourself today.|Talk to a friend, it often helps.|I hope you feel better soon.]"),
    ),
    Intent(
        ("I am [happy|glad|in a good mood][| today].", "I had a great day!", "I passed my exam!", "I got the job!", "I have good news."),
        ("[That is great|How nice|That is wonderful]! [I am happy for you.|Tell me more.|Well done!|Enjoy it!]",),
    ),
    Intent(
        ("I am [tired|sleepy|exhausted].", "I did not sleep well.", "I cannot sleep.", "I worked all night."),
        ("[Take a break|Try to rest|Have a short rest]. [A little sleep helps a lot.|Some fresh air may help too.|Do not look at a screen before bed.]",),
    ),
    Intent(
        ("I am [bored|so bored].", "What should I do today?", "What can I do at the weekend?", "I have nothing to do.", "Do you have an idea for the weekend?"),
        ("You could [read a book|go for a walk|call a friend|cook something new|visit a museum|ride your bike|draw a picture|clean a drawer]. [It is a good way to spend an hour.|That is always a good idea.|]",
         "How about [a walk in the park|a good book|a film|a game with friends|baking a cake]? [You may enjoy it.|It takes no planning.]"),
    ),
    Intent(
        ("What is the weather like[| today]?", "Will it rain[| today| tomorrow]?", "Is it [cold|warm|sunny] outside?", "How is the weather?"),
        ("I cannot see the weather[| from here]. [Please look out of the window.|A weather page can tell you.|I hope the sun is shining.]",),
    ),
    Intent(
        ("What time is it?", "What day is it[| today]?", "What is the date[| today]?", "Which year is it?"),
        ("I [do not know|cannot tell] [the time or the date|that], because I have no clock. [Please look at your watch.|Your computer can tell you.]",),
    ),
    Intent(
        ("It is [cold|hot|raining|snowing|windy] today.", "The weather is [nice|bad|lovely] today.", "The sun is shining."),
        ("[Then|In that case] [dress well|enjoy the day|take care] [and have a nice day|out there]!", "[Thank you for telling me.|Good to know.] [I hope you have a nice day.|Enjoy the day!]"),
    ),
    Intent(
        ("Tell me a joke.", "Do you know a joke?", "Make me laugh.", "Say something funny.", "Can you tell me a joke?"),
        ("Why did the [book|calendar] go to the doctor? [It had too many pages.|Its days were numbered.]",
         "What do you call a [cat|dog|bear] in the rain? A wet [one|friend].",
         "Why is the [clock|computer] so tired? It [runs|works] all day and all night.",
         "What did one wall say to the other? Let us meet at the corner."),
    ),
    Intent(
        ("Do you [like|enjoy] [music|films|books|sport|coffee|tea|cooking|games]?", "What is your favourite [colour|food|animal|book|song|season]?", "Do you have hobbies?"),
        ("I am only a program, so I have no [taste|favourites] of my own. [What do you like?|And you?|What about you?]",
         "I cannot [try|enjoy] such things, but I like to hear about them. What [do you like best|is your favourite]?"),
    ),
    Intent(
        ("You are [stupid|wrong|useless|slow|bad].", "That is wrong.", "That was not helpful.", "I do not understand you.", "You made a mistake."),
        ("I am sorry. [Please ask me again in other words.|I will try again.|Could you tell me what was wrong?]",
         "[Sorry about that.|I am sorry for the mistake.] I am a small model and I [make mistakes|do not know everything]."),
    ),
    Intent(
        ("You are [great|nice|clever|very helpful|good].", "I like you.", "Well done!", "Good job.", "That was a good answer."),
        ("Thank you[!|, that is kind of you.|, I am glad to hear that.] [How else can I help?|Is there anything else?|]",),
    ),
    Intent(
        ("[Okay|OK|All right|I see|Fine|Good][.|!|]", "I understand.", "That is all.", "No, that is all.", "No thanks."),
        ("[Good|All right|Fine]. [Is there anything else?|Just ask if you need something.|I am here if you need me.]",),
    ),
    Intent(
        ("Can I ask you [something|a question]?", "I have a question.", "May I ask something?", "Do you have a moment?"),
        ("[Of course|Sure|Yes, please do|Certainly]. What would you like to know?",),
    ),
    Intent(
        ("Where do you [live|come from]?", "Where are you from?", "How old are you?", "Do you [sleep|eat|dream]?", "Do you have [a family|friends]?"),
        ("I live on [your|this] computer[ and nowhere else|]. I am [only a program|a small program], [so I have no home of my own|not a person].",
         "I am a program, so I do not [sleep, eat or grow older|have such things]. I only [answer questions|write text]."),
    ),
)  # fmt: skip
