"""The very training that a plan would run, for two steps and a look, on tensors without content.

The model is made by its config, the method wraps it, rows as long as the longest are made by the
objective, and its own trainer takes two optimizer steps and one look, while a tracker writes down
every storage. What is shortened: of many passes per step two are run (all of them where answers
are written, since a round is held at once); long answers are written in strides (`writing`).
With `content` the same is run on real tensors, so that both can be compared.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    UnsupportedFakeTensorException,
    UnsupportedMutationAliasingException,
    UnsupportedOperatorException,
)
from transformers import PrinterCallback, TrainerCallback, set_seed

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.example import ExampleKind
from ftstudio.core.method import Attaching, Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Head, Objective, Preparing, TrainerInputs
from ftstudio.core.params import Params
from ftstudio.core.plan import Plan
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.rendering import choose_template
from ftstudio.worker.arguments import trainer_arguments
from ftstudio.worker.base import keep_precision, learn_in_float32
from ftstudio.worker.device import Device
from ftstudio.worker.evaluate import Question, answers
from ftstudio.worker.model import load_model
from ftstudio.worker.simulation import guarding
from ftstudio.worker.simulation.bases import fake_base, packed_tensors
from ftstudio.worker.simulation.fakes import Fakes
from ftstudio.worker.simulation.judges import scorer_of
from ftstudio.worker.simulation.rows import (
    FILLER,
    plain_tokenizer,
    rows_of,
    write_plain_tokenizer,
)
from ftstudio.worker.simulation.stand_ins import as_if_real, in_order
from ftstudio.worker.simulation.tracker import Event, Hidden, Tracker
from ftstudio.worker.simulation.values import KnownValues
from ftstudio.worker.simulation.writing import in_strides

STEPS = 2
_PASSES = 2
_LONG = 1_000  # steps of a run whose end is far: what its method needs until then is there
_ANSWER_TOKENS = 96  # of a sample answer: the longest that a look writes
_HELD = {4.0: "float32"}
# What tensors without content are known to refuse, by kind and by words of torch's own.
_REFUSED = (
    DynamicOutputShapeException, DataDependentOutputException, UnsupportedOperatorException,
    UnsupportedFakeTensorException, UnsupportedMutationAliasingException, NotImplementedError,
)  # fmt: skip
_REFUSAL_WORDS = ("data pointer", "faketensor", "fake tensor", "meta tensor", "tensor subclass")


class NotSimulated(Exception):
    """The run can't be rehearsed; the text says why, in words for the window."""


