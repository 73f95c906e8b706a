"""A tiny random Llama with its tokenizer, a small dataset, and a job to train on them. No torch."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from ftstudio.basemodels.inspect import inspect_model
from ftstudio.core.example import Example, Message
from ftstudio.core.plan import DatasetRef, Plan
from ftstudio.data.versions.library import DatasetVersion, freeze
from ftstudio.jobs.event_file import read_events
from ftstudio.jobs.events import Event
from ftstudio.jobs.folder import JobFolder, create_job

SPECIAL = ["<pad>", "<s>", "</s>", "<|user|>", "<|assistant|>", "<|system|>", "<|tool|>"]
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|>' }}"
    "{{ m['content'] }}{% if m['role'] == 'assistant' %}{{ eos_token }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
CITIES = ["Oslo", "Lima", "Bern", "Kyoto", "Quito", "Turin", "Malmo", "Porto"]
THINGS = ["kettle", "lamp", "chair", "scarf", "clock", "radio", "bench", "mirror"]


def make_examples(count: int, seed: int = 1) -> list[Example]:
    chance = random.Random(seed)
    found = []
    for row in range(count):
        city, thing = chance.choice(CITIES), chance.choice(THINGS)
        asked = f"Do you deliver the {thing} number {row} to {city}?"
        answer = f"Ahoy! The {thing} sails to {city}."
        messages = [Message(role="user", content=asked), Message(role="assistant", content=answer)]
        found.append(Example(messages=messages, source_row=row + 1))
    return found


def tiny_model(
    folder: Path,
    *,
    template: str | None = TEMPLATE,
    tied: bool = True,
    pad: str | None = "<pad>",
    hidden: int = 32,
    seed: int = 3,
) -> Path:
    """Two Llama blocks of random float32 weights; the same seed gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    vocab = _tokenizer(folder, template, pad)
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": hidden,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "intermediate_size": 2 * hidden, "vocab_size": vocab, "max_position_embeddings": 256,
        "tie_word_embeddings": tied, "bos_token_id": 1, "eos_token_id": 2, "dtype": "float32",
        "rms_norm_eps": 1e-5, "hidden_act": "silu",
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    chance = np.random.default_rng(seed)

    def weight(*shape: int) -> Any:
        return (chance.standard_normal(shape) * 0.08).astype(np.float32)

    tensors = {
        "model.embed_tokens.weight": weight(vocab, hidden),
        "model.norm.weight": np.ones(hidden, np.float32),
    }
    if not tied:
        tensors["lm_head.weight"] = weight(vocab, hidden)
    for layer in range(2):
        block = f"model.layers.{layer}."
        for name, (rows, columns) in {
            "self_attn.q_proj": (hidden, hidden), "self_attn.k_proj": (hidden // 2, hidden),
            "self_attn.v_proj": (hidden // 2, hidden), "self_attn.o_proj": (hidden, hidden),
            "mlp.gate_proj": (2 * hidden, hidden), "mlp.up_proj": (2 * hidden, hidden),
            "mlp.down_proj": (hidden, 2 * hidden),
        }.items():  # fmt: skip
            tensors[f"{block}{name}.weight"] = weight(rows, columns)
        for name in ("input_layernorm", "post_attention_layernorm"):
            tensors[f"{block}{name}.weight"] = np.ones(hidden, np.float32)
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    return folder


def joined_model(folder: Path, hidden: int = 32, seed: int = 3) -> Path:
    """Two blocks of a random Phi-3: one layer makes queries, keys and values, one gate and up."""
    folder.mkdir(parents=True, exist_ok=True)
    vocab = _tokenizer(folder, TEMPLATE, "<pad>")
    config = {
        "architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "hidden_size": hidden,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "intermediate_size": 2 * hidden, "vocab_size": vocab, "max_position_embeddings": 256,
        "original_max_position_embeddings": 256, "tie_word_embeddings": False, "pad_token_id": 0,
        "bos_token_id": 1, "eos_token_id": 2, "dtype": "float32", "rms_norm_eps": 1e-5,
        "hidden_act": "silu",
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    chance = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens": (vocab, hidden), "lm_head": (vocab, hidden), "model.norm": (hidden,),
    }  # fmt: skip
    for layer in range(2):
        block = f"model.layers.{layer}."
        shapes |= {
            f"{block}self_attn.qkv_proj": (2 * hidden, hidden),
            f"{block}self_attn.o_proj": (hidden, hidden),
            f"{block}mlp.gate_up_proj": (4 * hidden, hidden),
            f"{block}mlp.down_proj": (hidden, 2 * hidden),
            f"{block}input_layernorm": (hidden,),
            f"{block}post_attention_layernorm": (hidden,),
        }
    tensors = {
        f"{name}.weight": (chance.standard_normal(shape) * 0.08).astype(np.float32)
        if len(shape) > 1
        else np.ones(shape, np.float32)
        for name, shape in shapes.items()
    }
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    return folder


def _tokenizer(folder: Path, template: str | None, pad: str | None) -> int:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    texts = [f"{e.question} {e.answer}" for e in make_examples(200)]
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>",
        "additional_special_tokens": SPECIAL[3:], "model_max_length": 256,
        "clean_up_tokenization_spaces": False,
    }  # fmt: skip
    if pad:
        settings["pad_token"] = pad
    if template:
        settings["chat_template"] = template
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    return int(tokenizer.get_vocab_size())


def tiny_dataset(
    folder: Path, train: int = 40, validation: int = 6, examples: list[Example] | None = None
) -> DatasetVersion:
    """A frozen version with so many examples on each side."""
    chosen = examples or make_examples(train + validation)
    sides = ["validation" if i < validation else "train" for i in range(len(chosen))]
    manifest = {"name": "Deliveries", "seed": 7, "sources": [], "layout": "question_answer"}
    return freeze(chosen, sides, manifest, out=folder, few=True)  # type: ignore[arg-type]


def make_plan(model: Path, dataset: DatasetVersion, **changes: Any) -> Plan:
    """LoRA, two passes in 20 steps, a look at each half; `changes` replace fields of the plan."""
    training = {
        "epochs": 2, "batch_size": 4, "max_length": 128, "learning_rate": 0.01,
        "sample_questions": 2, **changes.pop("training", {}),
    }  # fmt: skip
    fields: dict[str, Any] = {
        "name": "Ship's voice",
        "dataset": DatasetRef(id=dataset.id, path=str(dataset.path), name=dataset.name),
        "model": inspect_model(model).ref,
        "method_params": {"rank": 4, "alpha": 8},
        "training": training,
        **changes,
    }
    return Plan.model_validate(fields)


def make_job(jobs: Path, plan: Plan, workspace: Path | None = None) -> JobFolder:
    return create_job(jobs, "train", plan.name, plan.model_dump(mode="json"), workspace)


def start_worker(job: JobFolder, fault: str = "", **environment: str) -> subprocess.Popen[bytes]:
    """The worker as the launcher starts it, on the CPU, with one fault if wanted."""
    with open(job.log, "ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "ftstudio.worker", str(job.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ, "FTSTUDIO_DEVICE": "cpu", "FTSTUDIO_FAULT": fault,
                "PYTHONPATH": str(Path(__file__).parent.parent), **environment,
            },
        )  # fmt: skip


def run_worker(job: JobFolder, fault: str = "", **environment: str) -> int:
    """Run to the end; the exit code."""
    return start_worker(job, fault, **environment).wait(280)


def events_of(job: JobFolder) -> list[Event]:
    return list(read_events(job.events))


def weights_sum(folder: Path) -> str:
    """sha256 over the weights of an adapter or model folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
