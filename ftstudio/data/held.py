"""A list of very many rows that goes in pieces, and elsewhere, when nobody wants it any more.

Whoever lets go of a million rows frees each of them, and meanwhile nothing else in Python moves:
two seconds in which a window would stand still.
"""

from __future__ import annotations

import _thread
import sys
from typing import Any, TypeVar

T = TypeVar("T")
_MANY = 20_000  # rows below which it is not worth a thread
_PIECE = 1_000  # let go at once: about a millisecond


class Held(list[T]):
    """A list like any other until its end."""

    __slots__ = ()

    def __del__(self) -> None:
        if len(self) > _MANY and not sys.is_finalizing():
            # the plain way to a thread: here no lock may be waited for. It lives on until it is
            # empty, and this is not asked again
            _thread.start_new_thread(let_go, (self,))


def let_go(things: list[T]) -> None:
    """From the end, so that others come in between; the list is empty afterwards."""
    while things:
        del things[-_PIECE:]


def let_go_of(things: dict[Any, Any]) -> None:
    """The same of a dictionary."""
    while things:
        things.popitem()
