"""The recipe, read top to bottom: check → load → attach → batches → loop → save.

Heavy libraries are imported where they are needed, so that the first word comes after two
seconds and not after eight.
"""

from __future__ import annotations

import importlib.metadata
import logging
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psutil

from ftstudio.basemodels.inspect import BaseModelInfo, inspect_model
from ftstudio.core.errors import StudioError
from ftstudio.core.example import canonical_hash
from ftstudio.core.method import Attaching
from ftstudio.core.objective import Preparing, TrainerInputs
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import load_version
from ftstudio.jobs.easing import eased
from ftstudio.jobs.events import Notice, Phase, Ready, Started
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.lock import Holder, read_holder, write_holder
from ftstudio.planning.foretelling import foretold
from ftstudio.planning.measured import has_estimate, keep_estimate
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import demand_possible, unpacked
from ftstudio.techniques.rendering import choose_template
from ftstudio.techniques.rewarding import demand_rewards
from ftstudio.worker.checkpoints import Checkpoints
from ftstudio.worker.device import choose_device
from ftstudio.worker.diagnose import is_disk_full
from ftstudio.worker.guards import guards_of
from ftstudio.worker.homing import at_home
from ftstudio.worker.mixing import parts_of
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.run import Run
from ftstudio.worker.safeguarding import forgetting, protect
from ftstudio.worker.taking import Meter
from ftstudio.worker.watching import Says, Watched
from ftstudio.worker.wishes import Interrupted, Wishes

if TYPE_CHECKING:
    from ftstudio.worker.batches import Batches
    from ftstudio.worker.loop import Loop, LoopCallback

_log = logging.getLogger(__name__)
SIDES: tuple[Literal["train", "validation"], ...] = ("train", "validation")
_LIBRARIES = ("torch", "transformers", "peft", "trl", "accelerate", "safetensors", "tokenizers")


def run(folder: JobFolder) -> int:
    """Train what `job.json` asks for; go on from the newest whole version where there is one."""
    hold(folder)  # before anything is written: the files may be another worker's
    reporter = Reporter(folder)
    wishes = Wishes(reporter)
    job = check(folder, reporter, wishes)
    try:
        load(job)
        attach(job)
        batches(job)
        callback = loop(job)
    except Interrupted:
        job.leave(step=job.resumed.step if job.resumed else 0)
        return 0
    if job.wishes.ending in ("pause", "discard"):
        job.leave(step=job.step)
    else:
        from ftstudio.worker.outcome import save

        save(job, callback)
    return 0


def check(folder: JobFolder, reporter: Reporter, wishes: Wishes) -> Run:
    """Is everything there, and still what it was when the plan was made?"""
    spec = folder.spec()
    plan = Plan.model_validate(spec.payload)
    checkpoints = Checkpoints(folder.checkpoints, canonical_hash(spec.payload))
    plan = at_home(folder, spec, eased(folder, plan))
    notices: list[Notice] = []
    resumed = checkpoints.newest(lambda path, why: notices.append(_passed_over(path, why)))
    meter = Meter()  # before torch is asked for a card
    device = choose_device(os.environ.get("FTSTUDIO_DEVICE", ""))
    reporter.say(
        Started(
            pid=os.getpid(),
            device=device.kind,
            device_name=device.name,
            dtype=device.dtype,
            device_reason=device.reason,
            resumed_at=resumed.step if resumed else 0,
            versions={name: importlib.metadata.version(name) for name in _LIBRARIES},
        )
    )
    for notice in notices:
        reporter.say(notice)
    reporter.say(Phase(name="checking", text="Checking the plan"))
    checkpoints.prepare()
    objective, method = objectives()[plan.objective], methods()[plan.method]
    info = inspect_model(Path(plan.model.path))
    _demand_same_model(plan, info)
    dataset = load_version(Path(plan.dataset.path))
    dataset.verify()
    if objective.wants_rewards:
        demand_rewards(plan.rewards, dataset.facts.answers)
    params = method.params(**plan.method_params)
    demand_possible(objective, method, dataset.facts, info.shape, device.kind, params)
    return Run(
        folder, spec, plan, reporter, wishes, checkpoints, device, resumed, objective, method,
        objective.params(**plan.objective_params), params,
        info, dataset, psutil.Process().create_time(),
        parts=parts_of(plan, objective, dataset),
        guards=guards_of(plan.safeguards, objective, method, dataset.facts),
        meter=meter,
    )  # fmt: skip


