"""What happens around each step: events said, wishes heard, looks taken, versions published.

Knows the trainer only as the caller of its hooks. The time its own code takes is measured.
"""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import torch
from transformers import TrainerCallback

from ftstudio.core.objective import Judge, Measure
from ftstudio.core.paths import write_text
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.jobs.events import Notice, Phase, Ready, Sample, Saved, Step, Validation
from ftstudio.worker import faults
from ftstudio.worker.checkpoints import Checkpoints
from ftstudio.worker.diagnose import not_a_number
from ftstudio.worker.evaluate import Question, answers
from ftstudio.worker.watching import Says
from ftstudio.worker.wishes import Interrupted, Wishes

_SKIPPED_STEPS = 10  # float16 looks for its scale by steps that it throws away
_SILENT_STEPS = 5


@dataclass
class Progress:
    """What must outlive a pause: stored in each version's manifest."""

    first_loss: float | None = None
    best_loss: float | None = None
    best_value: float | None = None  # of the figure by which versions are judged
    best_step: int = 0
    first_metrics: dict[str, float] = field(default_factory=dict)
    best_metrics: dict[str, float] = field(default_factory=dict)
    last_loss: float | None = None
    looks_without_gain: int = 0
    gradient_seen: bool = False


@dataclass
class Clock:
    """Seconds: of processor time in our own code, on the clock for the whole step.

    What others do on the computer shall not be counted as ours.
    """

    steps: int = 0
    own: float = 0.0
    step: float = 0.0
    look: float = 0.0
    begun: float = 0.0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=25))

    def write(self, path: Path, since_start: float) -> None:
        steps = max(1, self.steps)
        figures = {
            "steps": self.steps,
            "own_ms_per_step": 1000 * self.own / steps,
            "step_ms": 1000 * self.step / steps,
            "own_share": self.own / self.step if self.step else 0.0,
            "start_to_first_step_seconds": since_start,
        }
        write_text(path, json.dumps(figures, indent=1))


@dataclass
class Loop:
    """Everything that the hooks need, handed over once."""

    reporter: Says
    wishes: Wishes
    checkpoints: Checkpoints
    settings: TrainingSettings
    progress: Progress
    ready: Ready
    looks: frozenset[int]
    validates: bool
    questions: list[Question]
    tokenizer: Any
    first_size: int  # bytes of one version, before the first is written
    on_card: bool
    scaled: bool  # float16 with a loss scale
    started: float  # when the process began
    measures: tuple[Measure, ...] = ()
    # further figures of each look, by the model as it stands
    beside: Callable[[Any], dict[str, float]] | None = None
    judge: Judge = field(default_factory=Judge)


