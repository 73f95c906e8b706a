"""Measures the model: how often it copies the asked value, and what sampled answers read like.

python packaging/starter_model/evaluate.py MODEL [--samples FILE] [--free FILE]
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import Counter
from pathlib import Path

import corpus
import torch
from asked_freely import FREE
from phrasing import Chat, Turn
from transformers import AutoModelForCausalLM, AutoTokenizer

QUESTIONS_SEED = 4711
SAMPLES_SEED = 1234
# Seed, wider wording, and at least as many conversations as the stage has read.
TRAINED_ON = ((20, False, 250_000), (21, True, 200_000))
# Questions of customers and colleagues, on a city, a product, a name or a number.
CUSTOMERS = frozenset("delivery orders products office company dialog memory".split())


def questions(count: int, kinds: frozenset[str] = frozenset()) -> list[Chat]:
    """Conversations whose values no training document contains and the answer must copy."""
    drawn = corpus.stream(QUESTIONS_SEED, held_out=True)
    chats = (c for c in drawn if c.asked and (not kinds or c.kind in kinds))
    return list(itertools.islice(chats, count))


def unseen(count: int) -> list[Chat]:
    """Customers' questions whose values occur nowhere in all that the two stages read."""
    read: list[str] = []
    for seed, wide, conversations in TRAINED_ON:
        chats = itertools.islice(corpus.stream(seed, wide=wide), conversations)
        read += [turn.text for chat in chats for turn in chat.turns]
    text = "\n".join(read)
    drawn = corpus.stream(QUESTIONS_SEED, held_out=True)
    asked = (c for c in drawn if c.kind in CUSTOMERS and c.asked)
    return list(itertools.islice((c for c in asked if not any(v in text for v in c.asked)), count))


@torch.no_grad()
def answers(model, tokenizer, chats: list[Chat], **options) -> list[str]:  # type: ignore[no-untyped-def]
    """The model's own last turn of each conversation, in batches of similar length."""
    prompts = [
        tokenizer.apply_chat_template(
            [{"role": t.role, "content": t.text} for t in c.turns[:-1]],
            add_generation_prompt=True,
            tokenize=False,
        )
        for c in chats
    ]
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    found = [""] * len(prompts)
    for start in range(0, len(order), 25):
        places = order[start : start + 25]
        batch = tokenizer(
            [prompts[i] for i in places],
            return_tensors="pt",
            padding=True,
            padding_side="left",
            add_special_tokens=False,
        )
        made = model.generate(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            max_new_tokens=options.get("max_new_tokens", 80),
            do_sample=options.get("temperature", 0.0) > 0,
            temperature=options.get("temperature") or None,
            top_p=0.95 if options.get("temperature") else None,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
        made = made[:, batch["input_ids"].shape[1] :]
        for i, ids in zip(places, made, strict=True):
            found[i] = tokenizer.decode(ids, skip_special_tokens=True)
    return found


def copy_rate(  # type: ignore[no-untyped-def]
    model, tokenizer, chats: list[Chat]
) -> tuple[float, list[tuple[Chat, str]]]:
    """Share of the questions whose greedy answer holds every asked value; the misses."""
    made = answers(model, tokenizer, chats)
    missed = [(c, a) for c, a in zip(chats, made, strict=True) if not all(v in a for v in c.asked)]
    return 1 - len(missed) / len(chats), missed


def sampled(model, tokenizer, chats: list[Chat], file: Path) -> None:  # type: ignore[no-untyped-def]
    """Write the chats with the model's sampled answers, one JSON object a line."""
    torch.manual_seed(SAMPLES_SEED)
    made = answers(model, tokenizer, chats, temperature=0.4)
    with file.open("w") as out:
        for chat, answer in zip(chats, made, strict=True):
            turns = [[t.role, t.text] for t in chat.turns[:-1]]
            out.write(json.dumps({"kind": chat.kind, "turns": turns, "answer": answer}) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--samples", type=Path, help="write 100 sampled answers here (JSON lines)")
    parser.add_argument("--free", type=Path, help="write answers to hand-written questions here")
    args = parser.parse_args()
    torch.set_num_threads(2)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32).eval()
    for name, chats in (
        ("customers' questions, values nowhere in training", unseen(args.count)),
        ("customers' questions, values not drawn in training", questions(args.count, CUSTOMERS)),
        ("questions of all kinds, values not drawn in training", questions(args.count)),
    ):
        rate, missed = copy_rate(model, tokenizer, chats)
        print(f"copied: {rate:.3f} of {len(chats)} {name}")
        asked = Counter(chat.kind for chat in chats)
        failed = Counter(chat.kind for chat, _ in missed)
        print(", ".join(f"{kind} {n - failed[kind]}/{n}" for kind, n in sorted(asked.items())))
        for chat, answer in missed:
            print(f"  {chat.kind}: {chat.turns[-2].text!r} -> {answer!r} (wanted {chat.asked})")
    if args.samples:
        drawn = (c for c in corpus.stream(SAMPLES_SEED, held_out=True) if c.kind != "text")
        sampled(model, tokenizer, list(itertools.islice(drawn, 100)), args.samples)
    if args.free:
        free = [Chat((Turn("user", q), Turn("assistant", "")), "free") for q in FREE]
        sampled(model, tokenizer, free, args.free)


if __name__ == "__main__":
    main()
