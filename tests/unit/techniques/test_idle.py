"""No setting is offered that the pair ignores: each one that does not count says why."""

from __future__ import annotations

import pytest

from ftstudio.core.params import Params
from ftstudio.core.plan import DatasetRef, MoreData
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.techniques import methods, objectives, rewards, safeguards
from ftstudio.techniques.idle import (
    at_rest,
    idle_method,
    idle_objective,
    idle_training,
    weighed,
)
from tests.shapes import LLAMA_3B

DATASET = DatasetRef(id="ds-1", path="/d", name="x")
GROUPS = {
    kind: f"{kind.__module__}.{kind.__name__}"
    for one in (*objectives().values(), *methods().values(), *rewards().values(),
                *safeguards().values())
    for kind in [one.params]
}  # fmt: skip


@pytest.mark.parametrize("kind", GROUPS, ids=GROUPS.values())
def test_what_a_setting_depends_on_is_there_and_can_be_chosen(kind: type[Params]) -> None:
    known = {spec.name: spec for spec in kind.specs()}
    for spec in known.values():
        for other, wanted in spec.only_if:
            assert other != spec.name
            assert known[other].only_if == ()
            for value in wanted:
                kind.model_validate({other: value})
                assert spec.name not in kind.idle({other: value})
            if known[other].choices:
                assert wanted
                assert set(wanted) < {choice for choice, words in known[other].choices}


@pytest.mark.parametrize(
    ("objective", "setting", "values"),
    [
        ("dpo", "wrong_pairs", {"loss": "robust"}),
        ("ppo", "kl_target", {"kl_control": "adaptive"}),
        ("multi_task", "temperature", {"how": "temperature"}),
    ],
)
def test_it_counts_under_one_choice_only(
    objective: str, setting: str, values: dict[str, str]
) -> None:
    goal, method = objectives()[objective], methods()["lora"]
    ((other, value),) = values.items()
    spec = next(spec for spec in goal.params.specs() if spec.name == other)
    for choice, words in spec.choices:
        idle = idle_objective(goal, method, goal.params(**{other: choice}))
        assert (setting in idle) == (choice != value), words
        assert all(spec.title in why for why in idle.values())


@pytest.mark.parametrize("objective", ["ppo", "grpo", "rloo"])
def test_what_a_goal_switches_off_in_every_method_that_has_it(objective: str) -> None:
    goal, told = objectives()[objective], 0
    for method in methods().values():
        idle = idle_method(goal, method, method.params())
        assert ("dropout" in idle) == ("dropout" in method.params.model_fields)
        told += "dropout" in idle
        assert "dropout" not in idle_method(objectives()["instruct"], method, method.params())
    assert told >= 5


def test_every_ignored_name_is_a_setting_of_some_method() -> None:
    known = {name for method in methods().values() for name in method.params.model_fields}
    for goal in objectives().values():
        assert set(goal.ignores) <= known
        for method in methods().values():
            assert set(idle_method(goal, method, method.params())) <= set(
                method.params.model_fields
            )
            assert set(idle_training(goal, method)) <= set(TrainingSettings.model_fields)


def test_sample_answers_only_where_it_writes() -> None:
    method = methods()["lora"]
    for goal in objectives().values():
        assert ("sample_questions" in idle_training(goal, method)) == (not goal.answers)


def test_nothing_is_filled_up_where_answers_are_written_anew_or_documents_share_a_row() -> None:
    for method in (methods()["lora"], methods()["prompt"]):
        for goal in objectives().values():
            own = goal.params()
            full = goal.packs(own) and "adds_tokens" not in method.traits
            for params in (None, own):
                idle = idle_training(goal, method, params=params)
                assert ("padding" in idle) == (goal.generates or full), (goal.key, method.key)
    goal = objectives()["continue_pretraining"]
    alone = idle_training(goal, methods()["lora"], params=goal.params(pack=False))
    assert "padding" not in alone


def test_no_router_where_the_model_has_no_experts() -> None:
    goal, method = objectives()["instruct"], methods()["lora"]
    assert "no experts" in idle_method(goal, method, method.params(), LLAMA_3B)["router"]
    mixture = LLAMA_3B.model_copy(update={"experts": 8, "experts_per_token": 2})
    assert "router" not in idle_method(goal, method, method.params(), mixture)
    assert "router" not in idle_method(goal, method, method.params())


def test_what_a_method_forbids_and_what_a_head_takes_away() -> None:
    prefix, last = methods()["prefix"], methods()["last_layers"]
    said = idle_training(objectives()["instruct"], prefix)
    assert said == prefix.forbids
    assert said
    assert "words" in idle_method(objectives()["classify"], last, last.params())
    assert idle_method(objectives()["instruct"], last, last.params()) == {}


def test_offloading_rests_where_there_is_no_card_or_all_is_kept() -> None:
    goal, method = objectives()["instruct"], methods()["lora"]
    full = TrainingSettings(activation_checkpointing="full", activation_offload=True)
    assert "activation_offload" not in idle_training(goal, method, full, "cuda")
    assert "no card" in idle_training(goal, method, full, "cpu")["activation_offload"]
    off = full.model_copy(update={"activation_checkpointing": "off"})
    assert "Everything" in idle_training(goal, method, off, "cuda")["activation_offload"]


def test_documents_share_no_row_under_methods_that_put_tokens_before_it() -> None:
    goal = objectives()["continue_pretraining"]
    assert "pack" in idle_objective(goal, methods()["prompt"], goal.params())
    assert "pack" not in idle_objective(goal, methods()["lora"], goal.params())


def test_at_rest_is_as_declared() -> None:
    goal = objectives()["dpo"]
    params = goal.params(wrong_pairs=0.3, beta=0.5)
    rested = at_rest(params, idle_objective(goal, methods()["lora"], params))
    assert (rested.wrong_pairs, rested.beta) == (0.1, 0.5)
    assert params.wrong_pairs == 0.3


def test_weights_of_further_data_are_one_where_they_do_not_count() -> None:
    several, more = objectives()["multi_task"], MoreData(dataset=DATASET, weight=3)
    assert weighed(several, several.params(how="weights"), [more]) == [more]
    (other,) = weighed(several, several.params(), [more])
    assert (other.weight, more.weight) == (1, 3)
    assert weighed(objectives()["instruct"], several.params(), [more]) == []


def test_what_leads_the_weight_of_the_distance_rests_without_one() -> None:
    goal, method = objectives()["ppo"], methods()["lora"]
    led = goal.params(kl_control="adaptive", kl_weight=0.0)
    said = idle_objective(goal, method, led)
    assert said.keys() == {"kl_control", "kl_target"}
    assert said["kl_control"] == "Counts only where “Stay near the start” is above 0."
    assert at_rest(led, said).kl_control == "fixed"
    assert idle_objective(goal, method, goal.params(kl_control="adaptive")) == {}