def load(job: Run) -> None:
    """The base model and its tokenizer, in memory."""
    job.phase("loading", "Loading the libraries")
    from transformers.utils import logging as library_log

    from ftstudio.worker.base import load_base
    from ftstudio.worker.model import load_tokenizer

    library_log.disable_progress_bar()
    job.phase("loading", "Loading the model")
    job.tokenizer = load_tokenizer(job.plan.model.path)
    choose_template(job.tokenizer, getattr(job.objective_params, "template", "own"))
    job.head = job.objective.head(job.objective_params, job.facts)
    job.model = load_base(job)


def attach(job: Run) -> None:
    """Say which weights learn. Chance is fixed first: an adapter begins with random numbers."""
    from transformers import set_seed

    from ftstudio.worker.base import learn_in_float32

    settings = job.plan.training
    set_seed(settings.seed)
    attaching = Attaching(
        task="SEQ_CLS" if job.head else "CAUSAL_LM",
        head_modules=("score",) if job.head else (),
        tokenizer=job.plan.model.path,
        seed=settings.seed,
        checkpointing=settings.recomputes,
        folder=job.folder.path,
        compares=job.objective.reference,
    )
    job.model = job.method.attach(job.model, job.method_params, attaching)
    learn_in_float32(job.model)


def batches(job: Run) -> None:
    """Make the rows of every example once, and look at what came of it."""
    from ftstudio.worker.batches import demand_something, make_batches, what_was_lost
    from ftstudio.worker.evaluate import choose_questions
    from ftstudio.worker.examples import count_of, examples_of, unseen

    settings = job.plan.training
    if why := unpacked(job.objective, job.objective_params, job.method):
        job.reporter.say(Notice(level="info", what="Each row holds one document only.", why=why))
    sides: list[Batches] = []
    for side in SIDES:
        total = count_of(job, side)

        def tick(done: int, total: int = total) -> None:
            job.leave_if_asked()
            job.reporter.say(
                Phase(name="reading", text="Reading the examples", done=done, total=total,
                      unit="rows")
            )  # fmt: skip

        tick(0)
        preparing = Preparing(
            job.tokenizer, job.objective_params, settings.max_length, side, job.head, settings.seed,
            job.method.traits,
        )  # fmt: skip
        file = job.folder.path / "tokens" / f"{side}.arrow"
        sides.append(make_batches(examples_of(job, side), job.objective, preparing, file, tick))
    job.train, job.validation = sides
    demand_something(job.train)
    for notice in what_was_lost(job.train, settings.max_length):
        job.reporter.say(notice)
    if job.objective.answers:
        job.questions = choose_questions(
            unseen(job), job.tokenizer, settings.sample_questions, settings.max_length
        )


def loop(job: Run, kind: type[LoopCallback] | None = None) -> LoopCallback:
    """Build the trainer and let it run; returns what was counted on the way. `kind`: hooks that
    differ from those of a run."""
    job.phase("loading", "Preparing the training")
    from transformers import PrinterCallback

    from ftstudio.worker.base import keep_precision
    from ftstudio.worker.first_look import look_at_the_untouched_first
    from ftstudio.worker.loop import LoopCallback
    from ftstudio.worker.padding import fill_up
    from ftstudio.worker.schedule import rise_at_once

    keep_forecast(job)
    callback = (kind or LoopCallback)(_loop_settings(job))
    with keep_precision(job.model):
        trainer = job.objective.build_trainer(_inputs(job, callback))
    trainer.remove_callback(PrinterCallback)
    if job.plan.training.padding == "fixed" and not job.objective.generates:
        fill_up(trainer, max(side.longest for side in (job.train, job.validation) if side))
    rise_at_once(trainer)
    if "adds_tokens" in job.method.traits:
        look_at_the_untouched_first(trainer)
    if job.guards:
        callback.loop.beside = forgetting(job, trainer)
        protect(job, trainer)
    try:
        trainer.train(resume_from_checkpoint=str(job.resumed.path) if job.resumed else None)
    except Exception as error:
        shutil.rmtree(job.checkpoints.staging, ignore_errors=True)
        if not is_disk_full(error):
            raise
        job.wishes.ending = "pause"
        job.wishes.reason = "The disk is full. Free some space, then resume."
    finally:
        callback.write_timing(job.folder.path / "timing.json")
    job.step = trainer.state.global_step
    job.model = trainer.model
    return callback


