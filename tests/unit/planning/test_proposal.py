import pytest

from ftstudio.core.plan import DatasetRef, SafeguardChoice
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.proposal import Situation, propose, recommend
from ftstudio.techniques import methods, objectives, safeguards
from tests.shapes import QWEN_8B, STARTER

CPU = Machine("cpu", "2 processor cores", 16 * 10**9, 12 * 10**9, 2)
CARD = Machine("cuda", "RTX 4090", 24 * 10**9, 21 * 10**9, 8, "Ada")
LENGTHS = Lengths(370, 41, 70, 180, 220)


@pytest.fixture
def small(tmp_path):
    return Situation(STARTER, LENGTHS, CPU, tmp_path)


@pytest.fixture
def large(tmp_path):
    return Situation(QWEN_8B, LENGTHS, CARD, tmp_path)


def test_what_the_person_set_wins_over_preset_and_advice(small):
    lora = methods()["lora"]
    quick = propose(small, lora, preset="quick")
    assert quick.training.epochs == 1
    set_by_hand = propose(small, lora, training={"epochs": 7}, preset="quick")
    assert set_by_hand.training.epochs == 7
    assert set_by_hand.training.max_length == quick.training.max_length


def test_a_reason_is_only_given_for_what_the_app_chose(small):
    lora = methods()["lora"]
    names = [d.name for d in propose(small, lora, training={"epochs": 7}).decisions]
    assert "Passes over the data" not in names
    assert "Step size" in names


def test_values_of_another_version_do_no_harm(small):
    lora = methods()["lora"]
    made = propose(
        small, lora, method_params={"rank": -3, "gone": 1}, training={"epochs": "many", "old": 2}
    )
    assert made.params == lora.params()
    assert made.training.epochs == 4


def test_the_params_count_in_the_memory(small):
    lora = methods()["lora"]
    bigger = propose(small, lora, method_params={"rank": 128})
    assert bigger.memory.parts["adapter"] > propose(small, lora).memory.parts["adapter"]


def test_the_recommended_one_adds_little_and_fits(small, large):
    for situation in (small, large):
        made = [propose(situation, method) for method in methods().values()]
        assert recommend(made).method.key == "lora"


def test_where_nothing_fits_the_smallest_is_recommended(tmp_path):
    tiny = Machine("cuda", "old", 2 * 10**9, 10**9, 2, "Pascal")
    situation = Situation(QWEN_8B, LENGTHS, tiny, tmp_path)
    made = [propose(situation, method) for method in methods().values()]
    assert {p.fit for p in made} == {"does not fit"}
    assert recommend(made).memory.shown == min(p.memory.shown for p in made)


def test_what_protects_counts_in_the_memory(small):
    ref = DatasetRef(id="ds-1", path="/d", name="Earlier")
    kept = [SafeguardChoice(key="ewc", dataset=ref)]
    full = methods()["full"]
    without, held = propose(small, full), propose(small, full, protecting=kept)
    expected = safeguards()["ewc"].extra_bytes(STARTER, True, safeguards()["ewc"].params())
    assert expected > 0
    assert held.memory.shown - without.memory.shown == expected
    unknown = [SafeguardChoice(key="of a newer version", dataset=ref)]
    assert propose(small, full, protecting=unknown).memory.shown == without.memory.shown


def test_longer_answers_take_room_memory_and_time(tmp_path):
    lengths = Lengths(370, 41, 70, 180, 220, 100, 130)
    situation = Situation(STARTER, lengths, CPU, tmp_path)
    fixed = {"batch_size": 8, "accumulation": 4, "activation_checkpointing": False}
    for goal in (key for key, one in objectives().items() if one.generates):
        short, long = (
            propose(
                situation, methods()["lora"], goal, training=fixed,
                objective_params={"answer_tokens": tokens},
            )
            for tokens in (64, 300)
        )  # fmt: skip
        assert (short.training.max_length, long.training.max_length) == (192, 448)
        grown = long.memory.parts["activations"] / short.memory.parts["activations"]
        assert grown == pytest.approx((130 + 300) / 192, rel=0.08)  # the limit, and the mask
        assert long.forecast.phases["train"] > 2 * short.forecast.phases["train"]


def test_what_does_not_count_is_as_declared(small):
    lora, prefix = methods()["lora"], methods()["prefix"]
    given = {"rank": 8, "dropout": 0.2}
    assert propose(small, lora, method_params=given).params.dropout == 0.2
    ppo = propose(small, lora, "ppo", given, objective_params={"kl_target": 9.0})
    assert (ppo.params.rank, ppo.params.dropout, ppo.objective_params.kl_target) == (8, 0, 6)
    led = {"kl_target": 9.0, "kl_control": "adaptive"}
    assert propose(small, lora, "ppo", objective_params=led).objective_params.kl_target == 9
    twice = {"activation_checkpointing": True, "sample_questions": 2}
    assert propose(small, lora, training=twice).training.sample_questions == 2
    assert not propose(small, prefix, training=twice).training.recomputes
    assert propose(small, lora, "classify", training=twice).training.sample_questions == 4


def test_where_every_method_is_refused_one_is_still_named(tmp_path):
    packed = STARTER.model_copy(update={"compression": "gptq"})
    situation = Situation(packed, LENGTHS, CPU, tmp_path)
    made = [propose(situation, method) for method in methods().values()]
    refused = [p for p in made if p.refusal]
    assert refused
    assert recommend(refused).refusal  # the page says why


def test_what_rests_on_what_is_at_rest_rests_too(tmp_path):
    given = Situation(QWEN_8B, LENGTHS, CARD, tmp_path)
    wish = {"activation_checkpointing": "full", "activation_offload": True}
    assert propose(given, methods()["lora"], training=wish).training.activation_offload
    prefix = propose(given, methods()["prefix"], training=wish).training
    assert (prefix.activation_checkpointing, prefix.activation_offload) == ("off", False)


def test_flash_attention_is_refused_on_a_card_that_is_too_old(tmp_path):
    old = Machine("cuda", "Tesla T4", 16 * 10**9, 15 * 10**9, 4, "Turing")
    for machine, refused in ((old, True), (CARD, False)):
        given = Situation(QWEN_8B, LENGTHS, machine, tmp_path)
        made = propose(given, methods()["qlora"], training={"attention": "flash"})
        assert bool(made.refusal) == refused
