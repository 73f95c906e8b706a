"""Settings as a line of plain words."""

from __future__ import annotations

from ftstudio.ui.adapters.settings_words import settings_rows


def test_what_matters_comes_first_and_in_plain_words() -> None:
    words = settings_rows("lora", {"seed": 7, "rank": 16, "alpha": 32, "max_length": 512,
                                   "learning_rate": 0.0002, "warmup": 0.05})  # fmt: skip
    assert words == (
        "Capacity 16 · Strength 32 · Step size 0.0002 · Longest text 512 tokens · Chance 7"
    )


def test_what_was_left_to_the_app_is_not_named() -> None:
    assert settings_rows("lora", {"rank": 8, "learning_rate": None}) == "Capacity 8"


def test_a_foreign_adapters_own_words_stay() -> None:
    assert settings_rows("lora", {"r": 8, "lora_alpha": 16}) == "r 8 · lora_alpha 16"
