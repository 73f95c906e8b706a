"""Blocks: bytes that a tracker saw live in real training, counted again from sizes alone."""

import pytest

from ftstudio.core.method import Kept, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.planning.memory_blocks import Rows, block_of, while_writing, without_way_back
from ftstudio.techniques import methods

CARD = Precision(width=2, stream=2, mixed=True, mark=1)
CARD_WHOLE = Precision(width=2, stream=4, mixed=True, mark=1)
PROCESSOR = Precision(width=4, stream=4, mixed=False, mark=4)
ROWS = Rows(2, 256, masked=False)


def shape(architecture="LlamaForCausalLM", **changes):
    sizes = {
        "hidden": 256, "layers": 3, "heads": 8, "kv_heads": 4, "head_dim": 40, "ffn": 704,
        "vocab": 4096, "tied": True, "max_length": 4096, "parameters": 3_000_000,
        "dtype": "bfloat16", "weight_bytes": 6_000_000,
    }  # fmt: skip
    return ModelShape(architecture=architecture, **{**sizes, **changes})


def kept(key, precision, **params):
    method = methods()[key]
    return method.keeps(shape(), method.params(**params), precision)


def seen(key, precision, **params):
    return block_of(shape(), precision, kept(key, precision, **params), ROWS)


# Two feed-forward inputs of 1408 bytes, and so on: the lists of storages that were seen, by bytes
# of each token. Copies of weights are not in them.
LORA = 4 * 1408 + 2 * 1024 + 3 * 640 + 5 * 512 + 2 * 320 + 8 * 32 + 2 * 4
LORA_ON_PROCESSOR = 4 * 2816 + 4 * 1024 + 2 * 1280 + 2 * 640 + 7 * 64 + 32 + 2 * 4
ATTENTION_ONLY = 3 * 1408 + 2 * 1024 + 3 * 640 + 3 * 512 + 2 * 320 + 5 * 32 + 2 * 4
DORA = 8 * 1408 + 2 * 1024 + 5 * 640 + 9 * 512 + 6 * 320 + 8 * 32 + 2 * 4
VERA = 5 * 1408 + 2 * 1024 + 3 * 640 + 9 * 512 + 4 * 320 + 32 + 2 * 4
ADALORA = 6 * 1408 + 2 * 1024 + 4 * 640 + 7 * 512 + 4 * 320 + 7 * 48 + 32 + 2 * 4
IA3 = 2816 + 3 * 1408 + 2 * 1024 + 2 * 640 + 4 * 320 + 32 + 2 * 4
OFT = 4 * 1408 + 2 * 1024 + 3 * 640 + 5 * 512 + 2 * 320 + 32 + 2 * 4
ADAPTERS = 3 * 1408 + 2 * 1024 + 2 * 640 + 512 + 2 * 320 + 128 + 32 + 2 * 4


@pytest.mark.parametrize(
    ("key", "precision", "params", "bytes_seen"),
    [
        ("lora", CARD, {}, LORA),
        ("lora", PROCESSOR, {}, LORA_ON_PROCESSOR),
        ("lora", CARD, {"targets": "attention"}, ATTENTION_ONLY),
        ("dora", CARD, {}, DORA),
        ("vera", CARD, {}, VERA),
        ("adalora", CARD, {}, ADALORA),
        ("ia3", CARD, {}, IA3),
        ("oft", CARD, {}, OFT),
        ("adapter_layers", CARD, {}, ADAPTERS),
    ],
)
def test_a_block_keeps_what_was_seen(key, precision, params, bytes_seen):
    assert seen(key, precision, **params).kept == bytes_seen


def test_whole_weights_keep_what_each_layer_reads():
    block = seen("full", CARD_WHOLE)
    assert block.kept + block.learning == (
        4 * 1408 + 4 * 1024 + 2 * 640 + 5 * 512 + 2 * 320 + 32 + 2 * 4
    )
    assert block.weights == 512 * (3 * 704 + 2 * 320 + 2 * 160)  # in two bytes each
    block = seen("full", PROCESSOR)
    assert block.kept + block.learning == (4 * 2816 + 6 * 1024 + 2 * 1280 + 2 * 640 + 32 + 2 * 4)
    assert block.weights == 0


def test_copies_of_the_adapter_in_narrow_types():
    """304 bytes of each of 512 tokens were seen in each block: two for each number."""
    assert kept("lora", CARD).weights == 3 * 512 * (3 * 44 + 2 * 20 + 7 * 16 + 2 * 10)
    assert kept("lora", PROCESSOR).weights == 0


def test_leaving_out_by_chance_keeps_marks():
    """On a processor five marks of the width, one of the queries, one of the inner width."""
    plain, chance = kept("lora", CARD).token, kept("lora", CARD, dropout=0.1).token
    assert chance - plain == 5 * 256 + 320 + 704
    on_processor = Precision(width=2, stream=2, mixed=True, mark=4)
    chance = kept("lora", on_processor, dropout=0.1).token
    assert chance - plain == 5 * 1024 + 1280 + 2816


