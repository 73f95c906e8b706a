"""On sentences whose truth is known, on the shared set, and on dialogues without any."""

import json
import random
from collections import Counter

import pytest

from ftstudio.data.finding import personal
from ftstudio.data.finding.found import KINDS, Found
from ftstudio.data.finding.personal import NOT_FOUND, Personal, replaced
from tests.bench.data.look_alikes import LOOK_ALIKES
from tests.bench.data.personal_sentences import sentences, without
from tests.nasty.shared_data import SHARED, needs_shared
from tests.unit.data.stopping import stops_wherever

LOOK = Personal()


def hit(found, kind, start, end):
    return any(one.kind == kind and one.start < end and start < one.end for one in found)


@pytest.fixture(scope="module")
def recalls():
    """Found, of how many, by kind; and with the exact place."""
    found, exact, of = Counter(), Counter(), Counter()
    for one in sentences():
        seen = LOOK.find(one.text)
        of[one.detail] += 1
        found[one.detail] += hit(seen, one.kind, one.start, one.end)
        exact[one.detail] += any((s.start, s.end) == (one.start, one.end) for s in seen)
    return found, exact, of


def test_there_are_a_thousand_sentences(recalls):
    assert sum(recalls[2].values()) >= 1000
    assert len(recalls[2]) == 19


def test_structured_items_are_found(recalls):
    found, _, of = recalls
    structured = [kind for kind in of if kind != "phone"]
    assert sum(found[k] for k in structured) >= 0.98 * sum(of[k] for k in structured)
    weak = {kind: (found[kind], of[kind]) for kind in structured if found[kind] < 0.95 * of[kind]}
    assert weak == {}


def test_phones_of_the_regions_are_found(recalls):
    found, _, of = recalls
    assert found["phone"] >= 0.8 * of["phone"]


def test_places_are_exact(recalls):
    found, exact, _ = recalls
    assert sum(exact.values()) >= 0.97 * sum(found.values())


def test_other_numbers_are_left_alone():
    alarms = [(text, one) for text in without() for one in LOOK.find(text) if one.sure]
    assert alarms == []


@pytest.mark.parametrize("kind", LOOK_ALIKES)
@pytest.mark.parametrize("frame", ["{}", "We saw {} there.", "Before.\n{}\nAfter."])
def test_what_only_looks_alike_is_left_alone(kind, frame):
    for text in LOOK_ALIKES[kind]:
        sure = [one.text for one in LOOK.find(frame.format(text)) if one.sure and one.kind != "url"]
        assert sure == [], text


@needs_shared
def test_the_shared_labelled_sentences():
    path = SHARED / "microsoft__presidio-research" / "generated_small.json"
    kinds = {"PHONE_NUMBER": "phone", "CREDIT_CARD": "card", "US_SSN": "national_id",
             "IP_ADDRESS": "ip", "EMAIL_ADDRESS": "email", "DOMAIN_NAME": "url"}  # fmt: skip
    of, found, alarms = Counter(), Counter(), 0
    for row in json.loads(path.read_text("utf-8")):
        seen = LOOK.find(row["full_text"])
        for span in row["spans"]:
            if kind := kinds.get(span["entity_type"]):
                of[kind] += 1
                found[kind] += hit(seen, kind, span["start_position"], span["end_position"])
        spans = [(s["start_position"], s["end_position"]) for s in row["spans"]]
        alarms += sum(not any(o.start < b and a < o.end for a, b in spans) for o in seen)
    assert of["phone"] == 10
    assert found["phone"] >= 8
    assert all(found[kind] == of[kind] for kind in of if kind != "phone")
    assert alarms == 0


@needs_shared
def test_the_museum_piece():
    text = (SHARED / "nasty" / "made" / "pii.csv").read_text("utf-8")
    seen = [(one.detail or one.kind) for one in LOOK.find(text)]
    assert seen == ["email", "phone", "iban", "card", "us_ssn", "uk_nhs", "v4", "v6", "es_nif",
                    "v4", "model_service", "aws"]  # fmt: skip
    assert "4111 1111 1111 1112" not in [one.text for one in LOOK.find(text)]
    assert [one.text for one in LOOK.find(text) if not one.sure] == ["1.2.3.4"]


