"""Shapes give the sizes of a block's linear layers, grouped-query attention included."""

from ftstudio.core.model_shape import ModelShape


def test_linear_shapes_follow_the_heads():
    shape = ModelShape(
        architecture="LlamaForCausalLM", hidden=64, layers=2, heads=4, kv_heads=2, head_dim=32,
        ffn=172, vocab=300, tied=True, max_length=128, parameters=1, dtype="float32",
        weight_bytes=4,
    )  # fmt: skip
    sizes = shape.linear_shapes
    assert sizes["q_proj"] == (64, 128)
    assert sizes["k_proj"] == sizes["v_proj"] == (64, 64)
    assert sizes["o_proj"] == (128, 64)
    assert sizes["down_proj"] == (172, 64)
