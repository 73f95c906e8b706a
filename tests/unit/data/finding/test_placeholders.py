"""Gaps that were left, and what only looks like one."""

import json

import pytest

from ftstudio.data.finding.placeholders import placeholders
from tests.nasty.shared_data import SHARED, needs_shared


@pytest.mark.parametrize(
    ("text", "gaps"),
    [("I am {{name}} by {{ author }}.", ["{{name}}", "{{ author }}"]), ("Dear <NAME>,", ["<NAME>"]),
     ("Yours, [Your Name]", ["[Your Name]"]), ("[insert date here]!", ["[insert date here]"]),
     ("Lorem ipsum dolor", ["Lorem ipsum"]), ("TODO: write this", ["TODO"]), ("${user.name}",
     ["${user.name}"]), ("%FIRST_NAME% %FIRST_NAME%", ["%FIRST_NAME%"]), ("XXX", ["XXX"]),
     ("Call XXXX now", ["XXXX"]), ("[the company name]", ["[the company name]"]),
     ("TODO\nmore", ["TODO"]), ("at [date].", ["[date]"])],
)  # fmt: skip
def test_gaps(text, gaps):
    assert placeholders(text) == gaps


@pytest.mark.parametrize(
    "text",
    ["`{{name}}`", "```\nDear <NAME>\n```", "[your guide](https://example.org)", "x = [1, 2]", "",
     "a todo list", "<DIV>", "{a: {b: 1}}", "f(x) = {x | x > 2}", "100%", "[1] Smith et al.",
     "user[name] = dict[date]", "rows[number]", "He said [the author] so", "[my translation]",
     "<EOS> and <PAD>", "echo ${HOME}", "\\frac{{a}}{{b}}", "My TODO list",
     "Super Bowl XXX was played",
     "100%DISCOUNT% of it", "see <URL> there"],
)  # fmt: skip
def test_no_gaps(text):
    assert placeholders(text) == []


@needs_shared
def test_the_identity_file_must_warn():
    rows = json.loads((SHARED / "hiyouga__LLaMA-Factory" / "identity.json").read_text("utf-8"))
    found = sum(bool(placeholders(row["output"])) for row in rows)
    assert found >= 70
