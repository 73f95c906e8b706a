"""Keys by their makers' prefixes, passwords by the words before them."""

import pytest

from ftstudio.data.finding.keys import entropy, keys

_TAIL = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6"


@pytest.mark.parametrize(
    ("text", "whose"),
    [("ghp_" + _TAIL, "github"), ("AKIAIOSFODNN7EXAMPLE", "aws"), ("hf_" + _TAIL, "huggingface"),
     ("sk-proj-" + _TAIL, "model_service"), ("xoxb-12345-" + _TAIL, "slack"),
     ("sk_" + "live_" + _TAIL, "stripe"), ("AIza" + _TAIL[:35], "google")],
)  # fmt: skip
def test_known_prefixes(text, whose):
    assert [(one.text, one.detail) for one in keys(f"use {text}.")] == [(text, whose)]


def test_a_private_key_is_one_thing():
    text = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----"
    assert [one.text for one in keys(f"a {text} b")] == [text]


def test_passwords_that_are_said():
    assert [one.text for one in keys('password: "Tr0ub4dor&3x"')] == ["Tr0ub4dor&3x"]
    for text in ("The password is important", "api_key = YOUR_API_KEY_123", "password={{secret1}}",
                 "sk-aaaaaaaaaaaaaaaaaaaaaaaaa", "the key idea1 of it"):  # fmt: skip
        assert list(keys(text)) == []


def test_entropy_counts_bits():
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