@needs_shared
def test_few_false_alarms_on_real_dialogues():
    """What is sure in real text was looked at by eye: all are what they are called."""
    talks = json.loads((SHARED / "lm-sys__FastChat" / "dummy_conversation.json").read_text("utf-8"))
    assert not any(LOOK.find(turn["value"]) for talk in talks for turn in talk["conversations"])
    alpaca = json.loads(
        (SHARED / "hiyouga__LLaMA-Factory" / "alpaca_en_demo.json").read_text("utf-8")
    )
    sure = Counter(
        one.kind for row in alpaca for text in row.values() for one in LOOK.find(text) if one.sure
    )
    assert sure == {"url": 17, "email": 5, "phone": 1}
    school = SHARED / "openai__grade-school-math" / "test.jsonl"
    for line in school.read_text("utf-8").splitlines():
        assert not [
            one for text in json.loads(line).values() for one in LOOK.find(text) if one.sure
        ]


def test_only_the_kinds_chosen():
    text = "a@b.example.org, +34 612 345 678, https://example.org"
    assert [one.kind for one in Personal(["phone"]).find(text)] == ["phone"]
    assert [one.kind for one in Personal(["email", "url"]).find(text)] == ["email", "url"]
    assert Personal([]).find(text) == []


def test_a_model_can_be_asked_too():
    def names(text):
        start = text.index("Anna")
        yield Found("name", start, start + 4, "Anna")

    seen = Personal(recognisers=[names]).find("Anna writes to anna@example.org")
    assert [(one.kind, one.text) for one in seen] == [
        ("name", "Anna"), ("email", "anna@example.org")]  # fmt: skip


def test_what_overlaps_is_one():
    (one,) = LOOK.find("https://example.org/?mail=a@example.org&tel=+34612345678")
    assert one.kind == "url"


def test_replacing_leaves_the_rest():
    text = "to a@b.org and c@d.org!"
    assert replaced(text, LOOK.find(text), lambda one: one.kind.upper()) == "to EMAIL and EMAIL!"


def hidden(text):
    return replaced(text, [one for one in LOOK.find(text) if one.sure], lambda one: f"[{one.kind}]")


def test_a_number_in_json_becomes_a_string():
    raw = {
        "phone": 4155552671,
        "note": 'phone: 4155552671, "4155552672"',
        "cards": [4111111111111111],
    }
    assert json.loads(hidden(json.dumps(raw))) == {
        "phone": "[phone]", "note": 'phone: [phone], "[phone]"', "cards": ["[card]"]}  # fmt: skip
    call = '<tool_call>{"card": 4111111111111111}</tool_call>'
    assert hidden(call) == '<tool_call>{"card": "[card]"}</tool_call>'
    assert hidden("phone: 4155552671, then") == "phone: [phone], then"
    assert hidden("My cards, 4111111111111111, and so") == "My cards, [card], and so"
    assert hidden('a "card": 4111111111111111, too') == 'a "card": [card], too'


LONG = [
    "to ann@example.org ", "card 4111 1111 1111 1111 ", "far away ", "ring +34 612 345 678, or ",
    "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQ" * 900 + "\n-----END PRIVATE KEY-----\n",
    "https://example.org/" + "a/" * 500 + " ",
]  # fmt: skip


@pytest.mark.parametrize("shift", range(0, 60, 7))
def test_a_long_text_gives_what_a_short_one_does(shift, monkeypatch):
    chance = random.Random(shift)
    text = "x" * shift + " " + "".join(chance.choice(LONG) for _ in range(300))
    assert len(text) > 3 * personal._PIECE
    in_pieces = LOOK.find(text)
    monkeypatch.setattr(personal, "_PIECE", len(text))
    assert in_pieces == LOOK.find(text)
    assert len({one.kind for one in in_pieces}) == 5


def test_who_waits_can_stop_it_within_one_text():
    text = "the card 4111 1111 1111 1111, " * 20_000
    stops_wherever(lambda tell: Personal(tell=lambda: tell(0.0)).find(text), fewest=9)


def test_it_says_what_it_does_not_find():
    assert "Names and postal addresses are not found" in NOT_FOUND
    assert set(KINDS) == {"email", "phone", "card", "iban", "national_id", "ip", "key", "url"}


@pytest.mark.parametrize(
    "text",
    ["9" * 80 + "x", "0" * 200_000, "a@" * 50_000, "1.1." * 20_000, "(" * 9000, "12-" * 9000],
)
def test_hostile_texts_come_to_an_end(text):
    """Patterns whose parts can be told apart in many ways would take hours."""
    assert LOOK.find(text) == []
