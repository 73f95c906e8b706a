"""From the best version of a run to its result: made, tried, given a card and put on the shelf."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ftstudio.adapters.card import AdapterCard, lineage
from ftstudio.adapters.head_file import SavedHead, write_head
from ftstudio.core.errors import StudioError
from ftstudio.core.objective import Head
from ftstudio.jobs.events import Finished, Notice, Phase, Stopped
from ftstudio.jobs.places import workspace_of
from ftstudio.techniques.texts import MEAN, SPREAD
from ftstudio.worker import output_folder
from ftstudio.worker.base import load_base
from ftstudio.worker.guards import FOLDER
from ftstudio.worker.run import Run
from ftstudio.worker.shelving import put_on_shelf, scores_of

if TYPE_CHECKING:
    from ftstudio.worker.loop import LoopCallback


def save(job: Run, callback: LoopCallback) -> None:
    """Make the output from the best version, try it, put it on the shelf."""
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
    whole = job.whole
    staged = output_folder.stage_output(
        version, job.folder.path / ".output", job.info.shape.dtype if whole else ""
    )
    if job.head:
        _write_head(job, job.head, staged)
    converted = job.method.convert(job.folder.path, staged) if job.method.convert else False
    job.reporter.say(Phase(name="finishing", text="Trying the result"))
    if whole:
        job.model = None
        output_folder.let_go(of_card=job.device.kind == "cuda")
        output_folder.try_model(job.tokenizer, staged, job.device, job.questions[:1], job.head)
    else:
        base = None
        if converted:
            job.model = None
            output_folder.let_go(of_card=job.device.kind == "cuda")
            base = load_base(job)
        output_folder.try_adapter(job.model, job.tokenizer, staged, job.questions[:1], base)
    scores = scores_of(progress)
    card = _card(job, staged, scores, whole)
    workspace = workspace_of(job.folder, job.spec)
    shelf_id = put_on_shelf(staged, workspace, card)
    if workspace and not shelf_id:
        job.reporter.say(_not_on_the_shelf(workspace))
    output_folder.publish(staged, job.folder.output)
    _tidy(job)
    if job.wishes.ending == "keep":
        job.reporter.say(Stopped(step=job.step, kept=True, taken=job.meter.read()))
        return
    job.reporter.say(
        Finished(
            output="output",
            step=job.step,
            best_step=progress.best_step,
            scores=scores,
            seconds=round(time.time() - job.started, 1),
            shelf_id=shelf_id,
            taken=job.meter.read(),
        )
    )


def _write_head(job: Run, head: Head, staged: Path) -> None:
    """How to use the head, for who labels with it: an adapter's own files do not say."""
    config = job.model.config
    write_head(
        staged,
        SavedHead(
            head, job.plan.objective, job.objective_params.model_dump(),
            job.plan.training.max_length,
            getattr(config, MEAN, 0.0), getattr(config, SPREAD, 1.0),
        ),
    )  # fmt: skip


def _not_on_the_shelf(workspace: str) -> Notice:
    return Notice(
        level="warning",
        what="The result is not on the shelf.",
        why=f"The workspace {workspace} is not there any more.",
        remedy="It lies in the run's output folder; import it from there.",
    )


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
    return AdapterCard(
        name=plan.name,
        method=plan.method,
        method_title=job.method.title,
        objective=plan.objective,
        head=job.head.kind if job.head else "",
        labels=list(job.head.labels) if job.head else [],
        base=plan.model,
        dataset=plan.dataset,
        run_id=job.folder.id,
        parents=lineage(plan.model.path, *(choice.model for choice in plan.rewards)),
        scores=scores,
        settings={
            **job.method_params.model_dump(),
            **job.objective_params.model_dump(),
            **plan.training.model_dump(),
            "learning_rate": job.learning_rate,
        },
        size_bytes=sum(path.stat().st_size for path in staged.iterdir()),
        is_full_model=whole,
    )


def _tidy(job: Run) -> None:
    """Token rows and staging folders are of no more use; versions stay until the run is deleted."""
    shutil.rmtree(job.folder.path / "tokens", ignore_errors=True)
    shutil.rmtree(job.folder.path / FOLDER, ignore_errors=True)
    shutil.rmtree(job.checkpoints.staging, ignore_errors=True)
