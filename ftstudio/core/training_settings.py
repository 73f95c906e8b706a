"""The settings every training run has, whatever it learns and whichever weights move."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import field_validator

from ftstudio.core.params import Params, param

# How much is computed twice; other rooms name it by these.
OFF: Final = "off"
SELECTIVE: Final = "selective"
FULL: Final = "full"


class TrainingSettings(Params):
    """Safe for a person who touches nothing: epochs, validation, checkpoints, best one kept."""

    epochs: float = param(
        3.0,
        title="Passes over the data",
        term="epochs",
        minimum=0.1,
        maximum=50,
        step=1,
        help="How often every example is seen. 1–3 for many examples, 3–5 for a few hundred.",
    )
    learning_rate: float | None = param(
        None,
        title="Step size",
        term="learning rate",
        minimum=1e-7,
        maximum=1.0,
        logarithmic=True,
        help="How far each step moves. Empty takes the method's own default.",
    )
    batch_size: int = param(
        8,
        title="Examples at a time",
        term="batch size",
        minimum=1,
        maximum=256,
        help="How many examples share one pass. Larger is faster and needs more memory.",
    )
    accumulation: int = param(
        1,
        title="Passes per step",
        term="gradient accumulation",
        level="all",
        minimum=1,
        maximum=256,
        help="Gathers several passes before a step: the effect of a larger batch without its "
        "memory.",
    )
    max_length: int = param(
        512,
        title="Longest text",
        term="max length",
        unit="tokens",
        minimum=16,
        maximum=131072,
        step=64,
        help="Longer examples are cut here. A page of English is about 600 tokens.",
    )
    schedule: Literal["cosine", "linear", "constant"] = param(
        "cosine",
        title="How the step size fades",
        term="schedule",
        level="all",
        labels={
            "cosine": "Slowly, then to zero",
            "linear": "Evenly to zero",
            "constant": "Not at all",
        },
        help="Fading towards the end makes the last steps small and the result steadier.",
    )
    warmup: float = param(
        0.05,
        title="Warm-up",
        term="warm-up share",
        level="all",
        minimum=0,
        maximum=0.5,
        step=0.01,
        help="The share of steps over which the step size rises from near zero; 0.03–0.1 is usual.",
    )
    weight_decay: float = param(
        0.01,
        title="Pull towards small weights",
        term="weight decay",
        level="all",
        minimum=0,
        maximum=1,
        step=0.01,
        help="Keeps weights from growing without need; 0.01–0.1 is usual.",
    )
    max_grad_norm: float = param(
        1.0,
        title="Limit of one step",
        term="gradient clipping",
        level="all",
        minimum=0,
        maximum=100,
        step=0.1,
        help="A step larger than this is scaled down; 1 is usual.",
    )
    checks_per_epoch: int = param(
        2,
        title="Checks per pass (evaluation)",
        term="evaluations per epoch",
        minimum=1,
        maximum=50,
        help="How often the validation rows are tried (evaluation), sample answers written and a "
        "version saved.",
    )
    patience: int = param(
        0,
        title="Stop when nothing is gained",
        term="early stopping patience",
        unit="checks",
        level="all",
        minimum=0,
        maximum=50,
        help="Stops after so many checks on the validation rows (evaluations) without a better "
        "result; 0 is never.",
    )
    optimizer: Literal["adamw_torch_fused", "adamw_torch", "adamw_8bit", "paged_adamw_8bit"] = (
        param(
            "adamw_torch_fused",
            title="Optimizer",
            term="optimizer",
            level="all",
            labels={
                "adamw_torch_fused": "AdamW",
                "adamw_torch": "AdamW, one by one",
                "adamw_8bit": "AdamW with 8-bit memory",
                "paged_adamw_8bit": "AdamW with 8-bit memory, paged",
            },
            help="AdamW keeps two numbers per moved weight; the 8-bit one needs a quarter of that. "
            "Paged, it moves to the computer's memory for a moment when the card is full.",
        )
    )
    activation_checkpointing: Literal["off", "selective", "full"] = param(
        "off",
        title="Save memory by computing twice",
        term="gradient checkpointing",
        level="all",
        labels={
            "off": "No",
            "selective": "Wide layers only",
            "full": "Everything",
        },
        help="Needs far less memory for long texts. Everything takes about a third longer; wide "
        "layers only, about half of that. The result stays the same to the last digit.",
    )
    activation_offload: bool = param(
        False,
        title="Keep intermediate results in the computer's memory",
        term="activation offload",
        level="all",
        only_if={"activation_checkpointing": (FULL,)},
        help="What each layer received waits in system memory for the way back: frees the card "
        "where texts are long, and waits for two copies per layer and step.",
    )
    attention: Literal["automatic", "sdpa", "flash", "eager"] = param(
        "automatic",
        title="How words look at each other",
        term="attention implementation",
        level="all",
        labels={
            "automatic": "Best for this model",
            "sdpa": "PyTorch's own (SDPA)",
            "flash": "FlashAttention 2",
            "eager": "Written out (eager)",
        },
        help="Changes memory and speed, and the result only in the last digits. Written out, it "
        "needs memory that grows with the square of the text.",
    )
    padding: Literal["batch", "fixed"] = param(
        "batch",
        title="How short texts are filled up",
        term="padding",
        level="all",
        labels={"batch": "To their batch only", "fixed": "All to the longest"},
        help="All to the longest (fixed padding), every batch takes the same memory, so what "
        "was counted beforehand is what comes. It costs time: a short text then takes as long as "
        "the longest. The result stays the same.",
    )
    sample_questions: int = param(
        4,
        title="Sample answers",
        term="samples",
        level="all",
        minimum=0,
        maximum=20,
        help="How many questions it has not learned from the growing model answers at each check "
        "on the validation rows (evaluation).",
    )
    seed: int = param(
        7,
        title="Chance",
        term="seed",
        level="all",
        minimum=0,
        maximum=2**31 - 1,
        help="The same number gives the same run again on the same machine.",
    )

    @field_validator("activation_checkpointing", mode="before")
    @classmethod
    def _was_a_switch(cls, value: Any) -> Any:
        """Plans of earlier versions, and commands, say true or false."""
        known = {True: FULL, False: OFF, "true": FULL, "false": OFF}
        return known.get(value, value) if isinstance(value, (bool, str)) else value

    @property
    def answers_at_once(self) -> int:
        """Sample answers written side by side: never more than a step reads rows, for at long
        lengths many at once would take more than the step itself."""
        return max(1, min(self.sample_questions, self.batch_size))

    @property
    def recomputes(self) -> bool:
        """Whether any part of the way forward is gone through twice."""
        return self.activation_checkpointing != OFF
