"""One person at work on a round: the row before them, what they said, how far and how fast."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ftstudio.data.annotation.deciding import settled, standing
from ftstudio.data.annotation.items import Item
from ftstudio.data.annotation.log import Judgement, JudgementLog
from ftstudio.data.annotation.ordering import open_items, own_first, queue
from ftstudio.data.annotation.task import JudgingTask

_RECENT = 20
_LONGEST_THOUGHT = 300.0  # seconds; above it the person was away


@dataclass(frozen=True)
class Progress:
    done: int
    total: int
    skipped: int
    per_minute: float  # 0 where nothing is known yet

    @property
    def minutes_left(self) -> float | None:
        if not self.per_minute:
            return None
        return (self.total - self.done - self.skipped) / self.per_minute


class Sitting:
    """Every judgement is on the disk before `judge` returns; a new sitting of the same round goes
    on where the last one was left. `clock` tells seconds."""

    def __init__(
        self,
        task: JudgingTask,
        items: Sequence[Item],
        log: JudgementLog,
        who: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.task, self.log, self.who = task, log, who
        self.settling = task.order == "disagreements"
        self.queue = queue(task, items, log.taken, who)
        self._clock, self._began = clock, clock()
        self._thought: list[float] = []
        self._skipped = {one.key for one in log.taken if one.who == who and one.skipped}
        self._said: list[Judgement] = [one for one in log.taken if one.who == who]
        self._stands: dict[str, dict[str, Judgement]] = {}
        self._left: list[Item] = []
        self._looked_at = -1
        self.place = 0
        self._go_to_open()

    # ---- what is before the person ----
    @property
    def item(self) -> Item | None:
        return self.queue[self.place] if 0 <= self.place < len(self.queue) else None

    def mine(self) -> Judgement | None:
        """What this person said of the row before them."""
        if self.item is None:
            return None
        if self.settling:
            return settled(self.log.taken).get(self.item.key)
        return self._standing().get(self.item.key, {}).get(self.who)

    def others(self) -> list[Judgement]:
        """What everybody said of it; only when settling, else nobody sees another's judgement."""
        if not self.settling or self.item is None:
            return []
        return list(self._standing().get(self.item.key, {}).values())

    def own_first(self) -> bool:
        """Whether a pair's own answer is shown first."""
        return self.item is None or own_first(self.task, self.item.key, self.who)

    def pair(self) -> tuple[str, str]:
        """The two answers in the order in which they are shown."""
        two = self.item.pair() if self.item else None
        own, other = two or ("", "")
        return (own, other) if self.own_first() else (other, own)

    def progress(self) -> Progress:
        left = {item.key for item in self._open()}
        skipped = sum(1 for item in self.queue if item.key in left and item.key in self._skipped)
        recent = [max(0.1, one) for one in self._thought[-_RECENT:]]
        speed = 60 / statistics.median(recent) if recent else 0.0
        return Progress(len(self.queue) - len(left), len(self.queue), skipped, speed)

    def classes(self) -> list[str]:
        """The round's classes, then those that people added or that the rows have."""
        found = dict.fromkeys(self.task.classes)
        for item in self.queue:
            found.update(dict.fromkeys(item.example.labels or ()))
        for one in self.log.taken:
            found.update(dict.fromkeys(one.labels or ()))
        return list(found)

    # ---- what the person does ----
    def judge(self, **said: Any) -> Judgement:
        """Keep what was said of this row and go on to the next. Raises StudioError where it can't
        be saved; then nothing has changed."""
        assert self.item is not None
        thought = self._clock() - self._began
        if self.item.answer and self.task.judging in ("mark", "score"):
            said.setdefault("answer", self.item.answer)
        if self.task.judging == "pair":
            two = self.item.pair()
            said.setdefault("other", two[1] if two else None)
            said["left"] = "own" if self.own_first() else "other"
        judgement = self._keep(seconds=round(min(thought, _LONGEST_THOUGHT), 1), **said)
        self._skipped.discard(judgement.key)
        self._thought.append(min(thought, _LONGEST_THOUGHT))
        self._go_on()
        return judgement

    def prefer(self, shown: str) -> Judgement:
        """Of a pair: "first", "second" or "tie", as they are shown."""
        if shown == "tie":
            return self.judge(choice="tie")
        own = (shown == "first") == self.own_first()
        return self.judge(choice="own" if own else "other")

    def skip(self) -> None:
        """Leave it for later: it comes up again after all others."""
        if self.item is None:
            return
        if self.mine() is None:
            self._keep(skipped=True)
            self._skipped.add(self.item.key)
        self._go_on()

    def back(self) -> bool:
        """To the row before in the queue, judged or not."""
        return self._to(self.place - 1 if self.item is not None else len(self.queue) - 1)

    def forward(self) -> bool:
        return self._to(self.place + 1)

    def undo(self) -> Judgement | None:
        """Take back what was said last and show that row again."""
        keys = [item.key for item in self.queue]
        while self._said:
            last = self._said[-1]
            self.log.withdraw(last)
            self._said.pop()
            if last.skipped:
                self._skipped.discard(last.key)
            elif self._thought:
                self._thought.pop()
            if last.key in keys:
                self._to(keys.index(last.key))
                return last
        return None

    @property
    def can_undo(self) -> bool:
        return bool(self._said)

    # ---- inside ----
    def _keep(self, **said: Any) -> Judgement:
        assert self.item is not None
        number, _, digest = self.item.key.partition(":")
        judgement = Judgement(
            row=int(number), hash=digest, who=self.who, settles=self.settling, **said
        )
        self.log.add(judgement)
        self._said.append(judgement)
        return judgement

    def _standing(self) -> dict[str, dict[str, Judgement]]:
        self._look()
        return self._stands

    def _open(self) -> list[Item]:
        self._look()
        return self._left

    def _look(self) -> None:
        """Look through all judgements once after each change: there may be thousands."""
        if self._looked_at != self.log.changes:
            self._stands = standing(self.log.taken)
            self._left = open_items(self.task, self.queue, self.log.taken, self.who)
            self._looked_at = self.log.changes

    def _to(self, place: int) -> bool:
        if not 0 <= place < len(self.queue):
            return False
        self.place, self._began = place, self._clock()
        return True

    def _go_on(self) -> None:
        """The next one that is open, from here on; then those that were skipped."""
        left = {item.key for item in self._open()} - self._skipped
        later = range(self.place + 1, len(self.queue))
        found = next((place for place in later if self.queue[place].key in left), None)
        if found is None:
            self._go_to_open()
        else:
            self._to(found)

    def _go_to_open(self) -> None:
        here = self.item.key if self.item else ""
        left = self._open()
        fresh = [item for item in left if item.key != here or item.key not in self._skipped]
        left = fresh or left
        self._began = self._clock()
        self.place = self.queue.index(left[0]) if left else len(self.queue)
