"""`ftstudio rewards try`, and `--reward` of plan and train: what an answer is worth."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ftstudio.cli.options import Verbs, own_path, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.plan import Plan
from ftstudio.core.reward import Answered


def add(verbs: Verbs) -> None:
    rewards = verbs.add_parser("rewards", help="try what answers are worth before the start")
    acts = rewards.add_subparsers(metavar="ACT", required=True)
    one = acts.add_parser("try", help="score answers by rules")
    one.add_argument(
        "--reward", action="append", default=[], metavar="KEY[:NAME=VALUE,…][*WEIGHT]",
        help="a rule, e.g. contains:text=sorry|refund*2; may be repeated",
    )  # fmt: skip
    one.add_argument("--answer", action="append", default=[], help="an answer; may be repeated")
    one.add_argument("--file", type=own_path, help="answers to score, one to a line")
    one.add_argument("--question", default="", help="what was asked")
    one.add_argument("--reference", default="", help="the answer that the data have")
    with_json(one).set_defaults(run=_try)


def rewarded(plan: Plan, typed: Sequence[str]) -> Plan:
    """The plan with what was typed as its rewards. Raises StudioError where they do not go
    together with its goal."""
    from ftstudio.data.versions.library import load_version
    from ftstudio.techniques import objectives
    from ftstudio.techniques.rewarding import demand_rewards, read_choice

    objective = objectives()[plan.objective]
    if typed and not objective.wants_rewards:
        wanting = ", ".join(key for key, one in objectives().items() if one.wants_rewards)
        raise StudioError(
            f"“{objective.title}” has no use for rewards.",
            "It learns from the examples themselves.",
            f"Leave --reward out, or take another --objective: {wanting}.",
            code="no_use_for_rewards",
        )
    if not objective.wants_rewards:
        return plan
    choices = [read_choice(text) for text in typed] or plan.rewards
    demand_rewards(choices, load_version(Path(plan.dataset.path)).facts.answers)
    return plan.model_copy(update={"rewards": choices})


def _try(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.techniques.rewarding import demand_rewards, read_choice, try_rewards

    choices = [read_choice(text) for text in arguments.reward]
    demand_rewards(choices, bool(arguments.reference))
    if any(choice.key == "model" for choice in choices):
        raise StudioError(
            "A reward model can't be tried here.",
            "It takes a run to load it.",
            "Try the rules alone; the first look of a run scores with the model.",
            code="no_model_here",
        )
    samples = [
        Answered(arguments.question, answer, arguments.reference)
        for answer in [*arguments.answer, *_lines(arguments.file)]
    ]
    if not samples:
        raise StudioError(
            "There is nothing to score.",
            "No answer was given.",
            "Give one: --answer TEXT, or a file of them: --file FILE.",
            code="no_answer",
        )
    scored = try_rewards(choices, samples)
    screen.result(
        [
            {"answer": sample.answer, "total": one.total, "parts": one.parts}
            for sample, one in zip(samples, scored, strict=True)
        ]
    )
    for sample, one in zip(samples, scored, strict=True):
        parts = ", ".join(f"{name} {value:.2f}" for name, value in one.parts.items())
        screen.say(f"{one.total:6.2f}  {sample.answer}")
        screen.say(f"        {parts}")
    return 0


def _lines(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        return [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise StudioError(
            f"{file} can't be read.",
            f"The system says: {error.strerror}."
            if isinstance(error, OSError)
            else "It is no text in UTF-8.",
            "Give a text file with one answer to a line.",
            code="file_unreadable",
        ) from error
