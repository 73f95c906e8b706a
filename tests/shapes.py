"""Model sizes for arithmetic: the starter's, and those of well-known models."""

from __future__ import annotations

from ftstudio.core.model_shape import ModelShape

STARTER = ModelShape(
    architecture="LlamaForCausalLM", hidden=256, layers=6, heads=8, kv_heads=4, head_dim=32,
    ffn=688, vocab=4096, tied=True, max_length=512, parameters=5_400_000, dtype="float16",
    weight_bytes=10_800_000,
)  # fmt: skip
LLAMA_3B = ModelShape(
    architecture="LlamaForCausalLM", hidden=3072, layers=28, heads=24, kv_heads=8, head_dim=128,
    ffn=8192, vocab=128_256, tied=True, max_length=131_072, parameters=3_212_749_824,
    dtype="bfloat16", weight_bytes=6_425_499_648,
)  # fmt: skip
QWEN_8B = ModelShape(
    architecture="Qwen3ForCausalLM", hidden=4096, layers=36, heads=32, kv_heads=8, head_dim=128,
    ffn=12_288, vocab=151_936, tied=False, max_length=40_960, parameters=8_190_735_360,
    dtype="bfloat16", weight_bytes=16_381_470_720,
)  # fmt: skip
