"""Keys by their makers' prefixes, by what stands beside them, passwords by the words before."""

import pytest

from ftstudio.data.finding.keys import entropy, keys
from ftstudio.data.finding.personal import Personal

_TAIL = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6"
_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # Amazon's own example


@pytest.mark.parametrize(
    ("text", "whose"),
    [("ghp_" + _TAIL, "github"), ("AKIAIOSFODNN7EXAMPLE", "aws"), ("hf_" + _TAIL, "huggingface"),
     ("sk-proj-" + _TAIL, "model_service"), ("xoxb-12345-" + _TAIL, "slack"),
     ("sk_" + "live_" + _TAIL, "stripe"), ("AIza" + _TAIL[:35], "google")],
)  # fmt: skip
def test_known_prefixes(text, whose):
    assert [(one.text, one.detail) for one in keys(f"use {text}.")] == [(text, whose)]


@pytest.mark.parametrize("kind", ["RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY",
                                  "PGP PRIVATE KEY BLOCK"])  # fmt: skip
def test_a_private_key_is_one_thing(kind):
    text = f"-----BEGIN {kind}-----\nMIIabc\n-----END {kind}-----"
    assert [one.text for one in keys(f"a {text} b")] == [text]


def test_a_secret_without_a_name_stands_beside_its_id():
    found = [one.text for one in keys(f"AKIAIOSFODNN7EXAMPLE\n{_SECRET}\n")]
    assert found == ["AKIAIOSFODNN7EXAMPLE", _SECRET]
    assert list(keys(f"{_SECRET} alone")) == []
    commit = "3f2504e04f8911d39a0c0305e82c3301deadbeef"
    assert [one.text for one in keys(f"AKIAIOSFODNN7EXAMPLE in {commit}")] == found[:1]
    sid, token = "AC" + "0a1b2c3d" * 4, "9f8e7d6c" * 4
    assert [one.text for one in keys(f"{sid}, {token}")] == [sid, token]


def test_a_bots_token_in_its_address():
    token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    (one,) = keys(f"https://api.telegram.org/bot{token}/getMe")
    assert (one.text, one.detail) == (token, "bot")


def test_azure():
    key = _TAIL + "/+" + _TAIL + "a1b2c3d4e5f6==="[:14]
    text = f"DefaultEndpointsProtocol=https;AccountName=me;AccountKey={key};EndpointSuffix=core.x"
    assert [one.text for one in keys(text) if one.sure] == [key]
    signature = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6%2Fx8Q%3D"
    text = f"https://me.blob.core.windows.net/c?sv=2022-11-02&sr=b&sig={signature}"
    assert [one.text for one in keys(text)] == [signature]


@pytest.mark.parametrize(
    "text",
    ["postgres://bob:s3cr3tpw@db.example.com:5432/shop", "redis://:hunter22@cache:6379/0",
     "mongodb+srv://admin:Zu7ha!x@cluster0.ab1cd.mongodb.net/?retryWrites=true",
     "https://bob:geheim@intern.example.org/x"],
)  # fmt: skip
def test_an_address_with_a_password_is_one_thing(text):
    (one,) = Personal().find(f"It is {text}.")
    assert (one.kind, one.text, one.sure) == ("key", text, True)


def test_an_address_whose_password_is_a_gap_is_not_sure():
    (one,) = Personal().find("postgres://user:password@db.example.com/shop")
    assert (one.kind, one.sure) == ("key", False)


@pytest.mark.parametrize(
    ("text", "own"),
    [('password: "Tr0ub4dor&3x"', "Tr0ub4dor&3x"), ("pwd=Sommer2024", "Sommer2024"),
     ("Passwort: Geheim123!", "Geheim123"), ("password: hunter2", "hunter2"),
     ('{\\"password\\": \\"Tr0ub4dor&3x\\"}', "Tr0ub4dor&3x"), ("DB_PASS=aB3xY9qz", "aB3xY9qz"),
     ("Server=tcp:x;Database=shop;User Id=bob;Password=geheim;", "geheim"),
     (f"SECRET_KEY = '{_TAIL}'", _TAIL), (f"Authorization: Bearer {_TAIL}", _TAIL),
     ("Authorization: Basic Ym9iOmdlaGVpbTEy", "Ym9iOmdlaGVpbTEy"), (f"token={_TAIL}", _TAIL),
     (f"//registry.npmjs.org/:_authToken={_TAIL}", _TAIL), ("password: 'Sommer-Regen'",
     "Sommer-Regen"), (f"**API key**: `{_TAIL}`", _TAIL), ("密码: Abc12345", "Abc12345")],
)  # fmt: skip
def test_passwords_that_are_said(text, own):
    assert [(one.text, one.sure) for one in keys(text)][:1] == [(own, True)]


@pytest.mark.parametrize(
    "text",
    ["The password is important", "api_key = YOUR_API_KEY_123", "password={{secret1}}",
     "sk-aaaaaaaaaaaaaaaaaaaaaaaaa", "the key idea1 of it", "token: 3rd-word",
     "password = os.environ['DB_PASS1']", "secret = hashlib.sha256(data1)",
     "api_key=settings.API_KEY2", "password=${DB_PASS1}", "passing=12345abc", "key: 5 of hearts7",
     "tokens = tokenizer.encode(text1)", "bearer of bad1news", "a bypass: route66north",
     "token = 'end_of_text'", "password = input('Password1: ')", "secret: <secret1>",
     "https://example.org/a:b@c", "The access key is on page12345 of it"],
)  # fmt: skip
def test_what_is_no_password(text):
    assert [one for one in keys(text) if one.sure] == []


def test_entropy_counts_bits():
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
