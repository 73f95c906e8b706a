"""Fields come back as they were; whatever is not what it should be is refused, by its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from ftstudio.planning.plain_fields import of_plain


@dataclass(frozen=True)
class Kept:
    name: str
    size: int
    watts: float = 0.0
    eager: bool = False


WHOLE = {"name": "a", "size": 3, "watts": 1.5, "eager": True}


def test_it_comes_back_and_strangers_are_left_out() -> None:
    assert of_plain(Kept, {**WHOLE, "later": 1}) == Kept("a", 3, 1.5, True)
    assert of_plain(Kept, {"name": "a", "size": 3, "watts": 2}) == Kept("a", 3, 2.0)


@pytest.mark.parametrize(
    "damage",
    [
        {"name": 7}, {"size": "3"}, {"size": 1.5}, {"size": True}, {"size": None}, {"size": [3]},
        {"watts": "much"}, {"watts": float("nan")}, {"watts": float("inf")}, {"size": 10**40},
        {"eager": 1},
    ],
)  # fmt: skip
def test_what_is_of_another_type_or_no_number_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        of_plain(Kept, {**WHOLE, **damage})


@pytest.mark.parametrize("values", [None, [], "x", 3, {"name": "a"}])
def test_what_holds_no_such_fields_is_refused(values: Any) -> None:
    with pytest.raises(TypeError):
        of_plain(Kept, values)
