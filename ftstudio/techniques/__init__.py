"""The catalogue: objectives (what to learn from), methods (which weights move), safeguards."""

from __future__ import annotations

from functools import cache

# Imported here, before the functions of the same names: a sub-package that is imported later
# would put itself in their place.
import ftstudio.techniques.methods
import ftstudio.techniques.objectives  # noqa: F401
from ftstudio.core.method import Method
from ftstudio.core.objective import Objective
from ftstudio.core.registry import discover


@cache
def objectives() -> dict[str, Objective]:
    return discover("ftstudio.techniques.objectives", Objective, minimum=1)


@cache
def methods() -> dict[str, Method]:
    return discover("ftstudio.techniques.methods", Method, minimum=2)
