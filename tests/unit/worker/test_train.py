"""True runs of the worker on the CPU, seen from outside: by their events and their files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ftstudio.adapters.card import read_card
from ftstudio.adapters.shelf import list_cards
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.commands import Pause, SaveNow, Stop
from ftstudio.jobs.events import (
    Failed,
    Finished,
    Notice,
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
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.launch import send
from tests import models
from tests.nursery import Nursery

E = TypeVar("E")


def of(job: JobFolder, kind: type[E]) -> list[E]:
    return [event for event in models.events_of(job) if isinstance(event, kind)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("workspace")).create()


@pytest.fixture(scope="module")
def finished(
    workspace: Workspace, tiny: Path, deliveries: DatasetVersion, nursery: Nursery
) -> JobFolder:
    plan = models.make_plan(tiny, deliveries)
    job = models.make_job(workspace.jobs, plan, workspace.root)
    assert nursery.run(job.path) == 0
    return job


@pytest.fixture
def job(tmp_path: Path, tiny: Path, deliveries: DatasetVersion) -> JobFolder:
    return models.make_job(tmp_path, models.make_plan(tiny, deliveries))


def test_tells_the_whole_story(finished: JobFolder) -> None:
    (started,) = of(finished, Started)
    assert (started.device, started.dtype, started.resumed_at) == ("cpu", "float32", 0)
    assert started.device_reason
    assert started.versions.keys() >= {"torch", "trl", "peft"}
    (ready,) = of(finished, Ready)
    assert (ready.total_steps, ready.train_rows, ready.validation_rows) == (20, 40, 6)
    assert 0 < ready.trainable_parameters < ready.all_parameters
    steps = of(finished, Step)
    assert [s.step for s in steps] == list(range(1, 21))
    assert all(s.loss > 0 and s.grad_norm > 0 and s.tokens_per_second > 0 for s in steps)
    assert all(s.ram_bytes > 10**8 for s in steps)
    rates = [s.learning_rate for s in steps]  # 5 % of 20 steps warm up: one, by half a step
    assert rates[:2] == pytest.approx([0.005, 0.01])
    assert steps[-1].epoch == 2
    assert steps[-1].seconds_left is not None
    looks = of(finished, Validation)
    assert [v.step for v in looks] == [0, 5, 10, 15, 20]
    assert looks[-1].loss < 0.85 * looks[0].loss
    assert not looks[0].best
    assert looks[1].best
    phases = [p.name for p in of(finished, Phase)]
    order = ["checking", "loading", "reading", "evaluating", "first_step", "training", "saving",
             "finishing"]  # fmt: skip
    assert [phases.index(name) for name in order] == sorted(phases.index(n) for n in order)


def test_shows_the_growing_model(finished: JobFolder, deliveries: DatasetVersion) -> None:
    held_out = list(deliveries.examples("validation"))[:2]
    samples = of(finished, Sample)
    assert [(s.step, s.index) for s in samples] == [
        (step, index) for step in (0, 5, 10, 15, 20) for index in (0, 1)
    ]
    assert [s.question for s in samples[:2]] == [e.question for e in held_out]
    assert [s.reference for s in samples[:2]] == [e.answer for e in held_out]
    assert samples[0].answer != samples[-2].answer


def test_keeps_two_versions_and_the_best(finished: JobFolder) -> None:
    saved = of(finished, Saved)
    assert [s.step for s in saved] == [5, 10, 15, 20]
    assert all(s.path == f"checkpoints/step-{s.step}" for s in saved)
    (last,) = of(finished, Finished)
    there = {p.name for p in finished.checkpoints.iterdir()}
    assert there == {"step-15", "step-20", f"step-{last.best_step}"}


def test_the_output_is_small_clean_and_has_a_card(
    finished: JobFolder, workspace: Workspace
) -> None:
    assert {p.name for p in finished.output.iterdir()} == {
        "adapter_model.safetensors", "adapter_config.json", "tokenizer.json",
        "tokenizer_config.json", "chat_template.jinja", "ftstudio_card.json",
    }  # fmt: skip
    (last,) = of(finished, Finished)
    looks = of(finished, Validation)
    assert last.scores == {
        "validation_before": pytest.approx(looks[0].loss, abs=1e-4),
        "validation_after": pytest.approx(min(v.loss for v in looks[1:]), abs=1e-4),
    }
    card = read_card(finished.output)
    (on_shelf,) = list_cards(workspace)
    assert card.id == on_shelf.id == last.shelf_id
    assert (card.method, card.run_id, card.is_full_model) == ("lora", finished.id, False)
    assert card.dataset is not None
    assert card.settings["rank"] == 4
    assert card.settings["learning_rate"] == 0.01
    assert card.base.sha256


def test_our_own_code_costs_little(finished: JobFolder) -> None:
    figures = json.loads((finished.path / "timing.json").read_text())
    assert figures["steps"] == 20
    assert figures["own_ms_per_step"] <= 1


@pytest.mark.filterwarnings("ignore")
def test_the_adapter_loads_in_plain_peft_and_is_as_good_as_said(
    finished: JobFolder, tiny: Path, deliveries: DatasetVersion
) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(finished.output)
    base = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32)
    model = PeftModel.from_pretrained(base, str(finished.output)).eval()
    losses, batch = [], []
    for example in deliveries.examples("validation"):
        messages = [m.for_template() for m in example.messages]
        prompt = tokenizer.apply_chat_template(
            messages[:1], add_generation_prompt=True, return_dict=False
        )
        ids = torch.tensor([tokenizer.apply_chat_template(messages, return_dict=False)])
        with torch.no_grad():
            logits = model(ids).logits[0, len(prompt) - 1 : -1]
        wanted = ids[0, len(prompt) :]
        batch.append((torch.nn.functional.cross_entropy(logits, wanted, reduction="sum"), wanted))
    for rows in (batch[:4], batch[4:]):  # the mean of a batch is over its tokens
        loss = sum(r[0] for r in rows) / sum(len(r[1]) for r in rows)
        losses += [float(loss)] * len(rows)
    (last,) = of(finished, Finished)
    assert sum(losses) / len(losses) == pytest.approx(last.scores["validation_after"], abs=2e-4)


@pytest.mark.filterwarnings("ignore")
def test_full_saves_a_whole_model_in_the_precision_of_its_base(
    tmp_path: Path, deliveries: DatasetVersion, nursery: Nursery
) -> None:
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base = models.tiny_model(tmp_path / "base")
    weights = {n: w.half() for n, w in load_file(base / "model.safetensors").items()}
    save_file(weights, base / "model.safetensors", metadata={"format": "pt"})
    plan = models.make_plan(base, deliveries, method="full", method_params={},
                            training={"learning_rate": 0.003})  # fmt: skip
    job = models.make_job(tmp_path / "jobs", plan)
    assert nursery.run(job.path) == 0
    (ready,) = of(job, Ready)
    assert ready.trainable_parameters == ready.all_parameters
    model = AutoModelForCausalLM.from_pretrained(job.output)
    assert model.dtype is torch.float16
    tokenizer = AutoTokenizer.from_pretrained(job.output)
    assert tokenizer.chat_template == models.TEMPLATE
    moved = load_file(job.output / "model.safetensors")
    assert all(not torch.equal(moved[name], weights[name]) for name in moved)
    assert read_card(job.output).is_full_model
    assert not list(job.output.glob("*.pt"))


def test_a_word_table_that_learns_loads_again(
    tmp_path: Path, deliveries: DatasetVersion, nursery: Nursery
) -> None:
    base = models.tiny_model(tmp_path / "base", tied=False)
    plan = models.make_plan(base, deliveries, method_params={"rank": 4, "embeddings": True},
                            training={"epochs": 1})  # fmt: skip
    job = models.make_job(tmp_path / "jobs", plan)
    assert nursery.run(job.path) == 0
    looks = of(job, Validation)
    assert looks[-1].loss < looks[0].loss


def test_never_connects_and_starts_soon(tmp_path: Path, job: JobFolder) -> None:
    """A started worker, as the launcher starts it, with a recorder in the place of the network."""
    recorder = tmp_path / "recorder"
    recorder.mkdir()
    (recorder / "sitecustomize.py").write_text(
        "import os, socket\n"
        "def note(*args, **more):\n"
        f"    open({str(tmp_path / 'attempts')!r}, 'a').write(repr(args) + '\\n')\n"
        "    raise OSError('no network')\n"
        "socket.getaddrinfo = note\n"
        "class Deaf(socket.socket):\n"
        "    connect = connect_ex = bind = listen = note\n"
        "socket.socket = Deaf\n"
        f"open({str(tmp_path / 'there')!r}, 'w')\n"
    )
    root = str(Path(__file__).parents[3])
    begun = time.time()
    assert models.run_worker(job, PYTHONPATH=os.pathsep.join([str(recorder), root])) == 0
    assert (tmp_path / "there").exists()
    assert not (tmp_path / "attempts").exists()
    assert "Traceback" not in job.log.read_text()
    (started,) = of(job, Started)
    first = of(job, Step)[0]
    print(f"first word {started.t - begun:.1f} s, first step {first.t - begun:.1f} s")
    figures = json.loads((job.path / "timing.json").read_text())
    assert figures["start_to_first_step_seconds"] == pytest.approx(first.t - begun, abs=2)


def test_stop_and_keep_makes_the_output_from_what_there_is(
    job: JobFolder, nursery: Nursery
) -> None:
    asked_at(job, nursery, 3, Stop(keep=True))
    stopped = models.events_of(job)[-1]
    assert isinstance(stopped, Stopped)
    assert stopped.kept
    assert 3 <= stopped.step < 20
    assert not of(job, Notice)
    assert (job.output / "adapter_model.safetensors").is_file()


def test_stop_and_discard_keeps_nothing(job: JobFolder, nursery: Nursery) -> None:
    asked_at(job, nursery, 7, Stop(keep=False))
    stopped = models.events_of(job)[-1]
    assert isinstance(stopped, Stopped)
    assert not stopped.kept
    assert not job.output.exists()
    assert not job.checkpoints.exists()


def test_save_now_then_pause(job: JobFolder, nursery: Nursery) -> None:
    send(job, SaveNow())
    asked_at(job, nursery, 3, Pause())
    assert next(s.step for s in of(job, Saved)) == 1
    paused = models.events_of(job)[-1]
    assert isinstance(paused, Paused)
    assert (job.checkpoints / f"step-{paused.step}").is_dir()
    assert nursery.run(job.path) == 0  # the old wish to pause is not heard again
    assert isinstance(models.events_of(job)[-1], Finished)


def test_a_pause_before_the_first_step(job: JobFolder, nursery: Nursery) -> None:
    send(job, Pause())
    assert nursery.run(job.path) == 0
    paused = models.events_of(job)[-1]
    assert isinstance(paused, Paused)
    assert paused.step == 0
    assert not of(job, Step)


def test_ends_early_when_nothing_is_gained(tmp_path: Path, tiny: Path, nursery: Nursery) -> None:
    """What it learns is the opposite of what the unseen examples want."""
    examples = models.make_examples(46)
    for i, example in enumerate(examples):
        example.messages[1].content = "Ahoy! Aye." if i < 6 else "7 7 7 7 7 7"
    dataset = models.tiny_dataset(tmp_path / "dataset", examples=examples)
    training = {"patience": 2, "checks_per_epoch": 5, "epochs": 4, "sample_questions": 0}
    job = models.make_job(tmp_path / "jobs", models.make_plan(tiny, dataset, training=training))
    assert nursery.run(job.path) == 0
    (last,) = of(job, Finished)
    assert last.step < 40
    assert any(n.what.startswith("Ended early") for n in of(job, Notice))
    best = min(of(job, Validation)[1:], key=lambda v: v.loss)
    assert last.best_step == best.step
    weights = models.weights_sum(job.output)
    assert weights == models.weights_sum(job.checkpoints / f"step-{best.step}")


def test_without_unseen_examples_the_last_version_counts(
    tmp_path: Path, tiny: Path, nursery: Nursery
) -> None:
    dataset = models.tiny_dataset(tmp_path / "dataset", train=8, validation=0)
    job = models.make_job(tmp_path / "jobs", models.make_plan(tiny, dataset))
    assert nursery.run(job.path) == 0
    (last,) = of(job, Finished)
    assert last.scores == {}
    assert last.best_step == last.step == 4
    assert not of(job, Validation)


def test_a_base_model_needs_a_chat_format_and_takes_the_plain_one(
    tmp_path: Path, deliveries: DatasetVersion, nursery: Nursery
) -> None:
    base = models.tiny_model(tmp_path / "base", template=None)
    own = models.make_job(tmp_path / "a", models.make_plan(base, deliveries))
    assert nursery.run(own.path) == 1
    (failed,) = of(own, Failed)
    assert failed.code == "no_chat_template"
    assert "plain chat format" in failed.remedy
    plan = models.make_plan(base, deliveries, objective_params={"template": "chatml"},
                            training={"epochs": 1})  # fmt: skip
    plain = models.make_job(tmp_path / "b", plan)
    assert nursery.run(plain.path) == 0
    assert "<|im_start|>" in (plain.output / "chat_template.jinja").read_text()


@pytest.mark.parametrize("what", ["model", "dataset", "answers"])
def test_refuses_before_it_begins(
    tmp_path: Path, deliveries: DatasetVersion, nursery: Nursery, what: str
) -> None:
    base = models.tiny_model(tmp_path / "base")
    plan = models.make_plan(base, deliveries)
    code = "nothing_to_learn"
    if what == "model":
        models.tiny_model(tmp_path / "base", seed=4, hidden=64)
        code = "model_changed"
    elif what == "dataset":
        plan.dataset.path = str(tmp_path / "nowhere")
        code = ""
    else:
        long = models.make_examples(4)
        for example in long:
            example.messages[0].content *= 30
        dataset = models.tiny_dataset(tmp_path / "long", examples=long, validation=1)
        plan = models.make_plan(base, dataset, training={"max_length": 32})
    job = models.make_job(tmp_path / "jobs", plan)
    assert nursery.run(job.path) == 1
    failed = models.events_of(job)[-1]
    assert isinstance(failed, Failed)
    assert failed.code == (code or failed.code)
    assert failed.remedy
    assert not of(job, Step)


def test_two_workers_do_not_share_a_folder(job: JobFolder, nursery: Nursery) -> None:
    from ftstudio.jobs.lock import Holder, write_holder

    write_holder(job, Holder.of(os.getpid(), 0))
    done: Any = subprocess.run(
        [sys.executable, "-m", "ftstudio.worker", str(job.path)], capture_output=True, timeout=280
    )
    assert done.returncode == 1
    assert b"going on already" in done.stderr
    assert not job.events.exists()


def asked_at(job: JobFolder, nursery: Nursery, step: int, command: Any) -> None:
    """Run the job and send the command once it has taken that step."""
    nursery.start(job.path)
    until = time.monotonic() + 60
    while time.monotonic() < until and not any(s.step >= step for s in of(job, Step)):
        time.sleep(0.003)
    send(job, command)
    assert nursery.wait() == 0
