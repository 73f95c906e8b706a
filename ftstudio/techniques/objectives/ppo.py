"""Learn from scores with proximal policy optimisation: the classic last stage of RLHF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from ftstudio.core.objective import Objective, Part, TrainerInputs
from ftstudio.core.params import param
from ftstudio.techniques.asking import ASKING, AskingParams, kl_param

_N_DETAILS = "Huang et al. 2024, The N+ implementation details of RLHF with PPO, arXiv 2403.17031"
_ZIEGLER = "Ziegler et al. 2019, arXiv 1909.08593"
_NOTHING_TO_LEAD = "Counts only where “Stay near the start” is above 0."


class PpoParams(AskingParams):
    kl_weight: float = kl_param(
        0.05,
        "What each step away from the untouched model costs. 0.05 is usual; more keeps the "
        "language sound, less lets the reward rise faster.",
    )
    kl_control: Literal["fixed", "adaptive"] = param(
        "fixed",
        title="How that is kept",
        term="KL controller",
        level="all",
        labels={"fixed": "Always the same", "adaptive": "Led towards a distance"},
        help="Led: the weight rises while the model is further away than wanted, and falls "
        "otherwise.",
    )
    kl_target: float = param(
        6.0,
        title="Wanted distance",
        term="target KL",
        unit="nats per answer",
        level="all",
        minimum=0.1,
        maximum=1000,
        help="Where it is led to. 6 is what the first paper took.",
        only_if={"kl_control": ("adaptive",)},
    )
    passes: int = param(
        4,
        title="Passes over each round",
        term="PPO epochs",
        level="all",
        minimum=1,
        maximum=20,
        help="How often the answers of one round are learned from before new ones are written.",
    )
    clip: float = param(
        0.2,
        title="Limit of one round",
        term="clip range ε",
        level="all",
        minimum=0.01,
        maximum=1,
        step=0.05,
        help="How far the probability of a token may move within one round, and the estimate of "
        "its worth; 0.1–0.3 is usual.",
    )
    trace: float = param(
        0.95,
        title="How far praise reaches back",
        term="GAE λ",
        level="all",
        minimum=0,
        maximum=1,
        step=0.05,
        help="1 praises every token of a good answer alike; less trusts the estimates more.",
    )
    value_weight: float = param(
        0.1,
        title="Weight of the estimates",
        term="value coefficient",
        level="all",
        minimum=0,
        maximum=10,
        step=0.1,
        help="How much learning to estimate the score counts beside learning to answer.",
    )
    value_rate: float = param(
        1e-3,
        title="Step size of the estimates",
        term="value learning rate",
        level="all",
        minimum=1e-6,
        maximum=0.1,
        logarithmic=True,
        help="Of the small head that estimates the score: it begins at zero and must learn faster "
        "than the answers change. It fades as the step size does. 1e-3 is usual for a new head.",
    )
    whiten_rewards: bool = param(
        False,
        title="Even out the rewards",
        term="reward whitening",
        level="all",
        help="Scales the rewards of each round to the same spread; for scores that change in size.",
    )
    score_clip: float = param(
        10.0,
        title="Largest score",
        term="reward clipping",
        level="all",
        minimum=0,
        maximum=1000,
        help="Scores beyond this count as this, so that one odd answer can't lead; 0 is no limit.",
    )
    unended_penalty: float = param(
        1.0,
        title="Cost of an answer without an end",
        term="missing EOS penalty",
        level="all",
        minimum=0,
        maximum=100,
        step=0.5,
        help="Taken from the score of an answer that was cut at the longest length.",
    )

    @classmethod
    def idle(cls, values: Mapping[str, Any]) -> dict[str, str]:
        """Led is a multiple of the weight: of nothing it stays nothing."""
        found = super().idle(values)
        if not values.get("kl_weight", cls.model_fields["kl_weight"].default):
            found |= dict.fromkeys(("kl_control", "kl_target"), _NOTHING_TO_LEAD)
        return found


def build_trainer(inputs: TrainerInputs) -> Any:
    """One trainer step is one round of batch size × passes per step questions."""
    from transformers import TrainingArguments

    from ftstudio.techniques.engine.answering import Reference, stop_tokens, without_dropout
    from ftstudio.techniques.engine.looking import look_at_unseen
    from ftstudio.techniques.engine.ppo import PpoSettings, PpoTrainer

    p, settings = cast(PpoParams, inputs.params), inputs.settings
    without_dropout(inputs.model)
    reference = Reference(inputs.model, inputs.whole)
    stops = stop_tokens(inputs.model, inputs.tokenizer)
    ppo = PpoSettings(
        tokens=p.answer_tokens, minibatch=settings.batch_size, passes=p.passes, clip=p.clip,
        value_clip=p.clip, value_weight=p.value_weight, value_rate=p.value_rate, discount=1.0,
        trace=p.trace, kl_weight=p.kl_weight,
        kl_target=p.kl_target if p.kl_control == "adaptive" else 0.0,
        whiten_rewards=p.whiten_rewards, score_clip=p.score_clip,
        unended_penalty=p.unended_penalty,
    )  # fmt: skip
    arguments = TrainingArguments(
        **{
            **inputs.arguments,
            "per_device_train_batch_size": settings.batch_size * settings.accumulation,
            "gradient_accumulation_steps": 1,
            "remove_unused_columns": False,
        }
    )
    return PpoTrainer(
        ppo=ppo,
        scorer=inputs.rewards,
        reference=reference,
        stops=stops,
        look=look_at_unseen(inputs, reference, stops),
        **inputs.usual,
        args=arguments,
    )


PPO = Objective(
    **ASKING,
    key="ppo",
    title="Answer for the best score (PPO)",
    term="reinforcement learning from human feedback with PPO",
    promise="Writes answers, has them scored, and learns to write such as score higher.",
    params=PpoParams,
    build_trainer=build_trainer,
    when="When you can tell a good answer but not write it. Take “several answers” (GRPO) where a "
    "rule does the scoring: it is simpler. Take better and worse answers (DPO) where you have "
    "such pairs.",
    icon="scale",
    order=100,
    part=Part("practice", "Practice", "PPO"),
    scratch=("value_head.safetensors",),  # it only guesses scores
    own_steps=True,
    whole_logits=True,
    copies=lambda params: "all",
    models=1.7,  # forward in the old and the reference, forward and back to learn: 5/3
    learns=lambda params: cast(PpoParams, params).passes,
    rate_factor=0.1,
    defaults={"batch_size": 8, "accumulation": 4, "schedule": "linear", "warmup": 0.0},
    sources={
        "kl_weight": f"0.05: {_N_DETAILS}",
        "kl_target": f"6 nats: the code of {_ZIEGLER}; led as in its section 2.2",
        "passes": f"4: {_ZIEGLER} and {_N_DETAILS}",
        "clip": "0.2: Schulman et al. 2017, arXiv 1707.06347, table 3; the same for the value",
        "trace": f"λ 0.95, γ 1: {_ZIEGLER}",
        "value_weight": f"0.1: {_ZIEGLER} and {_N_DETAILS}",
        "value_rate": "1e-3, Adam's own default (Kingma and Ba, 2015): the head is new and begins "
        "at zero, so the policy's careful rate is not for it",
        "unended_penalty": f"1: {_N_DETAILS}",
        "learning_rate": "a tenth of the method's, since each round makes sixteen updates: our "
        f"choice; 3e-6 for all weights in {_N_DETAILS}",
    },
)
