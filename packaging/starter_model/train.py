"""Pre-trains the starter model from nothing: corpus, tokenizer, training loop, log, checkpoints.

python packaging/starter_model/train.py --out FOLDER [--steps N] [--seed N]
With --until N --same-as LOG it trains the first N steps again and compares them with a log.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import corpus
import evaluate
import torch
from phrasing import Chat
from shape import BEGIN, END, SPECIAL, make_model, make_tokenizer, save
from torch.nn import functional
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

TOKENIZER_CHATS = 60_000
CHUNK = 2048  # conversations that are sorted by length together
USER_WEIGHT = 0.1  # a question is worth little: its random words cannot be foreseen
EVALUATE_EVERY = 250
WARM_UP = 40
SAME = 0.02  # two trainings from one seed may differ by this in held-out loss
FALL = 0.4  # the last part of the training, in which the learning rate falls to nothing


def render(chat: Chat) -> str:
    return "".join(f"<|{t.role}|> {t.text}{END}" for t in chat.turns)


Row = tuple[list[int], list[float]]  # token ids, and how much each counts


def encode(tokenizer: PreTrainedTokenizerFast, chats: list[Chat]) -> list[Row]:
    """The conversations as rows; what the assistant says counts in full."""
    starts = {SPECIAL.index("<|assistant|>"), SPECIAL.index(BEGIN)}
    end = SPECIAL.index(END)
    rows = []
    for ids in tokenizer([render(c) for c in chats], add_special_tokens=False)["input_ids"]:
        weights, inside = [], False
        for token in ids:
            weights.append(1.0 if inside else USER_WEIGHT)
            inside = token in starts or (inside and token != end)
        rows.append((ids[:512], weights[:512]))
    return rows


def batches(
    tokenizer: PreTrainedTokenizerFast, seed: int, tokens: int, wide: bool
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Endless batches of conversations of similar length, each about `tokens` tokens."""
    chats = corpus.stream(seed, wide=wide)
    rng = random.Random(seed + 1)
    while True:
        rows = encode(tokenizer, list(itertools.islice(chats, CHUNK)))
        rows.sort(key=lambda row: len(row[0]))
        cut: list[list[Row]] = [[]]
        for row in rows:
            if cut[-1] and (len(cut[-1]) + 1) * len(row[0]) > tokens:
                cut.append([])
            cut[-1].append(row)
        rng.shuffle(cut)
        for batch in cut:
            yield pad(batch)