def test_a_compressed_base_reads_what_the_branches_read():
    """Eight inputs of the width fewer: no copies are made."""
    plain, beside = kept("lora", CARD), kept("qlora", CARD)
    assert plain.token - beside.token == 2 * (3 * 256 + 320)
    assert beside.busy == 0


def test_architectures_differ_by_their_norms():
    llama = block_of(shape(), CARD, Kept(), ROWS).kept
    qwen = block_of(shape("Qwen3ForCausalLM"), CARD, Kept(), ROWS).kept
    gemma = block_of(shape("Gemma3ForCausalLM"), CARD, Kept(), ROWS).kept
    assert qwen - llama == 1280 + 640 + 32 + 16
    assert gemma - qwen == 2 * (1024 + 4)
    fused = block_of(shape("Phi3ForCausalLM"), CARD, Kept(), ROWS).kept
    assert fused - llama == 2 * (320 + 160)


def test_a_mask_repeats_the_keys_and_is_a_number_for_each_pair():
    plain = block_of(shape(), CARD, Kept(), ROWS).kept
    masked = block_of(shape(), CARD, Kept(), Rows(2, 256, masked=True)).kept
    assert masked - plain == 2 * (640 - 320) + 2 * 256
    assert block_of(shape(), CARD, Kept(), Rows(2, 250, masked=True)).kept == masked


def test_learned_keys_lengthen_what_is_seen():
    rows = Rows(2, 256, masked=False, keys=20)
    made = block_of(shape(), CARD, kept("p_tuning_v2", CARD, tokens=20), rows)
    seen = 3 * 1408 + 2 * 1024 + 2 * 690 + 2 * 640 + 2 * 345 + 32 + 2 * 4
    assert made.kept == seen + 2 * 288  # a row of the mask is filled up to a multiple of 16
    assert made.unkept == 4 * 256 + 4


def test_the_first_block_keeps_less_where_nothing_before_it_learns():
    assert seen("lora", CARD).unkept == 4 * 256 + 4
    assert seen("prompt", CARD).unkept == seen("full", CARD_WHOLE).unkept == 0
    narrow = seen("adapter_layers", CARD)
    assert 0 < narrow.unkept < narrow.kept


def test_experts_that_a_token_meets_count():
    some = shape(experts=8, experts_per_token=2)
    many = shape(experts=8, experts_per_token=4)
    one = block_of(shape(), CARD, Kept(), ROWS).kept
    seen = 5632 + 2816 - 3 * 1408 + 1024  # gate and up of two experts, their product, what is read
    assert block_of(some, CARD, Kept(), ROWS).kept - one == pytest.approx(seen, rel=0.03)
    assert one < block_of(some, CARD, Kept(), ROWS).kept < block_of(many, CARD, Kept(), ROWS).kept


def test_without_a_way_back_little_is_held():
    assert without_way_back(shape(), CARD) < block_of(shape(), CARD, Kept(), ROWS).kept


def test_while_a_question_is_read_all_its_callers_hold_theirs():
    assert while_writing(shape(), 2) == 2 * (3 * 704 + 4 * 256)
    joined = while_writing(shape("Phi3ForCausalLM"), 2)
    assert joined - while_writing(shape(), 2) == 2 * 704  # gate and up are one tensor to the end
    assert kept("ia3", CARD).writes == 12 * 704 + 8 * 256
    assert kept("dora", CARD).writes == 20 * 704 + 12 * 256
    assert kept("dora", CARD).writes_weights == 8 * 704 * 256
    assert kept("lora_8bit", CARD, targets="attention").writes == 8 * 704 + 9 * 256


def test_a_joined_layer_has_one_branch_that_reads_and_answers_for_all():
    phi = shape("Phi3ForCausalLM")
    method = methods()["adalora"]
    made = method.keeps(phi, method.params(), CARD)
    read = 256 + 320 + 256 + 704
    answered, ranks = (320 + 2 * 160) + 256 + 2 * 704 + 256, 4 * 24
    assert made.token == 2 * (read + answered + ranks)


def test_an_8_bit_base_holds_what_its_layers_read():
    """Beside LoRA on four bits nothing more: the branches read the same tensors."""
    assert kept("lora_8bit", CARD).token == kept("qlora", CARD).token
    few = kept("lora_8bit", CARD, targets="attention").token
    assert few - kept("qlora", CARD, targets="attention").token == 2 * (256 + 704)
    assert kept("lora_8bit", CARD).lasting == 2 * (2 * 256 + 320 + 704)
    assert kept("qlora", CARD).lasting == 0