class LoopCallback(TrainerCallback):  # type: ignore[misc]
    """The trainer's hooks, in the order in which they are called."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.clock = Clock()
        self._process = psutil.Process()
        self._tokens = 0
        self._bad_steps = 0
        self._still_steps = 0
        self._first_step_seconds = 0.0
        self._evaluated = 0.0
        self._looked: dict[str, Any] = {}  # the trainer's last log of a look
        self._evaluated_batches = 0

    def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        say = self.loop.reporter.say
        say(self.loop.ready)
        if state.global_step == 0 and self.loop.validates:
            say(Phase(name="evaluating", text="Trying the untouched model"))
        else:
            say(Phase(name="first_step", text="Taking the first step"))

    def on_step_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        if faults.KIND:
            faults.before_step(state.global_step + 1, rest["model"])
        self.clock.begun = time.perf_counter()

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Decide what follows this step: a look, a version, the end."""
        begun = time.thread_time()
        loop, step = self.loop, state.global_step
        loop.wishes.hear()
        control.should_log = True
        if step in loop.looks or step >= state.max_steps:
            control.should_evaluate = loop.validates
            control.should_save = True
        if loop.wishes.save_now:
            loop.wishes.save_now = False
            control.should_save = True
        self._end_if_asked(control)
        if control.should_save:
            self._demand_room(control)
        self.clock.own += time.thread_time() - begun

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **rest: Any) -> None:
        begun, now = time.thread_time(), time.perf_counter()
        state.log_history.clear()  # the events are the history; each version would repeat it all
        if logs and "eval_loss" in logs:
            self._looked = dict(logs)  # here stand figures that the hook of the look is not given
        if not logs or "loss" not in logs or "grad_norm" not in logs:
            return
        took = now - self.clock.begun
        self.clock.steps += 1
        self.clock.step += took
        self.clock.recent.append(took)
        self._refuse_broken(state.global_step, logs)
        self._notice_stillness(state.global_step, logs["grad_norm"])
        if self.clock.steps == 1:
            self._first_step_seconds = time.time() - self.loop.started
            self.loop.reporter.say(Phase(name="training", text="Training"))
        self.loop.reporter.say(self._step(state, logs, took))
        if control.should_evaluate:
            self._evaluated = now
            self._evaluated_batches = 0
            self.loop.reporter.say(Phase(name="evaluating", text="Trying unseen examples"))
        self.clock.own += time.thread_time() - begun

    def on_prediction_step(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """A long look shall not make a discard wait."""
        self._evaluated_batches += 1
        self.loop.wishes.hear()
        if self.loop.wishes.ending == "discard":
            raise Interrupted
        loader = rest.get("eval_dataloader")
        if loader is not None and self._evaluated_batches % 16 == 0:
            self.loop.reporter.say(
                Phase(
                    name="evaluating", text="Trying unseen examples",
                    done=self._evaluated_batches, total=len(loader), unit="batches",
                )
            )  # fmt: skip

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: Any = None, **rest: Any
    ) -> None:
        loop, step = self.loop, state.global_step
        logs = {**self._looked, **metrics}
        loss = float(logs["eval_loss"])
        if not math.isfinite(loss):
            raise not_a_number(step, "error on the unseen examples")
        measured = measure(loop.measures, logs, "eval_")
        if loop.beside is not None:
            measured |= loop.beside(rest["model"])
        best = self._judge(step, loss, measured)
        loop.reporter.say(
            Validation(step=step, loss=loss, best=best, metrics=measured, table=_tables(logs))
        )
        said = answers(rest["model"], loop.tokenizer, loop.questions, loop.settings.answers_at_once)
        for index, answer in enumerate(said):
            asked = loop.questions[index]
            loop.reporter.say(
                Sample(
                    step=step, index=index, question=asked.question, answer=answer,
                    reference=asked.reference,
                )
            )  # fmt: skip
        if step == 0:
            loop.reporter.say(Phase(name="first_step", text="Taking the first step"))
            return
        self.clock.look = time.perf_counter() - self._evaluated
        self._stop_without_gain(step, control)

    def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """The trainer has written its files into the staging folder; publish them."""
        loop, step = self.loop, state.global_step
        loop.reporter.say(Phase(name="saving", text="Saving"))
        if not loop.validates:
            loop.progress.best_step = step
        faults.while_saving(step)
        written = loop.checkpoints.staging / f"checkpoint-{step}"
        place = loop.checkpoints.publish(written, step, asdict(loop.progress))
        loop.checkpoints.thin_out(loop.progress.best_step)
        best = step == loop.progress.best_step
        relative = place.relative_to(loop.checkpoints.folder.parent)
        loop.reporter.say(Saved(step=step, path=relative.as_posix(), best=best))
        if step < state.max_steps and not control.should_training_stop:
            loop.reporter.say(Phase(name="training", text="Training"))

    def write_timing(self, path: Path) -> None:
        self.clock.write(path, self._first_step_seconds)

    def _end_if_asked(self, control: Any) -> None:
        ending = self.loop.wishes.ending
        if not ending:
            return
        control.should_training_stop = True
        if ending == "discard":
            control.should_save = control.should_evaluate = False
        elif ending == "pause" or self.loop.progress.best_step == 0:
            control.should_save = True

    def _demand_room(self, control: Any) -> None:
        """Rather pause with the versions there are than break one on a full disk."""
        sentence = self.loop.checkpoints.lacks_space(self.loop.first_size)
        if sentence:
            self.loop.wishes.ending = "pause"
            self.loop.wishes.reason = sentence
            control.should_save = control.should_evaluate = False
            control.should_training_stop = True

    def _refuse_broken(self, step: int, logs: dict[str, Any]) -> None:
        if not math.isfinite(logs["loss"]):
            raise not_a_number(step, "error")
        if math.isfinite(logs["grad_norm"]):
            self._bad_steps = 0
            return
        self._bad_steps += 1
        if not self.loop.scaled or self._bad_steps > _SKIPPED_STEPS:
            raise not_a_number(step, "size of the step")

    def _notice_stillness(self, step: int, grad_norm: float) -> None:
        if grad_norm > 0:
            self.loop.progress.gradient_seen = True
            self._still_steps = 0
            return
        self._still_steps += 1
        if self._still_steps == _SILENT_STEPS:
            self.loop.reporter.say(
                Notice(
                    level="warning",
                    what="The model is not learning.",
                    why=f"The last {_SILENT_STEPS} steps changed nothing.",
                    remedy="Stop, and check on the preview page that the answers are marked as "
                    "learned.",
                )
            )

    def _step(self, state: Any, logs: dict[str, Any], took: float) -> Step:
        tokens = int(logs.get("num_tokens", 0))
        new, self._tokens = tokens - self._tokens, tokens
        return Step(
            step=state.global_step,
            epoch=float(state.epoch),
            loss=float(logs["loss"]),
            learning_rate=float(logs["learning_rate"]),
            grad_norm=float(logs["grad_norm"]) if math.isfinite(logs["grad_norm"]) else 0.0,
            tokens_per_second=max(0.0, new / took) if took > 0 else 0.0,
            seconds_left=self._seconds_left(state),
            ram_bytes=self._process.memory_info().rss,
            gpu_bytes=torch.cuda.max_memory_reserved() if self.loop.on_card else 0,
            metrics=measure(self.loop.measures, logs),
        )

    def _seconds_left(self, state: Any) -> float | None:
        if self.clock.steps < 3:
            return None
        looks = sum(1 for step in self.loop.looks if step >= state.global_step)
        steps = state.max_steps - state.global_step
        seconds = steps * median(self.clock.recent) + looks * self.clock.look
        return float(round(seconds, 1))

    def _judge(self, step: int, loss: float, measured: dict[str, float]) -> bool:
        """Is this version the best so far? The untouched model is a measure, never a version."""
        progress, judge = self.loop.progress, self.loop.judge
        progress.last_loss = loss
        if step == 0:
            progress.first_loss, progress.first_metrics = loss, measured
            return False
        value = measured.get(judge.key, loss)
        gain = value if judge.better == "more" and judge.key in measured else -value
        if progress.best_value is None or gain > progress.best_value:
            progress.best_loss, progress.best_step = loss, step
            progress.best_value, progress.best_metrics = gain, measured
            progress.looks_without_gain = 0
            return True
        progress.looks_without_gain += 1
        return False

    def _stop_without_gain(self, step: int, control: Any) -> None:
        patience = self.loop.settings.patience
        if patience and self.loop.progress.looks_without_gain >= patience:
            control.should_training_stop = True
            self.loop.reporter.say(
                Notice(
                    level="info",
                    what=f"Ended early at step {step}.",
                    why=f"{patience} looks in a row brought nothing on the unseen examples; "
                    f"the best version is of step {self.loop.progress.best_step}.",
                )
            )


