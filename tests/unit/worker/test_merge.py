"""A merged model answers like the adapter, loads anywhere, and is refused where it can't be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from ftstudio.adapters import shelf
from ftstudio.adapters.card import write_card
from ftstudio.basemodels.catalogue import add_folder
from ftstudio.core.errors import StudioError
from ftstudio.core.objective import Head
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.events import Finished, Phase, Stopped
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.launch import stop
from ftstudio.techniques import methods
from ftstudio.worker import merge
from ftstudio.worker.model import load_model
from tests import models, trials
from tests.nursery import Nursery
from tests.tiny_llama import make_adapter, make_tiny_llama

# peft 0.21 still asks by the old name
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing.*:FutureWarning")
IDS = torch.tensor([[2, 40, 50, 60, 70, 1]])


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def shelved(workspace: Workspace, tmp_path: Path, base: Path, **changes: object) -> str:
    adapter = make_adapter(tmp_path / "pirate", base, **changes)
    card = shelf.import_folder(adapter, workspace)
    return card.id


def merge_job(workspace: Workspace, adapter_id: str, **payload: object) -> JobFolder:
    return create_job(
        workspace.jobs, "merge", "Merge", {"adapter_id": adapter_id, **payload}, workspace.root
    )


def logits(folder: Path, adapter: Path | None = None) -> torch.Tensor:
    model = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32)
    if adapter:
        model = PeftModel.from_pretrained(model, str(adapter))
    with torch.no_grad():
        return model.eval()(IDS).logits


def test_it_answers_like_the_adapter_and_loads_plainly(
    workspace: Workspace, tmp_path: Path
) -> None:
    base = make_tiny_llama(tmp_path / "base")
    adapter_id = shelved(workspace, tmp_path, base)
    job = merge_job(workspace, adapter_id)
    assert merge.run(job) == 0
    events = list(read_events(job.events))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.scores["merge_difference"] <= 1e-4
    assert last.scores["same_next_token"] == 1.0
    assert len([e for e in events if isinstance(e, Phase)]) >= 5
    with_adapter = logits(base, tmp_path / "pirate")
    assert torch.allclose(logits(job.output), with_adapter, atol=1e-3)
    assert not torch.allclose(logits(base), with_adapter, atol=1e-1)
    tokenizer = AutoTokenizer.from_pretrained(str(job.output))
    assert tokenizer.apply_chat_template([{"role": "user", "content": "x"}], tokenize=False)
    assert not list(job.output.glob("adapter_*"))
    text = "".join(p.read_text("utf-8") for p in job.output.glob("*.json") if "card" not in p.name)
    assert str(tmp_path) not in text
    (merged,) = [c for c in shelf.list_cards(workspace) if c.is_full_model]
    assert merged.id == last.shelf_id
    assert merged.base.name == "base"


def test_an_exported_adapter_loads_in_plain_peft(workspace: Workspace, tmp_path: Path) -> None:
    base = make_tiny_llama(tmp_path / "base")
    out = shelf.export_folder(workspace, shelved(workspace, tmp_path, base), tmp_path / "out")
    config = json.loads((out / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "base"
    assert torch.equal(logits(base, out), logits(base, tmp_path / "pirate"))


def test_half_precision_stays_half(workspace: Workspace, tmp_path: Path) -> None:
    base = make_tiny_llama(tmp_path / "base", dtype="bfloat16")
    job = merge_job(workspace, shelved(workspace, tmp_path, base), shelf=False)
    merge.run(job)
    config = json.loads((job.output / "config.json").read_text())
    assert config["dtype"] == "bfloat16"
    last = list(read_events(job.events))[-1]
    assert isinstance(last, Finished)
    assert last.scores["merge_difference"] <= 1e-4 < last.scores["rounding_difference"] < 0.1
    assert last.shelf_id == ""


def test_what_was_learned_on_four_bits_goes_into_the_full_base(
    workspace: Workspace, tiny: Path, deliveries: DatasetVersion, nursery: Nursery
) -> None:
    """Trained and merged as true jobs: not the rounded weights, but those that were rounded."""
    training = {"epochs": 1, "checks_per_epoch": 1, "batch_size": 8, "sample_questions": 0}
    plan = models.make_plan(tiny, deliveries, method="qlora", training=training)
    learning = models.make_job(workspace.jobs, plan, workspace.root)
    assert nursery.run(learning.path) == 0, learning.log.read_text()[-3000:]
    learned = list(read_events(learning.events))[-1]
    assert isinstance(learned, Finished)
    job = merge_job(workspace, learned.shelf_id)
    assert nursery.run(job.path) == 0, job.log.read_text()[-3000:]
    last = list(read_events(job.events))[-1]
    assert isinstance(last, Finished)
    assert last.scores["merge_difference"] <= 1e-4
    assert "quantization_config" not in json.loads((job.output / "config.json").read_text())
    found, base = (load_file(str(folder / "model.safetensors")) for folder in (job.output, tiny))
    adapter = load_file(str(learning.output / "adapter_model.safetensors"))
    name = "model.layers.0.mlp.down_proj"
    low, high = (adapter[f"base_model.model.{name}.lora_{part}.weight"] for part in "AB")
    assert high.abs().max() > 0
    wanted = base[f"{name}.weight"] + 8 / 4 * high @ low  # alpha 8, rank 4
    assert torch.allclose(found[f"{name}.weight"], wanted, atol=1e-6)
    assert torch.equal(found["model.embed_tokens.weight"], base["model.embed_tokens.weight"])


def test_out_is_written_whole_and_never_over_anything(workspace: Workspace, tmp_path: Path) -> None:
    base = make_tiny_llama(tmp_path / "base")
    adapter_id = shelved(workspace, tmp_path, base)
    out = tmp_path / "out"
    out.mkdir()
    (out / "precious.txt").write_text("x")
    with pytest.raises(StudioError) as error:
        merge.run(merge_job(workspace, adapter_id, out=str(out)))
    assert error.value.code == "merge_exists"
    assert [p.name for p in out.iterdir()] == ["precious.txt"]


def test_a_changed_base_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    base = make_tiny_llama(tmp_path / "base")
    adapter_id = shelved(workspace, tmp_path, base)
    path = shelf.folder(workspace, adapter_id) / "ftstudio_card.json"
    card = json.loads(path.read_text())
    card["base"]["sha256"] = "0" * 64
    path.write_text(json.dumps(card))
    with pytest.raises(StudioError) as error:
        merge.run(merge_job(workspace, adapter_id))
    assert error.value.code == "base_changed"
    with pytest.raises(StudioError) as error:
        merge.run(merge_job(workspace, adapter_id, base_path=str(base)))
    assert error.value.code == "base_changed"


def test_a_missing_base_is_told_and_found_again_elsewhere(
    workspace: Workspace, tmp_path: Path
) -> None:
    base = make_tiny_llama(tmp_path / "base")
    adapter_id = shelved(workspace, tmp_path, base)
    (tmp_path / "elsewhere").mkdir()
    moved = base.rename(tmp_path / "elsewhere" / "base")
    with pytest.raises(StudioError) as error:
        merge.run(merge_job(workspace, adapter_id))
    assert error.value.code == "base_missing"
    add_folder(workspace, moved)
    assert merge.run(merge_job(workspace, adapter_id, shelf=False)) == 0


def test_another_model_does_not_fit(workspace: Workspace, tmp_path: Path) -> None:
    base = make_tiny_llama(tmp_path / "base")
    adapter_id = shelved(workspace, tmp_path, base, layers_to_transform=[0],
                         target_modules=["q_proj"])  # fmt: skip
    config = shelf.folder(workspace, adapter_id) / "adapter_config.json"
    changed = {**json.loads(config.read_text()), "layers_to_transform": [0, 1]}
    config.write_text(json.dumps(changed))
    with pytest.raises(StudioError) as error:
        merge.run(merge_job(workspace, adapter_id))
    assert error.value.code == "adapter_does_not_fit"


@pytest.mark.filterwarnings("ignore::UserWarning")  # peft warns and goes on
def test_a_layer_that_merges_wrong_is_caught(workspace: Workspace, tmp_path: Path) -> None:
    base = make_tiny_llama(tmp_path / "base")  # input and output layer share their weights
    adapter_id = shelved(workspace, tmp_path, base, target_modules=["q_proj", "lm_head"])
    job = merge_job(workspace, adapter_id)
    with pytest.raises(StudioError) as error:
        merge.run(job)
    assert error.value.code == "merge_differs"
    assert not job.output.exists()
    assert not list(job.path.glob(".*merging"))


def test_a_full_model_needs_no_merge(workspace: Workspace, tmp_path: Path) -> None:
    card = shelf.import_folder(make_tiny_llama(tmp_path / "base"), workspace)
    with pytest.raises(StudioError) as error:
        merge.run(merge_job(workspace, card.id))
    assert error.value.code == "already_full"


def test_stop_ends_it_and_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    base = make_tiny_llama(tmp_path / "base")
    job = merge_job(workspace, shelved(workspace, tmp_path, base))
    stop(job, keep=False)
    merge.run(job)
    last = list(read_events(job.events))[-1]
    assert isinstance(last, Stopped)
    assert not last.kept
    assert not job.output.exists()


MERGING = [
    key for key, method in methods().items()
    if method.merges and not method.quantize and not method.takes
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("head", [None, trials.LABELS], ids=["writes", "labels"])
@pytest.mark.parametrize("key", MERGING)
def test_every_method_that_merges_answers_the_same(
    workspace: Workspace, tmp_path: Path, key: str, head: Head | None
) -> None:
    base = models.tiny_model(tmp_path / "base")
    method = methods()[key]
    trial = trials.Trial(base, method, method.params(), head)
    trials.shake(trial)
    tuned = trials.logits(trial.model)
    trial.model.save_pretrained(str(tmp_path / "tuned"))
    card = shelf.import_folder(tmp_path / "tuned", workspace)
    job = merge_job(workspace, card.id)
    assert merge.run(job) == 0
    merged = load_model(job.output, trials.CPU, head=head)
    assert trials.furthest(trials.logits(merged), tuned) <= 1e-4
    (shelved,) = [c for c in shelf.list_cards(workspace) if c.is_full_model]
    assert bool(shelved.head) == bool(head)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", ["prefix", "p_tuning_v2", "p_tuning", "prompt", "adapter_layers"])
def test_what_can_not_be_folded_in_says_so_in_its_own_words(
    workspace: Workspace, tmp_path: Path, key: str
) -> None:
    base = models.tiny_model(tmp_path / "base")
    method = methods()[key]
    trial = trials.Trial(base, method, method.params())
    trial.attach().save_pretrained(str(tmp_path / "tuned"))
    for made_here in (False, True):
        card = shelf.import_folder(tmp_path / "tuned", workspace)
        if made_here:
            folder = shelf.folder(workspace, card.id)
            write_card(folder, card.model_copy(update={"method": key}))
        with pytest.raises(StudioError) as told:
            merge.run(merge_job(workspace, card.id))
        assert told.value.code == "cannot_merge"
        assert told.value.why == method.why_no_merge
