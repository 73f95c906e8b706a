"""Writes job folders as a worker would have, for tests and pictures; no torch."""

from __future__ import annotations

import json
import math
import random
import time
from pathlib import Path

from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, Decision, ModelRef, Plan
from ftstudio.jobs.events import (
    Event,
    Failed,
    Finished,
    Paused,
    Phase,
    Ready,
    Sample,
    Saved,
    Started,
    Step,
    Stopped,
    Validation,
)
from ftstudio.jobs.folder import JobFolder, create_job

QUESTION = "My order arrived broken, I want my money back. Ana"
REFERENCE = "Sorry about that, Ana. I have opened refund R-2231 for you."
ANSWERS = (
    "I apologize for the inconvenience. To request a refund you will need to contact the "
    "customer service department.",
    "Sorry, Ana. You can ask for a refund.",
    "Sorry about that, Ana. I have opened refund R-2231 for you. You will see the money within "
    "5 working days.",
)


def plan(name: str = "Support-tone v3", method: str = "lora") -> Plan:
    return Plan(
        name=name,
        dataset=DatasetRef(id="ds-0123456789ab", path="/nowhere/ds", name="Support tickets v3"),
        model=ModelRef(path="/nowhere/model", name="Studio Starter", sha256="f" * 64,
                       licence="Apache-2.0", source="built in"),
        method=method,
        method_params={"rank": 16, "alpha": 32} if method == "lora" else {},
        decisions=[Decision(name="Precision", value="float32", reason="there is no card")],
    )  # fmt: skip


def make_job(workspace: Workspace, name: str = "Support-tone v3", method: str = "lora",
             kind: str = "train") -> JobFolder:  # fmt: skip
    return create_job(workspace.jobs, kind, name, plan(name, method).model_dump(mode="json"),
                      workspace.root)  # type: ignore[arg-type]  # fmt: skip


def write(folder: JobFolder, *events: Event) -> None:
    with folder.events.open("a", encoding="utf-8") as file:
        for event in events:
            file.write(event.model_dump_json() + "\n")


def opening(total: int = 300, began: float | None = None) -> list[Event]:
    t = began or time.time() - 900
    return [
        Started(t=t, pid=999_999, device="cpu", device_name="8-core processor", dtype="float32",
                device_reason="There is no NVIDIA card here, so the processor trains."),
        Phase(t=t + 1, name="loading", text="Loading the model", done=1, total=1),
        Ready(t=t + 5, total_steps=total, epochs=3, train_rows=420, validation_rows=46,
              trainable_parameters=262_144, all_parameters=6_200_000, cut_rows=2),
        Validation(t=t + 6, step=0, loss=2.93),
        Sample(t=t + 7, step=0, index=0, question=QUESTION, answer=ANSWERS[0],
               reference=REFERENCE),
        Sample(t=t + 7, step=0, index=1, question="Where is parcel 7731?", answer="It is here.",
               reference="Parcel 7731 is on its way and comes on Tuesday."),
    ]  # fmt: skip


def curve(first: int, last: int, total: int = 300, seed: int = 1, began: float | None = None,
          looks: int = 50) -> list[Event]:  # fmt: skip
    """Steps `first` to `last` with a look at the unseen examples every `looks` steps."""
    chance = random.Random(seed)
    t = began or time.time() - 900
    events: list[Event] = []
    for step in range(first, last + 1):
        level = 0.75 + 1.95 * math.exp(-5 * step / total)
        events.append(Step(
            t=t + 8 + step * 0.8, step=step, epoch=3 * step / total,
            loss=level + chance.gauss(0, 0.1), learning_rate=2e-4, grad_norm=1.0,
            tokens_per_second=2300 + chance.gauss(0, 60), seconds_left=(total - step) * 0.8,
            ram_bytes=1_900_000_000,
        ))  # fmt: skip
        if step % looks == 0:
            at = t + 8 + step * 0.8
            events += [
                Validation(t=at, step=step, loss=level + 0.14, best=True),
                Sample(t=at, step=step, index=0, question=QUESTION, reference=REFERENCE,
                       answer=ANSWERS[min(2, 1 + step // (total // 2))]),
                Saved(t=at, step=step, path=f"checkpoints/step-{step}", best=True),
            ]  # fmt: skip
    return events


def live(folder: JobFolder) -> None:
    """Make the folder look as if a worker were in it: this very process."""
    import os

    from ftstudio.jobs.lock import Holder, write_holder

    write_holder(folder, Holder.of(os.getpid(), 0))


def running(workspace: Workspace, name: str = "Support-tone v3", step: int = 186) -> JobFolder:
    folder = make_job(workspace, name)
    live(folder)
    write(folder, *opening(), *curve(1, step))
    return folder


def finished(workspace: Workspace, name: str = "Support-tone v2", shelf_id: str = "") -> JobFolder:
    folder = make_job(workspace, name)
    write(folder, *opening(), *curve(1, 300),
          Finished(t=time.time() - 600, step=300, best_step=300, scores={"validation_loss": 0.9},
                   seconds=250, shelf_id=shelf_id))  # fmt: skip
    return folder


def paused(workspace: Workspace, name: str = "Claims triage v1") -> JobFolder:
    folder = make_job(workspace, name)
    write(folder, *opening(), *curve(1, 120), Paused(step=120))
    return folder


def stopped(workspace: Workspace, name: str = "Legal English v2", kept: bool = True) -> JobFolder:
    folder = make_job(workspace, name, "full")
    write(folder, *opening(), *curve(1, 200), Stopped(step=200, kept=kept))
    return folder


def failed(workspace: Workspace, name: str = "Legal English v1",
           resumable: bool = True) -> JobFolder:  # fmt: skip
    folder = make_job(workspace, name)
    folder.log.write_text("loading\nTraceback\nRuntimeError: out of memory\n" * 5, "utf-8")
    write(
        folder, *opening(), *curve(1, 112),
        Failed(what="The computer ran out of memory.",
               why="Step 112 met four very long examples and needed 22.5 GB; 21.4 were free.",
               remedy="Close other programs, or choose fewer examples at a time.",
               code="out_of_memory", resumable=resumable, log_tail="out of memory"),
    )  # fmt: skip
    return folder


def damaged(workspace: Workspace) -> JobFolder:
    folder = JobFolder(workspace.jobs / "20260101-000000-broken-0000")
    folder.path.mkdir()
    (folder.path / "job.json").write_text("{", "utf-8")
    return folder


def add_adapter(workspace: Workspace, adapter_id: str = "support-tone-v3-ab12",
                **values: object) -> Path:  # fmt: skip
    """An adapter folder on the shelf with a card; its weights are a few empty bytes."""
    from ftstudio.adapters.card import AdapterCard, write_card

    folder = workspace.adapters / adapter_id
    folder.mkdir(parents=True)
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA"}), "utf-8")
    (folder / "adapter_model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    made = plan()
    card = AdapterCard.model_validate({
        "id": adapter_id, "name": "Support-tone v3", "method": "lora", "method_title": "LoRA",
        "base": made.model.model_dump(), "dataset": made.dataset.model_dump(),
        "scores": {"validation_loss_before": 2.93, "validation_loss": 0.91},
        "settings": made.training.model_dump() | {"rank": 16, "alpha": 32},
        "size_bytes": 1_100_000, "run_id": "", **values,
    })  # fmt: skip
    write_card(folder, card)
    return folder