@dataclass(frozen=True)
class Wanted:
    """What to rehearse. `longest` is in tokens, an answer to be written included."""

    plan: Plan
    shape: ModelShape
    device: Device
    longest: int
    facts: DatasetFacts = field(default_factory=DatasetFacts)
    content: bool = False  # real tensors
    fakes: Callable[[], AbstractContextManager[Any]] = Fakes  # on `device`
    hidden: Hidden | None = None  # what kernels take beside their outputs
    tell: Callable[[str], None] = lambda text: None  # hears what begins; may raise Cancelled

    @property
    def objective(self) -> Objective:
        return objectives()[self.plan.objective]

    @property
    def method(self) -> Method:
        return methods()[self.plan.method]

    @property
    def whole(self) -> bool:
        """The base itself moves, or part of it."""
        params = self.method.params(**self.plan.method_params)
        return self.method.size(self.shape, params).added == 0

    @property
    def settings(self) -> TrainingSettings:
        """The plan's, with as many passes per step as tell all."""
        own = self.plan.training
        if self.objective.generates:
            return own
        return own.model_copy(update={"accumulation": min(own.accumulation, _PASSES)})

    @property
    def steps(self) -> int:
        """As many as see the second round of answers begin: the first has no optimizer beside."""
        params = self.objective.params(**self.plan.objective_params)
        group = getattr(params, "group", 0)
        if not (self.objective.generates and group):
            return STEPS
        per_step = self.settings.batch_size * self.settings.accumulation
        return max(STEPS, group // math.gcd(per_step, group) + 1)

    @property
    def kind(self) -> ExampleKind:
        known = self.objective.learns_from
        return self.facts.kind if self.facts.kind in known else known[0]


@dataclass(frozen=True)
class Rehearsed:
    trace: list[Event]
    peak: int  # of the bytes asked for
    end: int  # held after the look
    remarks: list[str]  # what it leaves out, in sentences


def rehearse(wanted: Wanted) -> Rehearsed:
    """Raises NotSimulated where fakes can't tell, StudioError where the plan itself can't be. What
    else it raises was not foreseen."""
    try:
        with ExitStack() as stack:
            if not wanted.content:
                stack.enter_context(wanted.fakes())
                values = stack.enter_context(KnownValues())
                stack.enter_context(as_if_real(values))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            return _run(wanted, folder, stack)
    except RuntimeError as error:
        if wanted.content or not _is_refusal(error):
            raise
        raise NotSimulated(_why(error)) from error


def _is_refusal(error: RuntimeError) -> bool:
    """Foreseen: it needs what a tensor without content has not. Whatever else is a fault."""
    words = str(error).lower()
    return isinstance(error, _REFUSED) or any(word in words for word in _REFUSAL_WORDS)


def _why(error: RuntimeError) -> str:
    match error:
        case DynamicOutputShapeException() | DataDependentOutputException():
            return (
                "What it does next depends on the texts themselves, as which expert reads which "
                f"word ({error.func})."
            )
        case UnsupportedOperatorException():
            return f"One of its kernels can't be followed without a card ({error.func})."
        case _:
            words = str(error).strip().splitlines()
            said = f" ({words[0][:160]})" if words else ""
            return f"One of its operations needs real numbers to go on{said}."


def _run(wanted: Wanted, folder: Path, stack: ExitStack) -> Rehearsed:
    objective, method, settings = wanted.objective, wanted.method, wanted.settings
    params = objective.params(**wanted.plan.objective_params)
    chosen = method.params(**wanted.plan.method_params)
    tokenizer = plain_tokenizer()
    choose_template(tokenizer, getattr(params, "template", "own"))
    write_plain_tokenizer(folder)
    facts = _with_labels(wanted.facts, objective)
    head = objective.head(params, facts)
    rows = _rows(wanted, params, tokenizer, head)  # before anything is faked: they are no tensors

    wanted.tell("Building the model")
    model = _base(wanted, chosen, head)
    tracker = Tracker(wanted.device.kind, [wanted.shape.vocab], wanted.hidden)
    stack.enter_context(tracker)
    tracker.own([*model.parameters(), *model.buffers(), *packed_tensors(model)], "model")
    set_seed(settings.seed)
    model = method.attach(model, chosen, _attaching(wanted, folder, head))
    learn_in_float32(model)
    tracker.own_model(model)
    if wanted.whole:
        tracker.own(model.parameters(), "model")

    wanted.tell("Building the trainer")
    marks = _Marks(tracker, wanted, tokenizer)
    with keep_precision(model):
        inputs = _inputs(wanted, model, tokenizer, rows, params, chosen, head, folder, marks)
        trainer = objective.build_trainer(inputs)
    trainer.remove_callback(PrinterCallback)
    marks.trainer = trainer
    _own_copies(tracker, trainer, inputs)
    guarding.protect(wanted.plan.safeguards, trainer, wanted.longest, folder, tracker)
    marks.looks_back = bool(wanted.plan.safeguards) and head is None
    with in_order(), in_strides(marks.writing, marks.written):
        trainer.train()
    tracker.phase("end")
    return Rehearsed(tracker.trace, tracker.peak, tracker.bytes, _remarks(wanted))


def _remarks(wanted: Wanted) -> list[str]:
    said = []
    if wanted.objective.generates:
        said.append("Answers were taken to be as long as they may be.")
    if wanted.plan.safeguards:
        said.append("Earlier examples were taken to be as long as the longest of the new ones.")
    method = wanted.method
    packing = method.quantize(method.params(), wanted.device.kind) if method.quantize else None
    if getattr(packing, "load_in_8bit", False):
        said.append("Of 8-bit columns none was taken to stand out.")
    return said


def _with_labels(facts: DatasetFacts, objective: Objective) -> DatasetFacts:
    """Where nothing is known of the classes there are two."""
    if "label" in objective.learns_from and len(facts.labels) < 2:
        return DatasetFacts(kind="label", labels={"yes": 100, "no": 100})
    return facts


def _rows(wanted: Wanted, params: Params, tokenizer: Any, head: Head | None) -> tuple[Any, Any]:
    """Rows for all steps, and a batch for the look."""
    settings = wanted.settings
    found = []
    count = settings.batch_size * settings.accumulation * wanted.steps
    for side, rows in (("train", max(count, 8)), ("validation", settings.batch_size)):
        preparing = Preparing(
            tokenizer, params, wanted.longest, side, head, settings.seed,  # type: ignore[arg-type]
            wanted.method.traits,
        )  # fmt: skip
        found.append(rows_of(wanted.objective, wanted.kind, preparing, rows))
    return found[0], found[1]


def _base(wanted: Wanted, chosen: Params, head: Head | None) -> Any:
    """As `worker.base.load_base` does, with content or without."""
    method, device = wanted.method, wanted.device
    held = method.size(wanted.shape, chosen).base_bytes_per_weight
    weights = _HELD.get(held, "") if held else ""
    compression = method.quantize(chosen, device.kind) if method.quantize else None
    load = load_model if wanted.content else fake_base
    attention = wanted.settings.attention
    return load(Path(wanted.plan.model.path), device, weights, head, compression, attention)


def _attaching(wanted: Wanted, folder: Path, head: Head | None) -> Attaching:
    return Attaching(
        task="SEQ_CLS" if head else "CAUSAL_LM",
        head_modules=("score",) if head else (),
        tokenizer=str(folder),
        seed=wanted.settings.seed,
        checkpointing=wanted.settings.recomputes,
        compares=wanted.objective.reference,
    )


def _inputs(
    wanted: Wanted, model: Any, tokenizer: Any, rows: tuple[Any, Any], params: Params,
    chosen: Params, head: Head | None, folder: Path, marks: _Marks,
) -> TrainerInputs:  # fmt: skip
    """As the worker hands them over; see `worker.train`."""
    method, settings = wanted.method, wanted.settings
    own_rate = method.learning_rate(wanted.shape) * wanted.objective.rate_factor
    rate = settings.learning_rate or own_rate
    arguments = trainer_arguments(
        settings, wanted.device, folder / "staging",
        len(rows[0]) * wanted.objective.repeats(params), rate, try_first=False,
    )  # fmt: skip
    # TF32 changes no size, and asks for more of a card than a stand-in tells.
    arguments |= {"max_steps": wanted.steps, "dataloader_pin_memory": False, "tf32": None}
    own = method.callbacks(model, chosen, _LONG) if method.callbacks else []
    optimizer = method.optimizer(model, chosen, settings, rate) if method.optimizer else None
    return TrainerInputs(
        model=model, tokenizer=tokenizer, train=rows[0], validation=rows[1], arguments=arguments,
        callbacks=[*own, marks], settings=settings, params=params, optimizers=(optimizer, None),
        head=head, rewards=scorer_of(wanted.plan, wanted.objective, wanted.device, wanted.content),
        total_steps=wanted.steps, whole=wanted.whole, folder=folder,
    )  # fmt: skip


def _own_copies(tracker: Tracker, trainer: Any, inputs: TrainerInputs) -> None:
    """What is held to compare and to score with, beside the model that learns."""
    for holder in (trainer, getattr(trainer, "look", None)):
        for name in ("reference", "ref_model"):
            found = getattr(holder, name, None)
            tracker.own(getattr(found, "_first", {}).values(), "copies")
            copy = found if isinstance(found, torch.nn.Module) else getattr(found, "copy", None)
            if isinstance(copy, torch.nn.Module):
                tracker.own([*copy.parameters(), *copy.buffers()], "copies")
    for judge in getattr(inputs.rewards, "_judges", ()):
        tracker.own([*judge.model.parameters(), *judge.model.buffers()], "copies")
    if isinstance(head := getattr(trainer, "value_head", None), torch.nn.Module):
        tracker.own(head.parameters(), "copies")


class _Marks(TrainerCallback):  # type: ignore[misc]
    """Tells the tracker what begins; asks for one look after the last step, as the worker's own
    hooks would, with sample answers."""

    def __init__(self, tracker: Tracker, wanted: Wanted, tokenizer: Any) -> None:
        self.tracker, self.wanted, self.tokenizer = tracker, wanted, tokenizer
        self.trainer: Any = None
        self.looks_back = False  # at the earlier skill, too
        self._now = "load"

    def _mark(self, phase: str) -> None:
        self._now = phase
        self.tracker.phase(phase)

    def writing(self) -> None:
        self.wanted.tell("Writing answers")
        self.tracker.phase("answer")

    def written(self) -> None:
        self.tracker.phase(self._now)

    def on_step_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self.wanted.tell(f"Step {state.global_step + 1} of {self.wanted.steps}")
        self._mark("forward")

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self._mark("optimizer")

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self.tracker.own_optimizer(self.trainer.optimizer)

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self.tracker.own_optimizer(self.trainer.optimizer)
        last = state.global_step >= self.wanted.steps
        self._mark("look" if last else "forward")
        if last:
            self.wanted.tell("Checking on the validation rows (evaluation)")
            control.should_evaluate = True

    def on_evaluate(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        if self.looks_back:
            guarding.look(rest["model"], self.trainer, self.wanted.longest)
        settings = self.wanted.settings
        if self.wanted.objective.answers and settings.sample_questions:
            # Those that follow find the memory of the first ones, and take no more.
            answers(rest["model"], self.tokenizer, [self._question()] * settings.answers_at_once)

    def _question(self) -> Question:
        params = self.wanted.objective.params(**self.wanted.plan.objective_params)
        written = self.wanted.objective.writes(params)
        asked = max(1, self.wanted.longest - max(24, written))
        return Question([FILLER] * asked, "", "", _ANSWER_TOKENS)
