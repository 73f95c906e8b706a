"""Each sign finds its case, and good instruction data shows hardly any."""

import json

import pytest

from ftstudio.data.finding.quality import SIGNS, signs
from tests.nasty.shared_data import SHARED, needs_shared

CASES = {
    "very_short": ("Why?", "xq"),
    "repeats_words": ("Go on", "and then he said to her " * 12),
    "repeats_lines": ("List", "the same line again\n" * 5 + "the end of it all"),
    "few_letters": ("Draw", "---=== ***///+++ ---===+++ a"),
    "cut_off": ("Tell me", "This is a whole sentence. " * 8 + "This was cut in the midst of a wor"),
    "upper_case": ("Hm", "THIS IS ALL WRITTEN IN CAPITAL LETTERS, EVERY WORD OF IT"),
    "echo": ("Translate this sentence for me", "translate this  sentence for me"),
    "long_word": ("Word", "a" * 70),
    "control_signs": ("One\x00two", "yes"),
    "lost_letters": ("K\ufffdln", "yes"),
    "open_code": ("Code", "```python\nprint(1)"),
    "link_only": ("Where?", "https://example.org/x"),
}  # fmt: skip


def test_there_are_a_dozen():
    assert set(CASES) == set(SIGNS)
    assert len(SIGNS) == 12


@pytest.mark.parametrize("key", CASES)
def test_each_finds_its_case(key):
    assert key in signs(*CASES[key])


@pytest.mark.parametrize("answer", ["", "No", "B", "42", "是", "5 + 3 = 8", "The end.", "MIT"])
def test_short_answers_are_good_answers(answer):
    assert signs("What is it?", answer) == []


@needs_shared
def test_good_answers_show_hardly_any():
    """The filters made for pages of the web drop up to all of these."""
    lines = (SHARED / "openai__grade-school-math" / "test.jsonl").read_text("utf-8").splitlines()
    sums = [json.loads(line) for line in lines]
    assert sum(bool(signs(row["question"], row["answer"])) for row in sums) <= 0.01 * len(sums)
    path = SHARED / "hiyouga__LLaMA-Factory" / "alpaca_en_demo.json"
    rows = json.loads(path.read_text("utf-8"))
    assert sum(bool(signs(row["instruction"], row["output"])) for row in rows) <= 0.02 * len(rows)


def test_scripts_without_spaces_and_tables_are_no_fault():
    assert signs("", "中文句子没有空格" * 10 + "一二三四") == []
    assert "long_word" not in signs("", "ภาษาไทยไม่มีช่องว่างระหว่างคำ" * 4)
    assert signs("", "|a|b|\n|-|-|\n|1|2|\n|3|4|\n|5|6|\n|7|8|") == []
    assert "long_word" in signs("", "x" * 70)
