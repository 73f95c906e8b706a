import pytest

from ftstudio.planning import attending
from ftstudio.planning.machine import Machine
from tests.shapes import LLAMA_3B

CPU = Machine("cpu", "2 processor cores", 8 * 10**9, 6 * 10**9, 2)
OLD = Machine("cuda", "Tesla T4", 16 * 10**9, 15 * 10**9, 4, "Turing")
NEW = Machine("cuda", "NVIDIA H100 80GB HBM3", 80 * 10**9, 79 * 10**9, 16, "Hopper")
WRITTEN_OUT = LLAMA_3B.model_copy(update={"architecture": "Gemma2ForCausalLM"})


def test_pytorchs_own_is_taken_where_the_model_has_it():
    assert attending.way("automatic", LLAMA_3B) == "sdpa"
    assert attending.way("automatic", WRITTEN_OUT) == "eager"
    assert attending.way("sdpa", WRITTEN_OUT) == "eager"
    assert attending.way("eager", LLAMA_3B) == "eager"
    assert attending.way("flash", LLAMA_3B) == "flash"
    reasons = {attending.reason("automatic", shape) for shape in (LLAMA_3B, WRITTEN_OUT)}
    assert len(reasons) == 2
    assert attending.reason("eager", LLAMA_3B) == "It was chosen."


def test_flash_needs_a_card_young_enough_and_a_model_that_takes_it():
    assert "card only" in attending.why_no_flash(LLAMA_3B, CPU)
    assert "Ampere" in attending.why_no_flash(LLAMA_3B, OLD)
    assert not attending.why_no_flash(LLAMA_3B, NEW)
    bloom = LLAMA_3B.model_copy(update={"architecture": "BloomForCausalLM"})
    assert "Bloom" in attending.why_no_flash(bloom, NEW)


def test_what_is_not_installed_can_not_be_chosen(monkeypatch):
    monkeypatch.setattr(attending, "_PACKAGE", "no_such_package_at_all")
    assert "not installed" in attending.unusable(LLAMA_3B, NEW)["flash"]
    assert set(attending.unusable(WRITTEN_OUT, NEW)) == {"flash", "sdpa"}
    monkeypatch.setattr(attending, "_PACKAGE", "json")
    assert not attending.unusable(LLAMA_3B, NEW)


@pytest.mark.filterwarnings("ignore")
def test_the_lists_say_what_the_classes_say():
    """A few of each kind: importing all of them takes a minute."""
    import transformers

    for name in ("Gemma2", "GptOss", "GPTNeo", "Bloom", "Llama", "Qwen3", "Gemma3", "Mistral",
                 "Phi3", "Llama4", "GPT2LMHead"):  # fmt: skip
        name = f"{name}Model" if name.endswith("Head") else f"{name}ForCausalLM"
        model = getattr(transformers, name)
        assert model._supports_sdpa == (name not in attending.EAGER_ONLY), name
        assert model._supports_flash_attn == (name not in attending.NO_FLASH), name
