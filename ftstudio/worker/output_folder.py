"""From the best version to the output folder: only what is needed to use it, tried once."""

from __future__ import annotations

import gc
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from ftstudio.core.errors import StudioError
from ftstudio.core.objective import Head
from ftstudio.techniques import scratch_files
from ftstudio.worker.checkpoints import MANIFEST, publish_folder
from ftstudio.worker.device import Device
from ftstudio.worker.evaluate import Question, answers
from ftstudio.worker.model import load_model

_OF_THE_TRAINER = {
    "optimizer.pt", "scheduler.pt", "rng_state.pth", "scaler.pt", "trainer_state.json", MANIFEST,
}  # fmt: skip


def stage_output(version: Path, staged: Path, dtype: str) -> Path:
    """Copy the weights, settings, tokenizer and chat template of a version.

    A whole model is written in the precision its base had (`dtype`, empty for an adapter): it was
    held in float32 to learn, and would be twice the size for nothing.
    """
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    left_behind = _OF_THE_TRAINER | scratch_files()
    for path in sorted(version.iterdir()):
        if path.name in left_behind:
            continue
        if dtype and path.suffix == ".safetensors":
            _convert(path, staged / path.name, getattr(torch, dtype))
        else:
            shutil.copyfile(path, staged / path.name)
    if dtype:
        _name_precision(staged, dtype)
    demand_finite(staged)
    return staged


def demand_finite(folder: Path) -> None:
    """Raises StudioError when a weight in the folder is not a number."""
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(str(path), framework="pt") as file:
            for name in file.keys():  # noqa: SIM118 - the file is no mapping
                if not bool(torch.isfinite(file.get_tensor(name)).all()):
                    raise StudioError(
                        "The result is not usable.",
                        f"The weights of {name} are no numbers any more.",
                        "Start a new run from this one with a smaller step size.",
                        code="not_a_number",
                    )


def try_adapter(
    model: Any, tokenizer: Any, folder: Path, questions: list[Question], base: Any = None
) -> list[str]:
    """Take the learning adapter off the base, load the saved one in its place, and ask it.

    `base` is a fresh one, where the one under the learning adapter was changed for it."""
    from ftstudio.worker.attaching import attach_adapter, take_off

    base = base if base is not None else take_off(model)
    return _try(attach_adapter(base, folder), tokenizer, questions)


def try_model(
    tokenizer: Any,
    folder: Path,
    device: Device,
    questions: list[Question],
    head: Head | None = None,
) -> list[str]:
    """Load the saved model as anyone would, and ask it."""
    return _try(load_model(folder, device, head=head), tokenizer, questions)


def let_go(*, of_card: bool) -> None:
    """Give freed memory back before the next model is loaded."""
    gc.collect()
    if of_card:
        torch.cuda.empty_cache()


def publish(staged: Path, output: Path) -> None:
    publish_folder(staged, output)


def _try(model: Any, tokenizer: Any, questions: list[Question]) -> list[str]:
    model.eval()
    ids = questions[0].prompt if questions else [tokenizer.pad_token_id, tokenizer.pad_token_id]
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids], device=model.device)).logits
    if not bool(torch.isfinite(logits).all()):
        raise StudioError(
            "The result is not usable.",
            "Loaded again, it gives no numbers.",
            "Start a new run from this one with a smaller step size.",
            code="not_a_number",
        )
    return answers(model, tokenizer, questions) if questions else []


def _convert(source: Path, target: Path, dtype: torch.dtype) -> None:
    weights = load_file(str(source))
    with safe_open(str(source), framework="pt") as file:
        metadata = file.metadata()
    halved = {n: w.to(dtype) if w.is_floating_point() else w for n, w in weights.items()}
    save_file(halved, str(target), metadata=metadata)


def _name_precision(folder: Path, dtype: str) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text("utf-8"))
    config.pop("torch_dtype", None)
    config["dtype"] = dtype
    path.write_text(json.dumps(config, indent=2), "utf-8")
