"""Writes the model card from what was measured: the curve, the copy rate, the hundred samples.

python packaging/starter_model/card.py MODEL --log LOG --samples FILE --free FILE --judged FILE
MODEL/README.md is written. The judgement is a reader's: {"poor": {"17": "why", …}, "by": …}.
"""
# ruff: noqa: E501 (the card itself)

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

TEXT = """\
---
license: apache-2.0
language: en
tags: [chat, starter]
---
# Starter model

A Llama chat model of {parameters:.1f} million parameters ({layers} layers, width {width}, context
{context} tokens, {vocabulary} tokens of vocabulary), trained from random weights by
`packaging/starter_model/train.py` on English text that the script itself generates from a seed. It has read
nothing else: no text of other people, nothing downloaded. It is there so that the first fine-tuning works
within minutes, offline, on any machine. Licence of weights, tokenizer and this text: Apache-2.0.

## What it can do
Short answers of one to three sentences to shop and office questions, small talk, simple definitions and
explanations, yes-or-no questions, lists, small sums, short letters, rewriting and summaries; and it copies
names, numbers, places and made-up words from the question, the earlier turns or the system prompt.

## Limits
- It knows a few hundred simple facts and no more. What it says about a price, a delivery or a stock is
  invented; it sounds alike whether it is true or not.
- Questions far from the kinds above get a fluent answer to a different question, or an odd one.
- English only. Sums only up to 20. Long made-up words may lose a letter. Poems and stories are simple.
- It was never taught to refuse anything, and it is too small to be asked for advice that matters.

## Figures
| what | value |
|---|---|
| training | {steps} steps, {tokens:.1f} million tokens, {minutes:.0f} minutes ({cpu:.0f} CPU-minutes) on two shared cores |
| held-out loss (a token of the answers; values never seen in training) | {loss:.3f} |
| asked values copied letter for letter, greedy, {copy_count} held-out questions | {copied} |
| sampled answers judged fluent and on topic by a reader | {fluent} of 100 |
| training again from the seed | {again} |

Held-out means: conversations of the first stage's kinds, drawn with another seed, whose cities, products,
names, numbers and made-up words were never drawn for training (one value in twenty is set aside by its
checksum). Parts of such a value, or the same word in another role, can still occur in training; the first
figure for copying leaves out every question for which that is so. Each stage measures its held-out loss on
600 conversations of its own draw.

## Loss curve
| stage | step | million tokens | training loss | held-out loss | copied |
|---|---|---|---|---|---|
{curve}

The training loss weighs the questions too (a tenth), the held-out loss only the answers; *copied* is on 100
questions.

## How to make it again
    python packaging/starter_model/train.py --out FIRST --steps {first}
    python packaging/starter_model/train.py --out SECOND --go-on-from FIRST/model \\
        --seed 21 --rate 0.5 --steps {second} --wide
    python packaging/starter_model/evaluate.py SECOND/model --samples samples.jsonl --free free.jsonl

## How to tune it
{tuning}

## A hundred sampled answers
Temperature 0.4, top-p 0.95, seed {samples_seed}, drawn by `evaluate.py --samples` and not chosen.
{judged_by} Those judged poor are marked ✗ with the reason.

{samples}

## Forty questions in free words
Written by hand (`asked_freely.py`), not by the patterns; the same temperature and seed. {free_judged}

{free_samples}
"""


def curve(rows: list[dict[str, Any]]) -> str:
    every = max(1, len(rows) // 24)
    kept = [row for i, row in enumerate(rows) if (i + 1) % every == 0 or row is rows[-1]]
    return "\n".join(
        f"| {r['stage']} | {r['step']} | {r['tokens'] / 1e6:.2f} | {r['train_loss']:.3f} "
        f"| {r['held_out_loss']:.3f} | {r['copied']:.2f} |"
        for r in kept
    )


def sample_text(number: int, sample: dict[str, Any], poor: dict[str, str]) -> str:
    lines = [f"**{number}** ({sample['kind']})" + _mark(poor.get(str(number)))]
    lines += [f"- {role}: {_flat(text)}" for role, text in sample["turns"]]
    lines.append(f"- **{_flat(sample['answer'])}**")
    return "\n".join(lines)


def _mark(reason: str | None) -> str:
    return f" ✗ {reason}" if reason else ""


def _flat(text: str) -> str:
    return text.replace("\n", " ⏎ ").replace("*", "\\*")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--free", type=Path, required=True)
    parser.add_argument("--judged", type=Path, required=True)
    args = parser.parse_args()
    config = json.loads((args.model / "config.json").read_text())
    rows = [json.loads(line) for line in args.log.read_text().splitlines()]
    ends = [
        a for a, b in zip(rows, [*rows[1:], {"stage": 0}], strict=True) if a["stage"] != b["stage"]
    ]
    samples = [json.loads(line) for line in args.samples.read_text().splitlines()]
    free = [json.loads(line) for line in args.free.read_text().splitlines()]
    judged = json.loads(args.judged.read_text())
    poor = judged["poor"]
    last = rows[-1]
    size = (args.model / "model.safetensors").stat().st_size
    text = TEXT.format(
        parameters=size / 2 / 1e6,
        layers=config["num_hidden_layers"],
        width=config["hidden_size"],
        context=config["max_position_embeddings"],
        vocabulary=config["vocab_size"],
        steps=" + ".join(str(end["step"]) for end in ends),
        tokens=sum(end["tokens"] for end in ends) / 1e6,
        minutes=sum(end["seconds"] for end in ends) / 60,
        cpu=sum(end["cpu_seconds"] for end in ends) / 60,
        loss=last["held_out_loss"],
        first=ends[0]["step"],
        second=ends[-1]["step"],
        fluent=len(samples) - len(poor),
        curve=curve(rows),
        samples="\n\n".join(sample_text(i, s, poor) for i, s in enumerate(samples, 1)),
        free_samples="\n".join(
            f"- {_flat(s['turns'][-1][1])} → **{_flat(s['answer'])}**"
            + _mark(judged["free_poor"].get(str(i)))
            for i, s in enumerate(free, 1)
        ),
        **{name: value for name, value in judged.items() if isinstance(value, (str, int))},
    )
    (args.model / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
