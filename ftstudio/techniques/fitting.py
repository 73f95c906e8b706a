"""What fits together: a goal and a method, a goal and a dataset, a safeguard and what it is to
protect; and why not, in words."""

from __future__ import annotations

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.example import ExampleKind
from ftstudio.core.method import Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Objective
from ftstudio.core.pairing import Pairing
from ftstudio.core.params import Params
from ftstudio.core.safeguard import Safeguard
from ftstudio.techniques import methods

_NAMED = 5
_NO_PICTURES = "Training on pictures comes later; the texts alone would miss what they are about."
_KIND_WORDS: dict[ExampleKind, str] = {
    "chat": "questions with answers",
    "text": "plain text",
    "preference": "pairs of a better and a worse answer",
    "feedback": "answers marked good or bad",
    "label": "texts with labels",
    "number": "texts with a number",
}


def why_not(
    objective: Objective,
    method: Method,
    shape: ModelShape | None = None,
    device: str = "",
    params: Params | None = None,
) -> str | None:
    """Why this pair can't be trained, in words with what to take instead; None where it can.
    `params` are the method's, where they are chosen already."""
    if said := method.missing() or _why_not_this_base(method, shape):
        return said
    pairing = pair(objective, method, shape, device, params)
    return method.why_not(pairing) or objective.why_not(pairing)


def _why_not_this_base(method: Method, shape: ModelShape | None) -> str | None:
    if shape is None or shape.compression == method.takes:
        return None
    if method.takes:
        return (
            f"It needs a model that was compressed by {method.takes.upper()} already, and this one "
            "was not. Take QLoRA, which compresses it while it is loaded."
        )
    title = next((m.title for m in methods().values() if m.takes == shape.compression), "")
    return (
        f"The weights of this model are compressed already ({shape.compression.upper()}). "
        f"Take {title or 'the original model'}."
    )


def pair(
    objective: Objective,
    method: Method,
    shape: ModelShape | None = None,
    device: str = "",
    params: Params | None = None,
) -> Pairing:
    """The two side by side, as each may know the other."""
    return Pairing(
        objective=objective.key,
        method=method.key,
        traits=method.traits,
        writes=objective.answers,
        generates=objective.generates,
        own_steps=objective.own_steps,
        shape=shape,
        device=device,
        params=params,
        compares=objective.reference,
    )


def why_not_protect(
    safeguard: Safeguard, objective: Objective, method: Method,
    facts: DatasetFacts | None = None, own: DatasetFacts | None = None,
) -> str | None:  # fmt: skip
    """Why this safeguard can't protect what this dataset shows; None where it can. `facts` are
    those of the earlier data, `own` those of the run's, if they are known."""
    if said := safeguard.why_not(pair(objective, method)):
        return said
    if facts is None:
        return None
    if facts.images:
        return _NO_PICTURES
    if facts.kind in objective.learns_from:
        return _why_not_its_classes(facts, own) if own and facts.kind == "label" else None
    if safeguard.mix is None and objective.answers and facts.kind in ("chat", "text"):
        return None
    wanted = " or ".join(_KIND_WORDS[kind] for kind in objective.learns_from)
    return (
        f"These earlier examples are {_KIND_WORDS[facts.kind]}; beside this goal they must be "
        f"{wanted}."
    )


def _why_not_its_classes(earlier: DatasetFacts, own: DatasetFacts) -> str | None:
    """A head has an output for each class of the run's own data, and for no other."""
    if earlier.several_labels and not own.several_labels:
        return "Its texts may have several classes each; here a text is to have one."
    missing = sorted(set(earlier.labels) - set(own.labels))
    if not missing:
        return None
    named = ", ".join(f"“{name}”" for name in missing[:_NAMED])
    if len(missing) > _NAMED:
        named += f" and {len(missing) - _NAMED:,} more"
    return (
        f"It has classes that the new data does not have: {named}. There is no output for them. "
        "Join both datasets into one, or take earlier data with the same classes."
    )


def why_not_learn(objective: Objective, facts: DatasetFacts) -> str | None:
    """Why this objective can't learn from this dataset, in words; None where it can."""
    if facts.images:
        return _NO_PICTURES
    if facts.kind not in objective.learns_from:
        wanted = " or ".join(_KIND_WORDS[kind] for kind in objective.learns_from)
        return f"This dataset holds {_KIND_WORDS[facts.kind]}; this goal needs {wanted}."
    return objective.why_not_data(facts)


def demand_possible(
    objective: Objective, method: Method, facts: DatasetFacts, shape: ModelShape | None,
    device: str, params: Params,
) -> None:  # fmt: skip
    """Raises StudioError where this goal can't learn from this data, or not by this method."""
    if said := why_not_learn(objective, facts):
        raise StudioError(
            f"“{objective.title}” can't learn from this dataset.",
            said,
            f"It needs: {objective.needs}",
            code="wrong_data",
        )
    if said := why_not(objective, method, shape, device, params):
        raise StudioError(
            f"{method.title} can't be used for “{objective.title}”.",
            said,
            "Choose another method: the list says why each one can't be.",
            code="wrong_pair",
        )


def unpacked(objective: Objective, params: Params, method: Method) -> str | None:
    """Why documents do not share a row under this method, though that was chosen."""
    if not objective.packs(params) or "adds_tokens" not in method.traits:
        return None
    return (
        f"{method.title} puts learned tokens before each row; documents that share one would "
        "read each other. Short documents are filled up instead, which takes longer."
    )