def pad(rows: list[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    width = max(len(ids) for ids, _ in rows)
    ids = torch.zeros((len(rows), width), dtype=torch.long)
    weights = torch.zeros((len(rows), width))
    for i, (row, weight) in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        weights[i, : len(row)] = torch.tensor(weight)
    return ids, weights


def loss_of(model: LlamaForCausalLM, ids: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Mean loss over the weighted tokens; padding is on the right, so no mask is needed."""
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(input_ids=ids, use_cache=False).logits
    losses = functional.cross_entropy(
        logits[:, :-1].float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none"
    )
    share = weights[:, 1:].flatten()
    return (losses * share).sum() / share.sum()


@torch.no_grad()
def held_out_loss(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, seed: int) -> float:
    """Loss a token of the answers, on 600 conversations whose values never occur in training."""
    chats = list(itertools.islice(corpus.stream(seed + 7, held_out=True), 600))
    rows = sorted(encode(tokenizer, chats), key=lambda row: len(row[0]))
    total = count = 0.0
    for start in range(0, len(rows), 50):
        ids, weights = pad(rows[start : start + 50])
        weights = (weights == 1.0).float()
        tokens = float(weights[:, 1:].sum())
        total += float(loss_of(model, ids, weights)) * tokens
        count += tokens
    return total / count


def optimizers(model: LlamaForCausalLM) -> list[tuple[torch.optim.Optimizer, float]]:
    """Muon for the matrices inside the layers, AdamW for the embeddings and the norms."""
    inner = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    outer = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    return [
        (torch.optim.Muon(inner, lr=0.02, weight_decay=0.01, momentum=0.95), 0.02),
        (torch.optim.AdamW(outer, lr=3e-3, betas=(0.9, 0.98), weight_decay=0.01), 3e-3),
    ]


def pace(step: int, steps: int) -> float:
    """Warm up, stay, then fall in a straight line."""
    return min(1.0, step / WARM_UP, max(0.01, (steps - step) / (FALL * steps)))


def planned(out: Path, steps: int) -> int:
    """The number in the file `steps` beside the log, if any, lets a running training end sooner.

    Up to the fall every length trains alike, so `--steps` with that number gives the same model.
    """
    file = out / "steps"
    return int(file.read_text()) if file.exists() else steps


def report(
    out: Path, model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, seed: int
) -> dict[str, float]:
    """Measure, save the model as it is now, and return the figures."""
    model.eval()
    copied, _ = evaluate.copy_rate(model, tokenizer, evaluate.questions(100))
    figures = {"held_out_loss": held_out_loss(model, tokenizer, seed), "copied": copied}
    model.train()
    save(model, tokenizer, out / "model")
    return {name: round(value, 4) for name, value in figures.items()}


def worst_difference(log: Path, earlier: Path, stage: int) -> float:
    """The largest relative difference of the held-out loss at steps that both logs hold."""
    logs = [[json.loads(line) for line in file.read_text().splitlines()] for file in (log, earlier)]
    ours, theirs = (
        {row["step"]: row["held_out_loss"] for row in rows if row.get("stage", stage) == stage}
        for rows in logs
    )
    both = sorted(set(ours) & set(theirs))
    for step in both:
        print(f"step {step}: {ours[step]} against {theirs[step]}")
    return max(abs(ours[step] / theirs[step] - 1) for step in both)


def begin(args: argparse.Namespace) -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """Random weights and a new tokenizer, or those that an earlier stage left."""
    if args.go_on_from:
        model = LlamaForCausalLM.from_pretrained(args.go_on_from, dtype=torch.float32)
        return model, PreTrainedTokenizerFast.from_pretrained(args.go_on_from)
    chats = itertools.islice(corpus.stream(args.seed + 3), TOKENIZER_CHATS)
    tokenizer = make_tokenizer(render(c) for c in chats)
    return make_model(len(tokenizer)), tokenizer


def train(args: argparse.Namespace) -> None:
    out, seed, steps = args.out, args.seed, args.steps
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    model, tokenizer = begin(args)
    model.set_attn_implementation("eager")  # on short rows 1.6 times as fast as the fused kernel
    forward = model if args.no_compile else torch.compile(model, dynamic=True)
    tools = optimizers(model)
    feed = batches(tokenizer, seed, args.tokens, args.wide)
    began, seen, smooth, step = time.time(), 0, 0.0, 0
    while step < min(steps := planned(out, steps), args.until or steps):
        step += 1
        ids, weights = next(feed)
        for optimizer, rate in tools:
            optimizer.param_groups[0]["lr"] = args.rate * rate * pace(step, steps)
            optimizer.zero_grad(set_to_none=True)
        loss = loss_of(forward, ids, weights)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer, _ in tools:
            optimizer.step()
        seen += int((weights > 0).sum())
        smooth = 0.95 * smooth + 0.05 * loss.item() if step > 1 else loss.item()
        if step % EVALUATE_EVERY == 0 or step == steps:
            row = {
                "step": step,
                "tokens": seen,
                "train_loss": round(smooth, 4),
                **report(out, model, tokenizer, seed),
                "seconds": round(time.time() - began),
                "cpu_seconds": round(time.process_time()),
            }
            with (out / "log.jsonl").open("a") as log:
                log.write(json.dumps(row) + "\n")
            print(row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--tokens", type=int, default=4096, help="tokens in a batch")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--go-on-from", type=Path, help="the model folder of an earlier stage")
    parser.add_argument("--wide", action="store_true", help="the second stage's freer wording")
    parser.add_argument("--rate", type=float, default=1.0, help="factor on the learning rates")
    parser.add_argument("--until", type=int, help="stop after this step of the whole plan")
    parser.add_argument("--same-as", type=Path, help="an earlier log to compare with")
    parser.add_argument("--no-compile", action="store_true", help="where there is no C compiler")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    train(args)
    if args.same_as:
        difference = worst_difference(args.out / "log.jsonl", args.same_as, 2 if args.wide else 1)
        print(f"held-out loss differs by at most {difference:.2%}")
        raise SystemExit(difference > SAME)


if __name__ == "__main__":
    main()
