"""What shall not be forgotten: importance measured before the first step, forgetting shown.

Safeguards themselves are in `techniques/safeguards`; this is what they are handed and when.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from itertools import islice
from typing import Any, Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.objective import Preparing
from ftstudio.core.safeguard import GENERAL, Protecting
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.events import Phase
from ftstudio.techniques.pairs import render_pair
from ftstudio.techniques.rendering import Learn, render_chat
from ftstudio.worker.guards import Guard
from ftstudio.worker.run import Run

_LOOKED_AT = 64  # held-out earlier examples tried at each look
LossOf = Callable[[Any, Any], tuple[Any, int]]


def protect(job: Run, trainer: Any) -> None:
    """Let the safeguards change the trainer, before its first step."""
    for guard in job.guards:
        if guard.safeguard.protect is None:
            continue
        file = guard.file(job.folder.path)
        most = 0 if file.is_file() else guard.safeguard.rows(guard.params)
        rows, loss_of = _as_rows(job, trainer, guard.dataset, "train", most)
        guard.safeguard.protect(
            Protecting(
                trainer=trainer,
                general=rows,
                loss_of=loss_of,
                params=guard.params,
                file=file,
                tick=_teller(job, guard),
            )
        )


def forgetting(job: Run, trainer: Any) -> Callable[[Any], dict[str, float]] | None:
    """What each look says of the earlier skill: the loss on held-out earlier examples."""
    import torch

    sets = []
    for dataset in {guard.dataset.id: guard.dataset for guard in job.guards}.values():
        rows, loss_of = _as_rows(job, trainer, dataset, "validation", _LOOKED_AT)
        if rows:
            sets.append((rows, loss_of))
        else:
            job.warn(
                f"What is forgotten of {dataset.name} is not measured.",
                "None of its examples set aside has a good answer short enough for this run."
                if dataset.counts.get("validation")
                else "This dataset has no examples set aside.",
                "Prepare it again with some held back, to see the protection at work.",
            )
    if not sets:
        return None

    def look(model: Any) -> dict[str, float]:
        """The mean over all earlier datasets, each counted alike."""
        was_training = model.training
        model.eval()
        means = []
        try:
            with torch.no_grad(), trainer.compute_loss_context_manager():
                for rows, loss_of in sets:
                    losses = [loss_of(model, row) for row in rows]
                    missed = sum(float(loss) for loss, _ in losses)
                    means.append(missed / max(1, sum(count for _, count in losses)))
        finally:
            model.train(was_training)
        return {GENERAL.key: sum(means) / len(means)}

    return look


def _teller(job: Run, guard: Guard) -> Callable[[int, int], None]:
    text = f"Measuring what {guard.dataset.name} relies on"

    def tick(done: int, total: int) -> None:
        job.leave_if_asked()
        if done % 8 == 0 or done == total:
            job.reporter.say(Phase(name="reading", text=text, done=done, total=total, unit="rows"))

    return tick


def _as_rows(
    job: Run, trainer: Any, dataset: DatasetVersion, side: Literal["train", "validation"], most: int
) -> tuple[list[Any], LossOf]:
    """The first `most` examples of a side that can be learned from, and how to weigh one.

    A model that writes is asked for the words of the earlier answers, of the better ones where
    they are judged, whatever the run learns from; one with a head by the run's own loss.
    """
    examples = dataset.examples(side)
    if job.head is None:
        rows = (_language_row(job, example) for example in examples)
        return list(islice((row for row in rows if row is not None), most)), language_loss
    preparing = Preparing(
        job.tokenizer, job.objective_params, job.plan.training.max_length, side, job.head,
        job.plan.training.seed, job.method.traits,
    )  # fmt: skip
    made = job.objective.prepare(examples, preparing)
    kept = [row.columns for row in islice((r for r in made if r.learned and not r.refusal), most)]
    return kept, _own_loss(trainer)


def _language_row(job: Run, example: Example) -> tuple[list[int], list[bool]] | None:
    """Token ids, and which of them are to be told; None where nothing is, or nothing good."""
    limit = job.plan.training.max_length
    if example.text is not None:
        ids: list[int] = job.tokenizer(example.text)["input_ids"][:limit]
        return (ids, [True] * len(ids)) if len(ids) > 1 else None
    if example.good is False:
        return None
    try:
        if example.chosen is not None:
            row = render_pair(example, job.tokenizer, limit).chosen
        else:
            learn: Learn = "answers" if example.good is None else "last_answer"
            row = render_chat(example, job.tokenizer, limit, learn)
    except StudioError:
        return None
    return (row.input_ids, row.learned) if any(row.learned[1:]) else None


def language_loss(model: Any, row: tuple[list[int], list[bool]]) -> tuple[Any, int]:
    """What the model misses in the marked tokens, summed, and how many they are."""
    import torch
    from torch.nn.functional import cross_entropy

    device = next(model.parameters()).device
    ids = torch.tensor([row[0]], device=device)
    marked = torch.tensor(row[1][1:], device=device)
    logits = model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False).logits
    said = logits[0, -len(row[0]) : -1][marked]  # learned tokens may stand before the text
    return cross_entropy(said.float(), ids[0, 1:][marked], reduction="sum"), int(marked.sum())


def _own_loss(trainer: Any) -> LossOf:
    """The trainer's loss of one row, as it stood before a safeguard added to it."""
    learn = trainer.compute_loss
    # A trainer that keeps figures for its next look must not count these rows among its own.
    uncounted = getattr(trainer, "uncounted", nullcontext)

    def loss(model: Any, columns: dict[str, Any]) -> tuple[Any, int]:
        batch = trainer.data_collator([dict(columns)])
        with uncounted():
            return learn(model, trainer._prepare_inputs(batch)), 1

    return loss
