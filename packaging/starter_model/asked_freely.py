"""Forty questions written by hand, none of them made by the patterns: how the model does off its paths."""
# ruff: noqa: E501 (one question after another)

from __future__ import annotations

FREE = (
    "Do you ship to Trondheim?", "My toaster makes a strange noise, what now?", "I still haven't received parcel 77120.",
    "Could you deliver a green jacket to Marrakesh?", "What's the cost of the Zirkona lamp?", "I'd like my money back.",
    "Please tell Henrike the printer is fixed.", "Write a mail to Mr Olafsen about the broken lift.", "What's a kettle good for?",
    "Is a penguin able to fly?", "Name four vegetables.", "What is 7 + 6?", "Say: Ahoy, matey!", "Spell rhubarb.",
    "Good morning, my name is Zbigniew.", "I'm feeling a bit lonely today.", "Any tips for better sleep?", "Why do leaves fall?",
    "Make this polite: Bring me the folder.", "Summarise: The train to Ulm was late because of snow. Everybody reached the office at noon.",
    "Is this review good or bad? The soup was cold and the waiter was rude.", "Do you sell umbrellas?", "At what hour does your shop close?",
    "Can I swap the blue shoes for black ones?", "Where can I park my car at the office?", "I lost my key card.", "Who is Marguerite Duval?",
    "Tell me a story about a dragon.", "What's the opposite of brave?", "What is the capital of Norway?", "How do I brew coffee?",
    "Write a poem about the moon.", "Thanks, that was quick!", "Which is better, the oak desk or the glass desk?", "Invent a slogan for Kramer Bakery.",
    "I want to talk to your boss.", "Can I pay with my phone?", "Put these in order: pear, apple, fig", "What should I give Yolanda for her birthday?",
    "See you tomorrow!",
)  # fmt: skip
