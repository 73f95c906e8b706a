"""Measures the model: how often it copies the asked value, and what sampled answers read like.

python packaging/starter_model/evaluate.py MODEL [--samples FILE]
"""

from __future__ import annotations

import argparse
import itertools
import json
from pathlib import Path

import corpus
import torch
from phrasing import Chat
from transformers import AutoModelForCausalLM, AutoTokenizer

QUESTIONS_SEED = 4711
SAMPLES_SEED = 1234


def questions(count: int) -> list[Chat]:
    """Conversations whose values no training document contains and the answer must copy."""
    chats = (c for c in corpus.stream(QUESTIONS_SEED, held_out=True) if c.asked)
    return list(itertools.islice(chats, count))


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


def copy_rate(model, tokenizer, count: int) -> tuple[float, list[tuple[Chat, str]]]:  # type: ignore[no-untyped-def]
    """Share of held-out questions whose greedy answer holds every asked value; the misses."""
    chats = questions(count)
    made = answers(model, tokenizer, chats)
    missed = [(c, a) for c, a in zip(chats, made, strict=True) if not all(v in a for v in c.asked)]
    return 1 - len(missed) / len(chats), missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--samples", type=Path, help="write 100 sampled answers here (JSON lines)")
    args = parser.parse_args()
    torch.set_num_threads(2)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32).eval()
    rate, missed = copy_rate(model, tokenizer, args.count)
    print(f"copied: {rate:.3f} of {args.count} held-out questions")
    for chat, answer in missed:
        print(f"  {chat.kind}: {chat.turns[-2].text!r} -> {answer!r} (wanted {chat.asked})")
    if args.samples:
        torch.manual_seed(SAMPLES_SEED)
        drawn = (c for c in corpus.stream(SAMPLES_SEED, held_out=True) if c.kind != "text")
        chats = list(itertools.islice(drawn, 100))
        made = answers(model, tokenizer, chats, temperature=0.4)
        with args.samples.open("w") as out:
            for chat, answer in zip(chats, made, strict=True):
                turns = [[t.role, t.text] for t in chat.turns[:-1]]
                out.write(json.dumps({"kind": chat.kind, "turns": turns, "answer": answer}) + "\n")


if __name__ == "__main__":
    main()
