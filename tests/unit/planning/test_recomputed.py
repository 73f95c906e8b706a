from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning import recomputed
from tests.shapes import LLAMA_3B, QWEN_8B


def settings(**changes):
    return TrainingSettings(**changes)


def test_between_nothing_and_everything():
    shares = [
        recomputed.share_again(QWEN_8B, settings(activation_checkpointing=chosen))
        for chosen in ("off", "selective", "full")
    ]
    assert shares[0] == 0
    assert 0.4 < shares[1] < 0.65  # two of the three wide products, and the narrow keys
    assert shares[2] == 1


def test_what_is_kept_is_no_wider_than_the_stream():
    """Queries and the outcome of attention; keys and values of 8 heads of 24 are cheap."""
    assert recomputed.kept_width(LLAMA_3B) == 2 * LLAMA_3B.hidden


def test_attention_is_gone_through_again_where_it_is_written_out_or_nothing_is_kept():
    def again(**changes):
        return recomputed.attends_again(settings(**changes))

    assert not again()
    assert not again(activation_checkpointing="selective")
    assert again(activation_checkpointing="selective", attention="eager")
    assert again(activation_checkpointing="full")


def test_nothing_waits_elsewhere_without_a_card_or_where_all_is_kept():
    wish = {"activation_offload": True}
    full = settings(activation_checkpointing="full", **wish)
    assert recomputed.offloads(full, "cuda")
    assert not recomputed.offloads(full, "cpu")
    assert not recomputed.offloads(settings(**wish), "cuda")
    assert not recomputed.offloads(settings(activation_checkpointing="selective", **wish), "cuda")
