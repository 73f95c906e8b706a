"""The catalogue: objectives (what to learn from), methods (which weights move), safeguards (what
to protect), rewards (what an answer is worth)."""

from __future__ import annotations

from functools import cache
from typing import Any

# Imported here, before the functions of the same names: a sub-package that is imported later
# would put itself in their place.
import ftstudio.techniques.methods
import ftstudio.techniques.objectives
import ftstudio.techniques.rewards
import ftstudio.techniques.safeguards  # noqa: F401
from ftstudio.core.method import Method
from ftstudio.core.objective import Objective
from ftstudio.core.registry import discover
from ftstudio.core.reward import Reward
from ftstudio.core.safeguard import Safeguard


@cache
def objectives() -> dict[str, Objective]:
    return _in_order(discover("ftstudio.techniques.objectives", Objective, minimum=1))


@cache
def methods() -> dict[str, Method]:
    return _in_order(discover("ftstudio.techniques.methods", Method, minimum=2))


@cache
def safeguards() -> dict[str, Safeguard]:
    return discover("ftstudio.techniques.safeguards", Safeguard, minimum=0)


@cache
def rewards() -> dict[str, Reward]:
    return discover("ftstudio.techniques.rewards", Reward, minimum=0)


def method_of(name: str) -> Method | None:
    """By its key, or by what peft calls the kind it saves ("prefix_tuning"); None: unknown."""
    by_peft = (method for method in methods().values() if method.saved_as == name)
    return methods().get(name) or next(by_peft, None)


def scratch_files() -> set[str]:
    """Files in a saved version that only the learning needs, whatever was learned and how."""
    of_goals = {name for goal in objectives().values() for name in goal.scratch}
    return of_goals | {name for method in methods().values() for name in method.scratch}


def _in_order(found: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
