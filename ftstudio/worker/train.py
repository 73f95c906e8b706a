"""The recipe, read top to bottom: check → load → attach → batches → loop → save.

Heavy libraries are imported where they are needed, so that the first word comes after two
seconds and not after eight.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from ftstudio.adapters.card import AdapterCard
from ftstudio.basemodels.inspect import BaseModelInfo, inspect_model
from ftstudio.core.errors import StudioError
from ftstudio.core.example import canonical_hash
from ftstudio.core.method import Method
from ftstudio.core.objective import Objective, TrainerInputs
from ftstudio.core.params import Params
from ftstudio.core.plan import Plan
from ftstudio.data.library import DatasetVersion, load_version
from ftstudio.jobs.events import Finished, Notice, Paused, Phase, Ready, Started, Stopped
from ftstudio.jobs.folder import JobFolder, JobSpec
from ftstudio.jobs.lock import Holder, read_holder, write_holder
from ftstudio.jobs.places import workspace_of
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.rendering import choose_template
from ftstudio.worker.checkpoints import Checkpoint, Checkpoints
from ftstudio.worker.device import Device, choose_device
from ftstudio.worker.diagnose import is_disk_full
from ftstudio.worker.homing import at_home
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.wishes import Interrupted, Wishes

if TYPE_CHECKING:
    from ftstudio.worker.batches import Batches
    from ftstudio.worker.loop import Loop, LoopCallback

_PRECISION_BYTES = {4.0: "float32"}
_LIBRARIES = ("torch", "transformers", "peft", "trl", "accelerate", "safetensors", "tokenizers")


@dataclass
class Run:
    """One training run in one process: what was asked, and what has been made of it so far."""

    folder: JobFolder
    spec: JobSpec
    plan: Plan
    reporter: Reporter
    wishes: Wishes
    checkpoints: Checkpoints
    device: Device
    resumed: Checkpoint | None
    objective: Objective
    method: Method
    objective_params: Params
    method_params: Params
    info: BaseModelInfo
    dataset: DatasetVersion
    started: float
    model: Any = None
    tokenizer: Any = None
    train: Batches | None = None
    validation: Batches | None = None
    questions: list[Any] = field(default_factory=list)
    step: int = 0  # the last one taken

    def phase(self, name: Any, text: str) -> None:
        """Say what begins, after hearing whether it shall begin at all."""
        self.leave_if_asked()
        self.reporter.say(Phase(name=name, text=text))

    def leave_if_asked(self) -> None:
        """Asked to stop and keep the best, a run that goes on first gets to its result."""
        self.wishes.hear()
        if not (self.wishes.ending == "keep" and self.resumed):
            self.wishes.leave_if_asked()


def run(folder: JobFolder) -> int:
    """Train what `job.json` asks for; go on from the newest whole version where there is one."""
    _hold(folder)  # before anything is written: the files may be another worker's
    reporter = Reporter(folder)
    wishes = Wishes(reporter)
    job = check(folder, reporter, wishes)
    try:
        load(job)
        attach(job)
        batches(job)
        callback = loop(job)
        save(job, callback)
    except Interrupted:
        _leave(job, step=job.resumed.step if job.resumed else 0)
    return 0


def check(folder: JobFolder, reporter: Reporter, wishes: Wishes) -> Run:
    """Is everything there, and still what it was when the plan was made?"""
    spec = folder.spec()
    plan = Plan.model_validate(spec.payload)
    checkpoints = Checkpoints(folder.checkpoints, canonical_hash(plan.model_dump(mode="json")))
    plan = at_home(folder, spec, plan)
    notices: list[Notice] = []
    resumed = checkpoints.newest(lambda path, why: notices.append(_passed_over(path, why)))
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
    return Run(
        folder, spec, plan, reporter, wishes, checkpoints, device, resumed, objective, method,
        objective.params(**plan.objective_params), method.params(**plan.method_params),
        info, dataset, psutil.Process().create_time(),
    )  # fmt: skip


def load(job: Run) -> None:
    """The base model and its tokenizer, in memory."""
    job.phase("loading", "Loading the libraries")
    from transformers.utils import logging as library_log

    from ftstudio.worker.model import load_model, load_tokenizer

    library_log.disable_progress_bar()
    job.phase("loading", "Loading the model")
    job.tokenizer = load_tokenizer(job.plan.model.path)
    choose_template(job.tokenizer, getattr(job.objective_params, "template", "own"))
    held = job.method.size(job.info.shape, job.method_params).base_bytes_per_weight
    weights = _PRECISION_BYTES.get(held, "") if held else ""
    job.model = load_model(job.plan.model.path, job.device, weights)


def attach(job: Run) -> None:
    """Say which weights learn. Chance is fixed first: an adapter begins with random numbers."""
    from transformers import set_seed

    set_seed(job.plan.training.seed)
    job.model = job.method.attach(job.model, job.method_params)


def batches(job: Run) -> None:
    """Render every example once, and look at what came of it."""
    from ftstudio.worker.batches import (
        Renderer,
        demand_something,
        make_batches,
        what_was_lost,
    )
    from ftstudio.worker.evaluate import choose_questions

    settings = job.plan.training
    render = Renderer(job.objective, job.objective_params, job.tokenizer, settings.max_length)
    sides: list[Batches] = []
    for side in ("train", "validation"):
        total = job.dataset.counts.get(side, 0)

        def tick(done: int, total: int = total) -> None:
            job.leave_if_asked()
            job.reporter.say(
                Phase(name="reading", text="Reading the examples", done=done, total=total,
                      unit="rows")
            )  # fmt: skip

        tick(0)
        file = job.folder.path / "tokens" / f"{side}.arrow"
        sides.append(make_batches(job.dataset.examples(side), render, file, tick))
    job.train, job.validation = sides
    demand_something(job.train)
    for notice in what_was_lost(job.train, settings.max_length):
        job.reporter.say(notice)
    held_out = job.dataset.examples("validation")
    job.questions = choose_questions(
        held_out, job.tokenizer, settings.sample_questions, settings.max_length
    )


def loop(job: Run) -> LoopCallback:
    """Build the trainer and let it run; returns what was counted on the way."""
    job.phase("loading", "Preparing the training")
    from transformers import PrinterCallback

    from ftstudio.worker.loop import LoopCallback

    callback = LoopCallback(_loop_settings(job))
    assert job.train is not None
    assert job.validation is not None
    trainer = job.objective.build_trainer(
        TrainerInputs(
            model=job.model,
            tokenizer=job.tokenizer,
            train=job.train.rows,
            validation=job.validation.rows if job.validation.count else None,
            arguments=_arguments(job),
            callbacks=[callback],
            settings=job.plan.training,
            params=job.objective_params,
        )
    )
    trainer.remove_callback(PrinterCallback)
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
    if job.wishes.ending in ("pause", "discard"):
        _leave(job, step=job.step)
    job.model = trainer.model
    return callback


def save(job: Run, callback: LoopCallback) -> None:
    """Make the output from the best version, try it, put it on the shelf."""
    if job.wishes.ending in ("pause", "discard"):
        return
    from ftstudio.worker import result
    from ftstudio.worker.shelving import put_on_shelf, scores_of

    progress = callback.loop.progress
    job.reporter.say(Phase(name="finishing", text="Making the result from the best version"))
    if not progress.gradient_seen:
        raise StudioError(
            "Nothing was learned.",
            "Not one step changed a weight.",
            "Check on the preview page that the answers are marked as learned, and that the step "
            "size is not zero.",
            code="nothing_learned",
        )
    version = _best_version(job, progress.best_step)
    whole = job.method.size(job.info.shape, job.method_params).added == 0
    staged = result.stage_output(
        version, job.folder.path / ".output", job.info.shape.dtype if whole else ""
    )
    job.reporter.say(Phase(name="finishing", text="Trying the result"))
    if whole:
        job.model = None
        result.let_go(of_card=job.device.kind == "cuda")
        result.try_model(job.tokenizer, staged, job.device, job.questions[:1])
    else:
        result.try_adapter(job.model, job.tokenizer, staged, job.questions[:1])
    scores = scores_of(progress)
    card = _card(job, staged, scores, whole)
    workspace = workspace_of(job.folder, job.spec)
    shelf_id = put_on_shelf(staged, workspace, card)
    if workspace and not shelf_id:
        job.reporter.say(_not_on_the_shelf(workspace))
    result.publish(staged, job.folder.output)
    _tidy(job)
    if job.wishes.ending == "keep":
        job.reporter.say(Stopped(step=job.step, kept=True))
        return
    job.reporter.say(
        Finished(
            output="output",
            step=job.step,
            best_step=progress.best_step,
            scores=scores,
            seconds=round(time.time() - job.started, 1),
            shelf_id=shelf_id,
        )
    )


def _loop_settings(job: Run) -> Loop:
    from ftstudio.worker import loop as around

    settings = job.plan.training
    assert job.train is not None
    assert job.validation is not None
    rows = job.train.count
    weights = list(job.model.parameters())
    moving = sum(w.numel() for w in weights if w.requires_grad)
    ready = Ready(
        total_steps=around.total_steps(rows, settings),
        epochs=settings.epochs,
        train_rows=rows,
        validation_rows=job.validation.count,
        trainable_parameters=moving,
        all_parameters=sum(w.numel() for w in weights),
        cut_rows=job.train.cut,
    )
    progress = around.Progress(**job.resumed.progress) if job.resumed else around.Progress()
    return around.Loop(
        job.reporter, job.wishes, job.checkpoints, settings, progress, ready,
        looks=around.look_steps(rows, settings),
        validates=job.validation.count > 0,
        questions=job.questions,
        tokenizer=job.tokenizer,
        first_size=12 * moving,  # a weight and the optimizer's two numbers, four bytes each
        on_card=job.device.kind == "cuda",
        scaled=job.device.dtype == "float16",
        started=job.started,
    )  # fmt: skip


def _arguments(job: Run) -> dict[str, Any]:
    from ftstudio.worker.arguments import trainer_arguments

    assert job.train is not None
    assert job.validation is not None
    settings = job.plan.training
    return trainer_arguments(
        settings,
        job.device,
        job.checkpoints.staging,
        job.train.count,
        settings.learning_rate or job.method.learning_rate(job.info.shape),
        try_first=job.resumed is None and job.validation.count > 0,
    )


def _hold(folder: JobFolder) -> None:
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


def _not_on_the_shelf(workspace: str) -> Notice:
    return Notice(
        level="warning",
        what="The result is not on the shelf.",
        why=f"The workspace {workspace} is not there any more.",
        remedy="It lies in the run's output folder; import it from there.",
    )


def _leave(job: Run, step: int) -> None:
    """The last word of a run that ends before its time and without a result."""
    shutil.rmtree(job.checkpoints.staging, ignore_errors=True)
    if job.wishes.ending == "pause":
        kept = job.checkpoints.newest(lambda path, why: None)
        job.reporter.say(Paused(step=kept.step if kept else 0, reason=job.wishes.reason))
        return
    if job.wishes.ending == "discard":
        shutil.rmtree(job.folder.checkpoints, ignore_errors=True)
        shutil.rmtree(job.folder.path / "tokens", ignore_errors=True)
    job.reporter.say(Stopped(step=step, kept=False))


def _best_version(job: Run, best_step: int) -> Path:
    """The version the result is made from: the best, or the newest where that was damaged."""
    path = job.checkpoints.at(best_step)
    if path is not None:
        return path
    newest = job.checkpoints.newest(lambda path, why: None)
    if newest is None:
        raise StudioError(
            "No version of this run is whole.",
            "The files were damaged or removed while it ran.",
            "Start the run again; look at the disk if it happens twice.",
            code="no_checkpoint",
        )
    if not best_step:  # ended before the first look
        return newest.path
    job.reporter.say(
        Notice(
            level="warning",
            what=f"The best version (step {best_step}) is damaged.",
            why="Its files are not what was written.",
            remedy=f"The result is made from step {newest.step}.",
        )
    )
    return newest.path


def _card(job: Run, staged: Path, scores: dict[str, float], whole: bool) -> AdapterCard:
    plan = job.plan
    rate = plan.training.learning_rate or job.method.learning_rate(job.info.shape)
    return AdapterCard(
        name=plan.name,
        method=plan.method,
        method_title=job.method.title,
        objective=plan.objective,
        base=plan.model,
        dataset=plan.dataset,
        run_id=job.folder.id,
        scores=scores,
        settings={
            **job.method_params.model_dump(),
            **job.objective_params.model_dump(),
            **plan.training.model_dump(),
            "learning_rate": rate,
        },
        size_bytes=sum(path.stat().st_size for path in staged.iterdir()),
        is_full_model=whole,
    )


def _tidy(job: Run) -> None:
    """Token rows and staging folders are of no more use; versions stay until the run is deleted."""
    shutil.rmtree(job.folder.path / "tokens", ignore_errors=True)
    shutil.rmtree(job.checkpoints.staging, ignore_errors=True)
