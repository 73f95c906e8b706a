"""A base model on fakes, as the loader would have brought it into memory, from its config alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
from transformers.initialization import no_init_weights
from transformers.quantizers import AutoHfQuantizer

from ftstudio.core.objective import Head
from ftstudio.worker.device import Device
from ftstudio.worker.model import attention_of, give_head, read_model_config
from ftstudio.worker.simulation.attention import flash_stand_in
from ftstudio.worker.simulation.rows import plain_tokenizer


def fake_base(
    folder: Path, device: Device, weights: str = "", head: Head | None = None,
    compression: Any = None, attention: str = "automatic",
) -> Any:  # fmt: skip
    """What `worker.model.load_model` gives, without content. Call it under FakeTensorMode."""
    config = read_model_config(folder)
    kind = AutoModelForCausalLM
    if head is not None:
        kind = AutoModelForSequenceClassification
        give_head(config, head, folder, plain_tokenizer().pad_token_id)
    dtype = getattr(torch, weights or device.dtype)
    with no_init_weights():  # there is nothing to be filled
        model = kind.from_config(
            config, dtype=dtype, attn_implementation=_way(kind, config, attention)
        )
    model.tie_weights()
    if compression is not None:
        compress(model, compression, device)
    model.eval()
    return model.to(device.kind) if compression is None else model


def _way(kind: Any, config: Any, attention: str) -> str:
    """The package for FlashAttention need not be here: its kernel stands behind its shapes."""
    if attention == "flash" and kind._model_mapping[type(config)]._supports_flash_attn:
        return flash_stand_in()
    return attention_of(kind, config, attention, "cuda")


def compress(model: Any, config: Any, device: Device) -> None:
    """Linear layers as bitsandbytes holds them; its own functions make the packed weights."""
    import bitsandbytes
    from bitsandbytes import functional

    skipped = set(config.llm_int8_skip_modules or ())
    four = bool(config.load_in_4bit)
    _warm_up(model, skipped, four, device)
    for name in ("lm_head", "model.embed_tokens"):  # they come first, in the order of their names
        if layer := _found(model, name):
            layer.to(device.kind)
    # A table made outside is a real tensor, which may not meet fakes.
    with patch.dict(functional.name2qmap, clear=True):
        for parent, name, layer in list(_linear_layers(model)):
            if name in skipped:
                continue
            weight = torch.nn.Parameter(layer.weight.data.to(device.kind), requires_grad=False)
            bias = layer.bias is not None
            with (
                patch.multiple(bitsandbytes.nn.modules, Params4bit=_as_it_is, Int8Params=_as_it_is),
                torch.device("meta"),
            ):
                packed: Any
                if four:
                    packed = bitsandbytes.nn.Linear4bit(
                        layer.in_features, layer.out_features, bias,
                        config.bnb_4bit_compute_dtype,
                        compress_statistics=config.bnb_4bit_use_double_quant,
                        quant_type=config.bnb_4bit_quant_type,
                    )  # fmt: skip
                else:
                    packed = bitsandbytes.nn.Linear8bitLt(
                        layer.in_features, layer.out_features, bias,
                        has_fp16_weights=False, threshold=config.llm_int8_threshold,
                    )  # fmt: skip
            if four:
                packed.weight = _in_4_bits(weight, config)
                packed.support_avx512bf16_for_cpu = False
            else:
                packed.weight = _in_8_bits(weight)
            del weight  # gone before the next one comes, as the library's loader has it
            if bias:
                packed.bias = torch.nn.Parameter(layer.bias.data.to(device.kind), False)
            setattr(parent, name, packed.eval().requires_grad_(False))
    model.to(device.kind)
    model.is_loaded_in_4bit, model.is_loaded_in_8bit = four, not four
    model.is_quantized, model.hf_quantizer = True, AutoHfQuantizer.from_config(config)
    model.quantization_method = config.quant_method
    model.config.quantization_config = config


def packed_tensors(model: Any) -> Iterator[torch.Tensor]:
    """What compressed layers hold beside their weights: scales and tables."""
    for module in model.modules():
        weight = getattr(module, "weight", None)
        state = getattr(weight, "quant_state", None)
        if state is not None:
            inner = getattr(state, "state2", None)
            for one in (state.absmax, state.code, state.offset, inner and inner.absmax,
                        inner and inner.code):  # fmt: skip
                if isinstance(one, torch.Tensor):
                    yield one
        for holder in (weight, getattr(module, "state", None)):
            for name in ("CB", "SCB"):
                one = getattr(holder, name, None)
                if isinstance(one, torch.Tensor):
                    yield one


def _as_it_is(data: Any, *given: Any, requires_grad: bool = False, **named: Any) -> Any:
    return torch.nn.Parameter(data, requires_grad=False)


def _in_4_bits(weight: Any, config: Any) -> Any:
    from bitsandbytes import functional

    data, state = functional.quantize_4bit(
        weight.data, blocksize=64, compress_statistics=config.bnb_4bit_use_double_quant,
        quant_type=config.bnb_4bit_quant_type, quant_storage=config.bnb_4bit_quant_storage,
    )  # fmt: skip
    made: Any = torch.nn.Parameter(data, requires_grad=False)
    made.quant_state, made.bnb_quantized, made.blocksize = state, True, 64
    made.compress_statistics = config.bnb_4bit_use_double_quant
    made.quant_type, made.quant_storage = config.bnb_4bit_quant_type, torch.uint8
    return made


def _in_8_bits(weight: Any) -> Any:
    from bitsandbytes import functional

    data, scales, _ = functional.int8_vectorwise_quant(weight.data.to(torch.float16))
    made: Any = torch.nn.Parameter(data, requires_grad=False)
    made.CB, made.SCB, made.has_fp16_weights = made.data, scales, False
    return made


def _warm_up(model: Any, skipped: set[str], four: bool, device: Device) -> None:
    """transformers takes one block as large as the model, and gives it back: what is loaded then
    lies in it, and what is left of it is not given back to the card (caching_allocator_warmup)."""
    if device.kind != "cuda":
        return
    packed = {id(layer.weight) for _, name, layer in _linear_layers(model) if name not in skipped}
    each = 0.5 if four else 1
    size = sum(
        weight.numel() * (each if id(weight) in packed else weight.element_size())
        for weight in model.parameters()
    )
    torch.empty(int(size), dtype=torch.int8, device=device.kind)


def _found(model: Any, name: str) -> Any:
    return dict(model.named_modules()).get(name)


def _linear_layers(model: Any) -> Iterator[tuple[Any, str, Any]]:
    """In the order of their names, numbers as numbers: so they are loaded."""
    found = []
    for place, parent in model.named_modules():
        for name, layer in parent.named_children():
            if type(layer) is torch.nn.Linear:
                steps = f"{place}.{name}".split(".")
                order = [(0, int(s), "") if s.isdigit() else (1, 0, s) for s in steps]
                found.append((order, parent, name, layer))
    for _, parent, name, layer in sorted(found, key=lambda one: one[0]):
        yield parent, name, layer