def keep_forecast(job: Run) -> None:
    """What is foretold of the rows as they really are, to be held against what will be taken.
    A forecast that fails is no reason not to train."""
    assert job.train is not None
    if has_estimate(job.folder):  # counted before, or by an earlier life
        return
    device: Literal["cuda", "cpu"] = "cuda" if job.device.kind == "cuda" else "cpu"
    card = job.device.name if device == "cuda" else ""
    try:
        keep_estimate(job.folder, foretold(job.plan, device, job.train.longest, card))
    except (StudioError, ArithmeticError, LookupError, OSError, ValueError) as error:
        _log.warning("no forecast was kept: %s", error)


def _inputs(job: Run, callback: LoopCallback) -> TrainerInputs:
    assert job.train is not None
    assert job.validation is not None
    from ftstudio.worker.rewarding import scorer_of

    plan, method = job.plan, job.method
    steps = callback.loop.ready.total_steps
    own = method.callbacks(job.model, job.method_params, steps) if method.callbacks else []
    optimizer = None
    if method.optimizer:
        optimizer = method.optimizer(job.model, job.method_params, plan.training, job.learning_rate)
    return TrainerInputs(
        model=job.model,
        tokenizer=job.tokenizer,
        train=job.train.rows,
        validation=job.validation.rows if job.validation.count else None,
        arguments=_arguments(job),
        callbacks=[*own, callback],
        settings=plan.training,
        params=job.objective_params,
        optimizers=(optimizer, None),
        head=job.head,
        rewards=scorer_of(job),
        total_steps=steps,
        whole=job.whole,
        folder=job.folder.path,
        say=job.warn,
    )


def _loop_settings(job: Run) -> Loop:
    from ftstudio.worker import loop as around

    settings = job.plan.training
    assert job.train is not None
    assert job.validation is not None
    rows = job.rows
    weights = list(job.model.parameters())
    moving = sum(w.numel() for w in weights if w.requires_grad)
    ready = Ready(
        total_steps=around.total_steps(rows, settings),
        epochs=settings.epochs,
        train_rows=job.train.count,
        validation_rows=job.validation.count,
        trainable_parameters=moving,
        all_parameters=sum(w.numel() for w in weights),
        cut_rows=job.train.cut,
    )
    progress = around.Progress(**job.resumed.progress) if job.resumed else around.Progress()
    return around.Loop(
        _listener(job), job.wishes, job.checkpoints, settings, progress, ready,
        looks=around.look_steps(rows, settings),
        validates=job.validation.count > 0,
        questions=job.questions,
        tokenizer=job.tokenizer,
        first_size=12 * moving,  # a weight and the optimizer's two numbers, four bytes each
        on_card=job.device.kind == "cuda",
        scaled=job.device.dtype == "float16",
        started=job.started,
        measures=job.objective.measures,
        judge=job.objective.judge,
    )  # fmt: skip


def _listener(job: Run) -> Says:
    return Watched(job.reporter, job.folder) if job.objective.wants_rewards else job.reporter


def _arguments(job: Run) -> dict[str, Any]:
    from ftstudio.worker.arguments import trainer_arguments

    assert job.train is not None
    assert job.validation is not None
    settings = job.plan.training
    return trainer_arguments(
        settings,
        job.device,
        job.checkpoints.staging,
        job.rows,
        job.learning_rate,
        try_first=job.resumed is None and job.validation.count > 0,
    )


def hold(folder: JobFolder) -> None:
    """Be the one worker of this folder. The launcher has written our name there, or nobody has."""
    holder = read_holder(folder)
    if holder and holder.pid != os.getpid() and holder.is_alive(folder):
        raise StudioError(
            "This run is going on already.",
            f"The process {holder.pid} works in its folder.",
            "Wait until it ends, or stop it first.",
            code="already_running",
        )
    if holder is None or holder.pid != os.getpid():
        size = folder.events.stat().st_size if folder.events.exists() else 0
        write_holder(folder, Holder.of(os.getpid(), size))


def _demand_same_model(plan: Plan, info: BaseModelInfo) -> None:
    if plan.model.sha256 and plan.model.sha256 != info.ref.sha256:
        raise StudioError(
            f"The model {plan.model.name} is not the one that was chosen.",
            "Files in its folder were changed since the plan was made.",
            "Bring the folder back to what it was, or set up a new run with it.",
            code="model_changed",
        )


def _passed_over(path: Path, why: str) -> Notice:
    return Notice(
        level="warning",
        what=f"The version {path.name} was passed over.",
        why=f"It is not whole: {why}.",
        remedy="The run goes on from the one before; nothing else is needed.",
    )
