"""The layouts of real data are guessed rightly, without a word from anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.core.example import Example
from ftstudio.data.layout import guess_layouts, layouts, read_examples
from ftstudio.data.table import Problem
from tests.nasty.reading_here import read_here
from tests.nasty.shared_data import SHARED, needs_shared

pytestmark = needs_shared

ALPACA = {"instruction": "instruction", "input": "input", "output": "output"}
PAIR = {"chosen": "chosen", "rejected": "rejected"}
QA = {"prompt": "question", "completion": "answer"}
TALK = {"conversations": "messages"}
FACTORY = "hiyouga__LLaMA-Factory"
# file: layout, columns and their roles, rows that make an example
REAL = {
    f"{FACTORY}/alpaca_en_demo.json": ("instruction", ALPACA, 999),
    f"{FACTORY}/alpaca_zh_demo.json": ("instruction", ALPACA, 1000),
    f"{FACTORY}/identity.json": ("instruction", ALPACA, 91),
    f"{FACTORY}/glaive_toolcall_en_demo.json": ("messages", {**TALK, "tools": "tools"}, 300),
    f"{FACTORY}/reason_tool_use_demo_50.jsonl": (
        "messages", {"messages": "messages", "tools": "tools"}, 50),
    f"{FACTORY}/kto_en_demo.json": (
        "feedback", {"messages": "messages", "label": "good"}, 300),
    f"{FACTORY}/dpo_en_demo.json": ("preference", {"conversations": "prompt", **PAIR}, 300),
    f"{FACTORY}/v1_dpo_demo.jsonl": (
        "preference", {f"{role}_messages": role for role in PAIR}, 10),
    f"{FACTORY}/mllm_demo.json": ("vision", {"messages": "messages", "images": "images"}, 6),
    f"{FACTORY}/v1_multimodal_demo.jsonl": ("vision", {"messages": "messages"}, 24),
    "yizhongw__self-instruct/seed_tasks.jsonl": (
        "seed_tasks", {"instruction": "instruction", "instances": "cases"}, 175),
    "yizhongw__self-instruct/user_oriented_instructions.jsonl": (
        "seed_tasks", {"instruction": "instruction", "instances": "cases"}, 252),
    "axolotl-ai-cloud__axolotl/conversation.missingturns.json": ("messages", TALK, 1),
    "microsoft__markitdown/test.docx": ("text", {"text": "text"}, 3),
    "microsoft__markitdown/test.pdf": ("text", {"text": "text"}, 3),
    "microsoft__markitdown/test_blog.html": ("text", {"text": "text"}, 4),
    "nasty/made/openai_parts.jsonl": ("vision", {"messages": "messages"}, 3),
    "nasty/made/imagefolder": ("vision", {"image": "images", "text": "text"}, 3),
    "nasty/made/hf_saved": ("question_answer", QA, 21),
    "nasty/made/faq.sqlite": (
        "question_answer", {"question": "question", "answer": "answer"}, 20),
    "nasty/made/json_pretty_concat.json": ("instruction", ALPACA, 20),
    "nasty/made/jsonl_broken_lines.jsonl": ("instruction", ALPACA, 18),
    "nasty/made/jsonl_mixed_types.jsonl": ("question_answer", QA, 5),
    "nasty/made/dups_labelled.csv": ("question_answer", QA, 51),
    "nasty/made/leak_train.csv": ("question_answer", QA, 30),
    "nasty/made/leak_test.csv": ("question_answer", QA, 20),
    "nasty/made/pii.csv": ("question_answer", QA, 5),
    f"{FACTORY}/c4_demo.jsonl": ("text", {"text": "text"}, 300),
    "lm-sys__FastChat/dummy_conversation.json": ("messages", TALK, 500),
    "axolotl-ai-cloud__axolotl/conversation.json": ("messages", TALK, 1),
    "openai__grade-school-math/test.jsonl": (
        "question_answer", {"question": "question", "answer": "answer"}, 1319),
    "PolyAI-LDN__task-specific-datasets/test.csv": (
        "label", {"text": "text", "category": "label"}, 3080),
    "nasty/made/dpo_flat.jsonl": ("preference", {"prompt": "prompt", **PAIR}, 4),
    "nasty/made/kto_labels.csv": (
        "feedback", {"prompt": "question", "completion": "answer", "label": "good"}, 6),
    "nasty/made/xlsx_merged_multi.xlsx": (
        "question_answer", {"Question": "question", "Answer": "answer"}, 12),
    "nasty/made/csv_cp1252_semicolon.csv": (
        "question_answer", {"prompt": "question", "completion": "answer"}, 4),
    "nasty/made/nested.parquet": ("messages", {"messages": "messages"}, 5),
    "nasty/made/sharegpt_tools_defects.json": ("messages", {**TALK, "tools": "tools"}, 8),
    "nasty/made/openai_tool_calls.jsonl": (
        "messages", {"messages": "messages", "tools": "tools"}, 5),
}  # fmt: skip


SURE = 0.8  # from here on the window believes it, and the command line does not ask
ASKED: set[str] = set()  # files that are guessed rightly, but not surely


@pytest.mark.parametrize("name", sorted(REAL))
def test_guessed(name: str, tmp_path: Path):
    layout, mapping, count = REAL[name]
    table = read_here(SHARED / name, tmp_path / "table")
    best = guess_layouts(table)[0]
    assert (best.layout, best.mapping) == (layout, mapping)
    assert (best.confidence >= SURE) == (name not in ASKED)
    made = [read_examples(layouts()[layout], row, best.mapping) for row in table.rows()]
    assert sum(1 for item in made if not isinstance(item, Problem)) == count


# What an oracle of the museum calls a layout.
CALLED = {
    "sharegpt+tools": ("messages", "tools"),
    "openai-messages+tools": ("messages", "tools"),
    "openai-messages+images": ("vision", "messages"),
    "preference": ("preference", "rejected"),
    "kto": ("feedback", "good"),
    "messages": ("messages", "messages"),
}
ORACLE = SHARED / "nasty" / "made" / "EXPECTED.json"
SAID = {
    name: case["layout"]
    for name, case in (json.loads(ORACLE.read_text("utf-8")) if ORACLE.is_file() else {}).items()
    if "layout" in case
}


@pytest.mark.parametrize("name", sorted(SAID))
def test_as_the_oracle_says(name: str, tmp_path: Path):
    layout, role = CALLED[SAID[name]]
    best = guess_layouts(read_here(SHARED / "nasty" / "made" / name, tmp_path / "table"))[0]
    assert best.layout == layout
    assert role in best.mapping.values()
    assert best.confidence >= SURE


def test_every_case_of_a_task_is_an_example(tmp_path: Path):
    table = read_here(SHARED / "yizhongw__self-instruct" / "seed_tasks.jsonl", tmp_path / "table")
    mapping = guess_layouts(table)[0].mapping
    made = [read_examples(layouts()["seed_tasks"], row, mapping) for row in table.rows()]
    cases = [len(json.loads(row["instances"] or "")) for row in table.rows()]
    assert [len(examples) for examples in made] == cases
    assert len({e.content_hash() for examples in made for e in examples}) == sum(cases)


UNCLEAR = [
    f"{FACTORY}/dataset_info.json",
    "microsoft__presidio-research/generated_small.json",
    "rspeer__python-ftfy/synthetic.json",
    "microsoft__markitdown/test.xlsx",
    "microsoft__markitdown/test_mskanji.csv",
    "nasty/made/EXPECTED.json",
    "nasty/made/hf_saved/train/dataset_info.json",
    "nasty/made/json_nan_bigint_dupkeys.json",
    *(f"nasty/wireservice__csvkit/{name}" for name in (
        "bad.csv", "blanks.csv", "mac_newlines.csv", "sheets.xlsx", "test_empty_columns.csv",
        "test_join_short_rows.csv", "test_locale.csv", "test_utf16_big.csv", "testjson_nested.json",
    )),
]  # fmt: skip


def test_classes_of_real_data_are_whole(tmp_path: Path):
    name = "PolyAI-LDN__task-specific-datasets/test.csv"
    table = read_here(SHARED / name, tmp_path / "table")
    best = guess_layouts(table)[0]
    assert "77 different values" in best.reason
    made = [layouts()["label"].to_example(row, best.mapping) for row in table.rows()]
    assert len({label for example in made for label in example.labels}) == 77
    assert all(len(example.labels) == 1 for example in made)


def test_marks_and_pairs_of_real_data_are_read(tmp_path: Path):
    table = read_here(SHARED / FACTORY / "kto_en_demo.json", tmp_path / "kto")
    mapping = guess_layouts(table)[0].mapping
    made = [layouts()["feedback"].to_example(row, mapping) for row in table.rows()]
    assert {example.good for example in made} == {True, False}
    table = read_here(SHARED / FACTORY / "dpo_en_demo.json", tmp_path / "dpo")
    mapping = guess_layouts(table)[0].mapping
    made = [layouts()["preference"].to_example(row, mapping) for row in table.rows()]
    assert all(e.messages[-1].role == "user" for e in made)
    assert all([m.role for m in e.chosen] == ["assistant"] for e in made)
    assert sum(1 for e in made if e.chosen != e.rejected) > 290


@pytest.mark.parametrize("name", UNCLEAR)
def test_no_false_certainty(name: str, tmp_path: Path):
    """What is no question with an answer must be asked about, not guessed."""
    table = read_here(SHARED / name, tmp_path / "table")
    assert guess_layouts(table)[0].confidence < SURE


def test_tool_turns_are_kept(tmp_path: Path):
    table = read_here(SHARED / FACTORY / "glaive_toolcall_en_demo.json", tmp_path / "table")
    mapping = {"conversations": "messages", "tools": "tools"}
    made = [layouts()["messages"].to_example(row, mapping) for row in table.rows()]
    examples = [item for item in made if isinstance(item, Example)]
    calls = [m for e in examples for m in e.messages if m.tool_calls]
    answers = [m for e in examples for m in e.messages if m.role == "tool"]
    assert len(calls) > 100
    assert len(answers) > 100
    assert all(e.tools for e in examples if any(m.tool_calls for m in e.messages))
    assert calls[0].tool_calls[0]["function"]["name"] == "search_recipes"
