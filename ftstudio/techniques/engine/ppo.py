"""Proximal policy optimisation as a trainer: our own, since TRL has none any more.

One step of the trainer is one round: answers are written to a batch of questions, scored, and
learned from in several passes. So a version saved between two steps holds all there is, and a
run that goes on from it goes on exactly. Formulas and their papers: `ppo_formulas.py`.

Policy and reference share one base: the reference is the policy with its adapter switched off
(a frozen copy where the base itself moves). The value head reads the policy's last hidden state,
as in Ziegler et al. 2019 (arXiv 1909.08593); it begins at zero and is never part of the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import Trainer

from ftstudio.techniques.asking import answered
from ftstudio.techniques.engine import ppo_formulas as formulas
from ftstudio.techniques.engine.answering import (
    Batch,
    Likely,
    Reference,
    as_batch,
    how_likely,
    how_likely_in_parts,
    some_rows,
    write_answers,
)
from ftstudio.techniques.engine.experts import balance_weight
from ftstudio.techniques.engine.looking import Look, LooksByAnswering
from ftstudio.techniques.engine.scoring import Scorer

STATE_FILE = "value_head.safetensors"


@dataclass(frozen=True)
class PpoSettings:
    """What one round does; see `objectives/ppo.py` for the sources of the defaults."""

    tokens: int
    minibatch: int
    passes: int
    clip: float
    value_clip: float
    value_weight: float
    value_rate: float
    discount: float
    trace: float
    kl_weight: float
    kl_target: float  # 0: the weight is fixed
    whiten_rewards: bool
    score_clip: float  # 0: none
    unended_penalty: float


@dataclass(frozen=True)
class Round:
    """A batch of answers with all that was known when they were written, each [B, T]."""

    batch: Batch
    old: Tensor
    values: Tensor
    advantage: Tensor
    returns: Tensor
    distance: float  # the plain estimate of KL per answer, which may be below zero
    figures: dict[str, float]


class PpoTrainer(LooksByAnswering, Trainer):  # type: ignore[misc]
    def __init__(
        self,
        *,
        ppo: PpoSettings,
        scorer: Scorer,
        reference: Reference,
        stops: Sequence[int],
        look: Look,
        **rest: Any,
    ) -> None:
        super().__init__(data_collator=list, **rest)
        self.ppo, self.scorer, self.reference, self.look = ppo, scorer, reference, look
        self.stops = list(stops)
        self.kl_weight = formulas.KlWeight(ppo.kl_weight, ppo.kl_target)
        width = self.model.get_output_embeddings().weight.shape[1]
        self.value_head = torch.nn.Linear(width, 1).to(self.args.device)
        torch.nn.init.zeros_(self.value_head.weight)
        torch.nn.init.zeros_(self.value_head.bias)
        self.balance = balance_weight(self.model)
        self.first_ratio = 1.0  # of the first pass of a round, furthest from 1: a self-check
        self._figures: dict[str, float] = {}
        self._tokens_seen = 0  # by this process: the speed is told of it

    # What the trainer calls

    def create_optimizer(self, model: Any = None) -> Any:
        """The trainer's own, which moves the value head too."""
        optimizer = super().create_optimizer(model)
        own = list(self.value_head.parameters())
        moved = {id(weight) for group in optimizer.param_groups for weight in group["params"]}
        if id(own[0]) not in moved:
            optimizer.add_param_group(
                {"params": own, "lr": self.ppo.value_rate, "weight_decay": 0.0}
            )
        return optimizer

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> Tensor:
        """One round. The last of its optimizer steps is left to the trainer."""
        model.train()
        if hasattr(self.optimizer, "train"):
            self.optimizer.train()
        found = self.play(inputs)
        losses: list[Tensor] = []
        sums: dict[str, float] = {}
        device = found.old.device
        chosen: list[Tensor] = []
        for _ in range(self.ppo.passes):
            order = torch.randperm(len(found.batch)).to(device)
            chosen += some_rows(order, self.ppo.minibatch)
        for at, rows in enumerate(chosen):
            self.optimizer.zero_grad()
            loss, told = self._loss(model, found, rows, first=at == 0)
            self.accelerator.backward(loss)
            losses.append(loss.detach())
            del loss  # with all that the way forward still holds
            for name, value in told.items():
                sums[name] = sums.get(name, 0.0) + value / len(chosen)
            if at < len(chosen) - 1:
                self._clip_grad_norm(model)
                self._take_a_step()
        self.kl_weight.heed(found.distance)
        self._figures = {**found.figures, **sums, "num_tokens": self._tokens_seen}
        return torch.stack(losses).mean()

    def _take_a_step(self) -> None:
        """As the trainer takes its own: who listens to optimizer steps hears of each."""
        heard, told = self.callback_handler, (self.args, self.state, self.control)
        self.control = heard.on_pre_optimizer_step(*told)
        self.optimizer.step()
        self.control = heard.on_optimizer_step(*told)

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        if "grad_norm" in logs:
            logs = {**logs, **self._figures}
        super().log(logs, start_time)

    def floating_point_ops(self, inputs: Any) -> int:
        return 0  # a round is no forward pass that could be counted

    def _clip_grad_norm(self, model: Any) -> Any:
        moving = [*model.parameters(), *self.value_head.parameters()]
        return self.accelerator.clip_grad_norm_(moving, self.args.max_grad_norm)

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        super()._save_optimizer_and_scheduler(output_dir)
        state = {name: w.detach().cpu() for name, w in self.value_head.state_dict().items()}
        state["kl_weight"] = torch.tensor(self.kl_weight.value, dtype=torch.float64)
        save_file(state, str(Path(output_dir) / STATE_FILE))

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        super()._load_optimizer_and_scheduler(checkpoint)
        if checkpoint is None:
            return
        state = load_file(str(Path(checkpoint) / STATE_FILE))
        self.kl_weight.value = float(state.pop("kl_weight"))
        self.value_head.load_state_dict(state)

    # The round

    def play(self, rows: list[dict[str, Any]]) -> Round:
        """Let the policy answer, have the answers scored, and tell what each token was worth."""
        ppo, pad = self.ppo, self.processing_class.pad_token_id
        prompts = [row["prompt_ids"] for row in rows]
        with self.accelerator.autocast():
            answers = write_answers(
                self.model, prompts, tokens=ppo.tokens, stops=self.stops, pad=pad,
                at_a_time=ppo.minibatch,
            )  # fmt: skip
            batch = as_batch(prompts, answers, pad, self.args.device)
            now = self._old(batch)
            with self.reference.of(self.model) as before:
                then = how_likely_in_parts(before, batch, ppo.minibatch)
        texts = self.processing_class.batch_decode(answers, skip_special_tokens=True)
        scored = self.scorer([answered(r, t.strip()) for r, t in zip(rows, texts, strict=True)])
        unended = torch.tensor([answer[-1] not in self.stops for answer in answers])
        score = torch.tensor([one.total for one in scored], dtype=torch.float32)
        score = score - ppo.unended_penalty * unended
        if ppo.score_clip:
            score = score.clamp(-ppo.score_clip, ppo.score_clip)
        mask, values = batch.mask, self._values(now, batch.mask)
        rewards = formulas.token_rewards(
            score.to(mask.device), now.logp, then.logp, mask, self.kl_weight.value
        )
        if ppo.whiten_rewards:
            rewards = formulas.whiten(rewards, mask, keep_mean=True)
        advantage, returns = formulas.advantages(rewards, values, mask, ppo.discount, ppo.trace)
        self._tokens_seen += int(batch.attention.sum())
        figures = {
            "reward": sum(one.total for one in scored) / len(scored),
            "kl": float(formulas.distance(now.logp, then.logp, mask).sum(1).mean()),
            "entropy": float(formulas.masked_mean(now.entropy, mask)),
            "length": float(mask.sum(1).float().mean()),
            "unended": float(unended.float().mean()),
            "kl_weight": self.kl_weight.value,
            **{
                f"parts/{name}": sum(one.parts[name] for one in scored) / len(scored)
                for name in self.scorer.names
            },
        }
        plain = float((now.logp - then.logp).sum(1).mean())
        return Round(
            batch, now.logp, values, formulas.whiten(advantage, mask), returns, plain, figures
        )

    def _old(self, batch: Batch) -> Likely:
        every = torch.arange(len(batch), device=batch.ids.device)
        with torch.no_grad():
            parts = [
                how_likely(self.model, batch.rows(rows), hidden=True)
                for rows in some_rows(every, self.ppo.minibatch)
            ]
        states = [part.hidden for part in parts if part.hidden is not None]
        return Likely(
            torch.cat([p.logp for p in parts]),
            torch.cat([p.entropy for p in parts]),
            torch.cat(states),
        )

    def _values(self, likely: Likely, mask: Tensor) -> Tensor:
        with torch.no_grad():
            values: Tensor = self.value_head(likely.hidden).squeeze(-1) * mask
        return values

    def _loss(
        self, model: Any, found: Round, rows: Tensor, first: bool
    ) -> tuple[Tensor, dict[str, float]]:
        ppo, batch = self.ppo, found.batch.rows(rows)
        mask, old = batch.mask, found.old[rows]
        with self.compute_loss_context_manager():
            likely = how_likely(model, batch, hidden=True, balanced=bool(self.balance))
        values = self.value_head(likely.hidden).squeeze(-1) * mask
        if first:
            ratio = torch.exp((likely.logp - old) * mask).detach()
            self.first_ratio = float(1 + (ratio - 1).abs().max())
        policy, clipped = formulas.policy_loss(
            likely.logp, old, found.advantage[rows], mask, ppo.clip
        )
        value = formulas.value_loss(
            values, found.values[rows], found.returns[rows], mask, ppo.value_clip
        )
        told = {
            "clipped": float(clipped),
            "policy_loss": float(policy.detach()),
            "value_loss": float(value.detach()),
        }
        loss = policy + ppo.value_weight * value
        return loss if likely.balance is None else loss + self.balance * likely.balance, told
