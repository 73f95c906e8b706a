"""Sentences written by hand, in many languages: what is sure in each, and what is none."""

import pytest

from ftstudio.data.finding.found import KINDS
from ftstudio.data.finding.personal import Personal
from ftstudio.data.finding.pseudonyms import Pseudonyms

LOOK = Personal([kind for kind in KINDS if kind != "url"])
TOKEN = (
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
)
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----"
FOUND = [
    ("Schreiben Sie an {} bitte.", "email", "jürgen.müller@bücher-straße.de"),
    ("Mail me: {}!", "email", "anna+shop@example.co.uk"),
    ("contact: {}", "email", "john [at] example [dot] com"),
    ("reach {} oder so", "email", "jane(at)firma.de"),
    ("write to {} please", "email", "peter at example dot org"),
    ("{} fragen", "email", "maria {at} uni-trier.de"),
    ("<mailto:{}>", "email", "info@xn--bcher-kva.example.org"),
    ("почта: {}", "email", "иван@пример.рф"),
    ("Tel. {}", "phone", "+49 (0)30 901820-123"),
    ("Call {}", "phone", "1-800-356-9377 ext. 12"),
    ("{} is mine", "phone", "(415) 555-2671 x89"),
    ("Appelez le {}", "phone", "06.12.34.56.78"),
    ("Llámame al {}", "phone", "612 34 56 78"),
    ("Mobil {}", "phone", "0171-2345678"),
    ("ring me on {}", "phone", "07700\u00a0900123"),
    ("tel:{}", "phone", "+1-415-555-2671"),
    ("WhatsApp {}", "phone", "+55 11 91234-5678"),
    ("IBAN: {}", "iban", "de89 3704 0044 0532 0130 00"),
    ("auf {} bitte", "iban", "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000"),
    ("IBAN {}", "iban", "GB82-WEST-1234-5698-7654-32"),
    ("Konto {}", "iban", "FR14 2004 1010 0505 0001 3M02 606"),
    ("Login from {}", "ip", "2001:db8::ff00:42:8329"),
    ("[{}]:8080 refused", "ip", "2001:db8::1"),
    ("{} connected", "ip", "::ffff:192.168.10.24"),
    ("{} up", "ip", "fe80::1ff:fe23:4567:890a%eth0"),
    ("from {}:443 to", "ip", "203.0.113.45"),
    ("https://example.com/v1?access_token={}", "key", "9f8e7d6c5b4a39281706aabbccddeeff"),
    ("https://example.com/cb?code=1&token={}", "key", TOKEN),
    ("Authorization: Bearer {}", "key", TOKEN),
    ("{}", "key", KEY),
    ("{}", "key", "postgres://admin:S3cr3t!pw@db.internal:5432/app"),
    ("Server=tcp:db.example.net;User ID=sa;Password={};", "key", "Tr0ub4dor&3"),
    ("{} drops", "key", "mongodb+srv://u:p4ssw0rd@cluster0.abcd.mongodb.net/test"),
    ("card {} please", "card", "4111.1111.1111.1111"),
    ("Amex {}", "card", "3782 822463 10005"),
    ("{} thanks", "card", "4111\u20111111\u20111111\u20111111"),
    ("Karte {}, gültig bis 12/27", "card", "5555555555554444"),
    ("Meine Steuer-ID {}", "national_id", "86 095 742 719"),
    ("National Insurance number: {}", "national_id", "AB 12 34 56 C"),
    ("cpf {}", "national_id", "11144477735"),
    ("DNI {}", "national_id", "12345678-z"),
    ("codice fiscale {}", "national_id", "rssmra85t10a562s"),
    ("身份证号 {}", "national_id", "11010519491231002x"),
    ("My social security number is {}.", "national_id", "078051120"),
]
NONE = [
    "Meet at example dot place, at noon", "Look at me. at home (at) work", "(at) noon.Then we left",
    "he arrived at google dot com was down", "The train leaves at 10.15 and 11.30 and 12.45",
    "std::vector::iterator a::b::c", "SELECT a FROM b WHERE id=4111111111111112",
    "Version 10.2.3.4 of the lib", "git clone git@github.com:org/repo.git", "NINO QQ123456C",
    "@media screen and (max-width: 600px)", "pass: the ball to him; token: word",
    "password: ********, secret: <your-secret>", "key = value; token = next_token(stream)",
    "part AB123456C in stock", "it took 12345678z", "commit rssmra85t10a562s", "row 078051120",
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBg\n-----END PUBLIC KEY-----", "1.4111.1111.1111.1111",
    "411.11.11111.11.1111", "Kapitel 2.1.3.4 bis 2.1.3.9", "10\u202f000\u202f000\u202f000 km",
]  # fmt: skip


@pytest.mark.parametrize(("frame", "kind", "thing"), FOUND)
def test_it_is_found_whole(frame, kind, thing):
    text, start = frame.replace("{}", thing), frame.index("{}")
    seen = [(one.kind, one.start, one.end) for one in LOOK.find(text) if one.sure]
    assert seen == [(kind, start, start + len(thing))]


@pytest.mark.parametrize("text", NONE)
def test_nothing_in_it_is_sure(text):
    assert [one for one in LOOK.find(text) if one.sure] == []


def test_an_address_has_one_stand_in_however_it_is_hidden():
    names = Pseudonyms()
    text = "Jane.Doe@firma.de, jane.doe(at)firma.de, jane.doe [AT] firma [DOT] de"
    assert {names.of(one) for one in LOOK.find(text)} == {"[EMAIL_1]"}