def measure(
    measures: tuple[Measure, ...], logs: dict[str, Any], prefix: str = ""
) -> dict[str, float]:
    """The objective's own figures among what the trainer logged."""
    found: dict[str, float] = {}
    for one in measures:
        if one.family:
            found |= _family(one, logs, prefix)
            continue
        names = [prefix + name for name in one.logged if prefix + name in logs]
        if names and math.isfinite(value := float(logs[names[0]])):
            found[one.key] = value
    return found


def _family(one: Measure, logs: dict[str, Any], prefix: str) -> dict[str, float]:
    starts = tuple(prefix + name for name in one.logged)
    return {
        name.removeprefix(prefix): float(value)
        for name, value in logs.items()
        if name.startswith(starts) and math.isfinite(float(value))
    }


def _tables(logs: dict[str, Any]) -> dict[str, list[list[int | float]]]:
    return {
        name.removeprefix("eval_"): value for name, value in logs.items() if isinstance(value, list)
    }


def steps_per_epoch(rows: int, settings: TrainingSettings) -> int:
    """As the trainer counts: the last, smaller step of an epoch is a step."""
    batches = math.ceil(rows / settings.batch_size)
    return max(1, math.ceil(batches / settings.accumulation))


def total_steps(rows: int, settings: TrainingSettings) -> int:
    return math.ceil(settings.epochs * steps_per_epoch(rows, settings))


def look_steps(rows: int, settings: TrainingSettings) -> frozenset[int]:
    """The steps after which unseen examples are tried: evenly, the last step always."""
    per_epoch, total = steps_per_epoch(rows, settings), total_steps(rows, settings)
    every = per_epoch / settings.checks_per_epoch
    count = math.floor(total / every)
    marks = {max(1, round(k * every)) for k in range(1, count + 1)}
    return frozenset({m for m in marks if m <= total} | {total})
