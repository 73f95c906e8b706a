"""The moments of a step: hand-counted sums, and what moves them."""

from dataclasses import replace

from ftstudio.core.method import Kept, Precision
from ftstudio.planning.memory_blocks import Rows, block_of, weights_of
from ftstudio.planning.memory_phases import Step, moments, peak
from tests.shapes import LLAMA_3B, STARTER

CARD = Precision(width=2, stream=2, mixed=True, mark=1)
NOTHING, ROW = Kept(), Rows(1, 100, masked=False)


def step(shape=STARTER, kept=NOTHING, rows=ROW, **changes):
    made = Step(
        shape=shape, precision=CARD, kept=kept, block=block_of(shape, CARD, kept, rows), rows=rows,
        checkpointing=False, head="tiles", answers=100, triton=True, gradients=0.0,
        adapter_gradients=0.0, before=0.0, moves=0.0,
    )  # fmt: skip
    return replace(made, **changes)


def named(made):
    return {moment.name: moment.total for moment in moments(made)}


def test_the_head_by_hand():
    """100 tokens, 6 blocks of width 256, 8 heads and 4 key heads of 32, inner width 688."""
    block = 2 * (4 * 256 + 4) + 2 * (2 * 256 + 2 * 128) + 4 * 8 + 3 * 2 * 688
    held = 100 * (6 * block - (4 * 256 + 4))
    told = 100 * 24 + 2 * 2 * 32 * 100
    norm = 100 * (4 * 256 + 4)
    tile = 100 * 32768 * 2
    read = 100 * 256 * (2 + 4 + 2)
    assert named(step())["head"] == held + told + norm + tile + read


def test_without_triton_each_tile_is_folded_in_float32():
    more = named(step(triton=False))["head"] - named(step())["head"]
    assert more == 7 * 100 * 4096 * 4


def test_a_tile_grows_no_further_than_its_tokens():
    """Beyond 4096 tokens only what is kept of each token grows."""
    by = [named(step(LLAMA_3B, rows=Rows(1, n, masked=False)))["head"] for n in (4096, 8192, 12288)]
    assert by[2] - by[1] == by[1] - by[0]


def test_computing_twice_keeps_one_number_of_the_width_for_each_block():
    once, twice = step(LLAMA_3B), step(LLAMA_3B, checkpointing=True)
    assert peak(moments(twice)).total < peak(moments(once)).total
    kept = named(twice)["head"] - named(once)["head"]
    block = twice.block
    assert kept == 100 * (28 * 2 * 3072 - (28 * block.kept - block.unkept))


def test_gradients_stand_there_where_passes_are_gathered():
    gathered = step(gradients=1e6, before=1e6)
    assert named(gathered)["head"] - named(step(gradients=1e6))["head"] == 1e6
    assert named(gathered)["bottom block"] == named(step(gradients=1e6))["bottom block"]


def test_a_head_of_few_outputs_needs_no_tile():
    assert named(step(head="few"))["head"] < named(step())["head"] - 100 * 32768


def test_whole_logits_grow_with_the_vocabulary():
    wide = STARTER.model_copy(update={"vocab": 2 * STARTER.vocab})
    more = named(step(wide, head="whole"))["head"] - named(step(head="whole"))["head"]
    assert more == 100 * 4096 * (4 + 4 + 4)


def test_whole_logits_of_a_wide_table_keep_it_as_it_was_lowered():
    wide = Precision(width=2, stream=4, mixed=True, mark=1)
    plain = named(step(head="whole", precision=wide))["lowered"]
    narrow = named(step(head="whole"))["lowered"]
    assert plain - narrow == 2 * STARTER.vocab * STARTER.hidden
    learns = named(step(head="whole", precision=wide, kept=Kept(words=True)))
    assert learns["head"] < learns["lowered"] + 4 * STARTER.vocab * STARTER.hidden


def test_what_hides_from_computing_twice_stays_to_the_end():
    hides = named(step(kept=Kept(lasting=10), checkpointing=True))["bottom block"]
    assert hides - named(step(checkpointing=True))["bottom block"] == 6 * 100 * 10


def test_the_last_blocks_alone_keep_what_is_needed():
    all_of_them = step(kept=Kept(moves=1.0, words=True, input_learns=True))
    one = step(kept=Kept(moves=1 / 6))
    assert named(one)["forward"] < named(all_of_them)["forward"] / 4


def test_what_enters_frozen_blocks_waits_while_the_last_ones_learn():
    made = Kept(moves=1 / 6)
    waits = named(step(kept=made, checkpointing=True))["bottom block"]
    elsewhere = named(step(kept=made, checkpointing=True, offload=True))["bottom block"]
    assert waits - elsewhere == 5 * 100 * 2 * 256


def test_the_widest_gradient_is_added_to_one_that_stands_there():
    made, rows = Kept(moves=1.0), Rows(8, 1000, masked=False)
    once = named(step(kept=made, rows=rows))["top block"]
    again = named(step(kept=made, rows=rows, before=1.0))["top block"]
    assert once + 1.0 - again == 4 * 256 * 688


def test_a_tied_table_of_words_is_summed_at_the_end():
    whole = Kept(moves=1.0, words=True, input_learns=True)
    rows = Rows(1, 1, masked=False)
    tied = named(step(LLAMA_3B, whole, rows, checkpointing=True))["words"]
    apart = LLAMA_3B.model_copy(update={"tied": False})
    loose = named(step(apart, whole, rows, checkpointing=True))["words"]
    assert tied > loose
    assert tied >= 4 * LLAMA_3B.vocab * LLAMA_3B.hidden


def test_copies_that_autocast_makes_last_until_a_batch_is_read():
    """Computed twice, no block holds them; beside the head's gradient they are gone again."""
    whole = Kept(moves=1.0, words=True, input_learns=True)
    rows = Rows(1, 1, masked=False)
    twice = named(step(LLAMA_3B, whole, rows, checkpointing=True))
    copies = 2 * LLAMA_3B.layers * weights_of(LLAMA_3B)
    assert copies < twice["lowered"] < 1.02 * copies + 4 * LLAMA_3B.vocab * LLAMA_3B.hidden
    assert twice["forward"] > copies
    assert twice["head"] < copies
