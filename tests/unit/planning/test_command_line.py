"""The command that the window shows makes the same plan again."""

from __future__ import annotations

import shlex

from ftstudio.core.plan import DatasetRef, ModelRef, Plan, RewardChoice
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.command_line import show_command, show_reward
from ftstudio.techniques import objectives
from ftstudio.techniques.rewarding import read_choice

PLAN = Plan(
    name="It's mine",
    dataset=DatasetRef(id="ds-1", path="/data/My sets/ds-1", name="x"),
    model=ModelRef(path="/models/small", name="small", sha256="0"),
    method_params={"rank": 8, "dropout": 0.05, "embeddings": True},
    training=TrainingSettings(epochs=2.5, learning_rate=1e-4, seed=11),
)


def words() -> list[str]:
    return shlex.split(show_command(PLAN))


def test_odd_names_survive_the_shell() -> None:
    named = words()
    assert named[:2] == ["ftstudio", "train"]
    assert named[named.index("--data") + 1] == "/data/My sets/ds-1"
    assert named[named.index("--name") + 1] == "It's mine"


def test_all_that_was_chosen_is_named_and_defaults_are_not() -> None:
    settings = dict(w.split("=") for before, w in zip(words(), words()[1:], strict=False)
                    if before == "--set")  # fmt: skip
    assert settings["training.epochs"] == "2.5"
    assert float(settings["training.learning_rate"]) == 1e-4
    assert settings["training.batch_size"] == "8"
    assert settings["training.activation_checkpointing"] == "off"
    assert settings["training.seed"] == "11"
    assert settings["method.rank"] == "8"
    assert settings["method.embeddings"] == "true"
    assert "training.warmup" not in settings


def test_a_choice_that_the_goal_would_not_make_is_named() -> None:
    """PPO declares no warm-up: whoever wants the general one must say so."""
    goal = objectives()["ppo"]
    general = TrainingSettings()
    others = {n: getattr(general, n) for n, v in goal.defaults.items() if getattr(general, n) != v}
    assert {"warmup", "schedule"} <= others.keys()
    chosen = PLAN.model_copy(update={"objective": "ppo", "training": general})
    named = shlex.split(show_command(chosen))
    for name, value in others.items():
        text = f"{value:g}" if isinstance(value, float) else str(value)
        assert f"training.{name}={text}" in named
    usual = PLAN.model_copy(
        update={"objective": "ppo", "training": TrainingSettings(**goal.defaults)}
    )
    assert not [word for word in shlex.split(show_command(usual)) if "warmup" in word]


def test_what_an_answer_is_worth_is_read_again_as_it_was() -> None:
    choices = [
        RewardChoice(key="contains", params={"text": "sorry, dear|refund"}, weight=-2),
        RewardChoice(key="contains", params={"text": "2 * 3"}),
        RewardChoice(key="model", model="/shelf/a judge", weight=0.5),
    ]
    for choice in choices:
        again = read_choice(show_reward(choice))
        assert (again.key, again.model, again.weight) == (choice.key, choice.model, choice.weight)
        assert again.params.items() >= choice.params.items()
    named = shlex.split(show_command(PLAN.model_copy(update={"rewards": choices})))
    assert named.count("--reward") == 3
    assert named[named.index("--objective") + 1] == "instruct"
