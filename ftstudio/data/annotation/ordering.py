"""In which order rows are judged; drawn from a seed, so that it is the same after a restart."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ftstudio.data.annotation.deciding import disagreements, settled, standing
from ftstudio.data.annotation.items import Item
from ftstudio.data.annotation.log import Judgement
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.texts import in_short


def queue(
    task: JudgingTask, items: Sequence[Item], judgements: Sequence[Judgement], who: str
) -> list[Item]:
    """The items of the round for this person. What others said decides only which rows come up
    where that was asked for, never what is shown."""
    if task.order == "disagreements":
        differ = disagreements(task, judgements)
        by_key = {item.key: item for item in items}
        return [by_key[key] for key in differ if key in by_key]
    chosen = list(items)
    if task.order == "flagged":
        chosen = [item for item in items if item.flags]
    elif task.order == "model":
        chosen = [item for item in items if item.answer]
    elif task.order == "unjudged":
        others = {key for key, said in standing(judgements).items() if set(said) - {who}}
        chosen = [item for item in items if item.key not in others]
    if task.order in ("longest", "shortest"):
        return sorted(chosen, key=_length, reverse=task.order == "longest")
    if task.order == "random":
        random.Random(task.seed).shuffle(chosen)
    return chosen


def open_items(
    task: JudgingTask, items: Sequence[Item], judgements: Sequence[Judgement], who: str
) -> list[Item]:
    """Those of the queue that this person has still to judge; what was skipped comes last."""
    if task.order == "disagreements":
        final = settled(judgements)
        return [item for item in items if item.key not in final]
    said = standing(judgements)
    skipped = {one.key for one in judgements if one.who == who and one.skipped}
    left = [item for item in items if who not in said.get(item.key, {})]
    return sorted(left, key=lambda item: item.key in skipped)


def own_first(task: JudgingTask, key: str, who: str) -> bool:
    """Whether a pair's own answer stands first: by chance, the same one whenever it is shown."""
    return random.Random(f"{task.seed}:{key}:{who}").random() < 0.5


def _length(item: Item) -> int:
    about, said = in_short(item.example)
    return len(about) + len(item.answer or said)
