"""Rows of about 210 characters that a CPU-second reads as tokens, to be counted and to be trained.

`python -m pytest tests/bench/data/test_tokens.py -m bench -s` prints the figures. The very code is
measured that counts lengths for the wizard (a preview job) and that makes the trainer's rows; the
starter model's tokenizer and one of 32,000 words made here read them, with a chat template that
marks its answers and with two that don't.

Measured on two shared cores, rows in a CPU-second into batches / counted for the wizard:
plain 13,200 / 18,000 (starter) and 14,600 / 16,500 (32,000 words); through the starter's own
template 3,500 / 3,500; a short one 4,200 / 4,500 and 3,800 / 4,200; a long one 3,200 / 3,200 and
2,800 / 3,000.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from ftstudio.core.assets import starter_model
from ftstudio.core.example import Example, Message
from ftstudio.core.objective import Objective, Preparing
from ftstudio.jobs.folder import create_job
from ftstudio.techniques.objectives.continue_pretraining import CONTINUE_PRETRAINING
from ftstudio.techniques.objectives.instruct import INSTRUCT
from ftstudio.worker import preview
from ftstudio.worker.batches import make_batches
from ftstudio.worker.model import load_tokenizer
from tests.bench.data.duplicate_rows import Maker

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
ROWS = int(os.environ.get("FTSTUDIO_BENCH_ROWS", "4000"))
LEAST_PLAIN, LEAST_CHAT = 10_000, 2_000  # rows in a CPU-second
_LETTERS = "etaoinshrdlcumwfgypbvkjxqz"
SHORT = (
    "{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|>' }}{{ m['content'] }}"
    "{% if m['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
# As long as those of usual chat models: tools, a system turn of its own, calls and their answers.
LONG = (
    "{%- if tools %}{{- '<|im_start|>system\n' }}"
    "{%- if messages[0]['role'] == 'system' %}{{- messages[0]['content'] }}"
    "{%- else %}{{- 'You are a helpful assistant.' }}{%- endif %}"
    "{{- '\n\n# Tools\n' }}{%- for tool in tools %}{{- '\n' }}{{- tool | tojson }}{%- endfor %}"
    "{{- '<|im_end|>\n' }}{%- else %}{%- if messages[0]['role'] == 'system' %}"
    "{{- '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}"
    "{%- else %}{{- '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}"
    "{%- endif %}{%- endif %}{%- for message in messages %}"
    "{%- if (message.role == 'user') or (message.role == 'system' and not loop.first) or "
    "(message.role == 'assistant' and not message.tool_calls) %}"
    "{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}"
    "{%- elif message.role == 'assistant' %}{{- '<|im_start|>' + message.role }}"
    "{%- if message.content %}{{- '\n' + message.content }}{%- endif %}"
    "{%- for call in message.tool_calls %}{%- if call.function is defined %}"
    '{%- set call = call.function %}{%- endif %}{{- \'\n{"name": "\' }}{{- call.name }}'
    "{{- '\", \"arguments\": ' }}{{- call.arguments | tojson }}{{- '}' }}{%- endfor %}"
    "{{- '<|im_end|>\n' }}{%- elif message.role == 'tool' %}"
    "{{- '<|im_start|>user\n' + message.content + '<|im_end|>\n' }}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}"
)


def large_tokenizer(folder: Path) -> Path:
    """A byte-level BPE of 32,000 words, learned from words that are drawn; no model is needed."""
    shutil.copytree(starter_model(), folder, ignore=shutil.ignore_patterns("*.jsonl"))
    draw = random.Random(2)
    weights = [1 / (place + 1) for place in range(len(_LETTERS))]
    words = ["".join(draw.choices(_LETTERS, weights, k=draw.randint(2, 12))) for _ in range(60_000)]
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=32_000, show_progress=False, special_tokens=["<pad>", "<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    maker = Maker(9)
    made.train_from_iterator([*map(" ".join, zip(*[iter(words)] * 20, strict=True)),
                              *(maker.text(2000) for _ in range(300))], trainer)  # fmt: skip
    made.save(str(folder / "tokenizer.json"))
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>",
                "bos_token": "<s>", "eos_token": "</s>", "model_max_length": 4096}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    return folder


@pytest.fixture(scope="module", params=["starter", "32,000 words"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "starter":
        return starter_model()
    return large_tokenizer(tmp_path_factory.mktemp("large") / "model")


def plain(count: int) -> list[Example]:
    maker = Maker(3)
    return [Example(text=maker.text(205), source_row=row) for row in range(count)]


def chats(count: int) -> list[Example]:
    maker, found = Maker(4), []
    for row in range(count):
        asked, answer = maker.row()
        turns = [Message(role="user", content=asked), Message(role="assistant", content=answer)]
        found.append(Example(messages=turns, source_row=row))
    return found


def batched(examples: list[Example], goal: Objective, tokenizer: Any, folder: Path) -> float:
    """Rows in a CPU-second, from examples to the file that the trainer reads."""
    given = Preparing(tokenizer, goal.params(), 2048, "train")
    make_batches(examples[:50], goal, given, folder / "warm.arrow", lambda seen: None)
    start = time.process_time()
    made = make_batches(examples, goal, given, folder / "rows.arrow", lambda seen: None)
    spent = time.process_time() - start
    assert made.count
    assert made.refusal is None
    return len(examples) / spent


def counted(examples: list[Example], tokenizer: Any, folder: Path) -> float:
    """Rows in a CPU-second of a preview job in this process, its tokenizer being loaded."""
    lines = "\n".join(example.model_dump_json() for example in examples)
    (folder / "examples.jsonl").write_text(lines, "utf-8")
    payload = {"dataset": str(folder), "model": "", "longest": 2048, "rows": 20}
    job = create_job(folder / "jobs", "preview", "preview", payload)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "load_tokenizer", lambda path: tokenizer)
        start = time.process_time()
        assert preview.run(job) == 0
        spent = time.process_time() - start
    with open(job.output / "preview.jsonl", encoding="utf-8") as file:
        assert json.loads(file.readline())["total"] == len(examples)
    return len(examples) / spent


def test_plain_rows(model: Path, tmp_path: Path) -> None:
    examples, tokenizer = plain(ROWS), load_tokenizer(model)
    trained = batched(examples, CONTINUE_PRETRAINING, tokenizer, tmp_path)
    looked_at = counted(examples, tokenizer, tmp_path)
    print(f"\nplain, {len(tokenizer):,} words: {trained:,.0f} rows/CPU-s into batches, "
          f"{looked_at:,.0f} counted")  # fmt: skip
    assert min(trained, looked_at) >= LEAST_PLAIN


@pytest.mark.parametrize("template", ["own", "short", "long"])
def test_rows_through_a_chat_template(model: Path, template: str, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(model)
    if template != "own":
        tokenizer.chat_template = {"short": SHORT, "long": LONG}[template]
    elif not tokenizer.chat_template:
        pytest.skip("a base model has none")
    examples = chats(ROWS // 2)
    trained = batched(examples, INSTRUCT, tokenizer, tmp_path)
    looked_at = counted(examples, tokenizer, tmp_path)
    print(f"\n{template} template, {len(tokenizer):,} words: {trained:,.0f} rows/CPU-s into "
          f"batches, {looked_at:,.0f} counted")  # fmt: skip
    assert min(trained, looked_at) >= LEAST_CHAT
