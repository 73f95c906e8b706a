"""What the playground begins with: models on the shelf, and held-out questions; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from ftstudio.adapters import shelf
from ftstudio.adapters.base import find_base
from ftstudio.adapters.card import AdapterCard
from ftstudio.adapters.heads import demand_writes, head_of
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace

_SHORT = 300  # characters; a longer question makes no chip


@dataclass(frozen=True)
class HeldOutQuestion:
    """A question the adapter has not learned from, and the instructions it came with."""

    question: str
    system: str = ""


@dataclass(frozen=True)
class Pair:
    """What is loaded: the original and what was learned on it."""

    card: AdapterCard
    base_name: str
    base: Path
    tuned: Path


def find_pair(workspace: Workspace, card: AdapterCard) -> Pair:
    """Where both lie. Raises StudioError when the base is not here or the adapter is broken."""
    if card.problem:
        raise StudioError(
            f"“{card.name}” can't be used.",
            card.problem,
            "Import it again from where it came from, or delete it.",
            code="adapter_broken",
        )
    tuned = shelf.folder(workspace, card.id)
    demand_writes(card.name, head_of(tuned, card))
    base = find_base(workspace, card)
    return Pair(card, base.name, Path(base.path), tuned)


def held_out_questions(card: AdapterCard, wanted: int = 4) -> list[HeldOutQuestion]:
    """A few short questions of the dataset's unseen rows; none where the data is not here."""
    if card.dataset is None or not Path(card.dataset.path).is_dir():
        return []
    from ftstudio.data.versions.library import load_version

    found: dict[str, HeldOutQuestion] = {}
    try:
        version = load_version(Path(card.dataset.path))
        rows = chain(version.examples("test"), version.examples("validation"))
        for example in islice(rows, 200):
            question = example.question.strip()
            if question and len(question) <= _SHORT and question not in found:
                system = next((m.content for m in example.messages if m.role == "system"), "")
                found[question] = HeldOutQuestion(question, system)
            if len(found) == wanted:
                break
    except StudioError:
        return []
    return list(found.values())
