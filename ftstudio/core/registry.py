"""Finds what a folder offers: one constant of the wanted kind in each of its modules."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol, TypeVar


class HasKey(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=HasKey)


def discover(package: str, kind: type[T], minimum: int = 1) -> dict[str, T]:
    """Import every module of `package` and return its constants of type `kind` by their key.

    Raises RuntimeError when a module declares none or several, when a key is doubled, or when
    fewer than `minimum` are found: a walk must not quietly find 3 of 20.
    """
    found: dict[str, T] = {}
    home = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(home.__path__), key=lambda m: m.name):
        module = importlib.import_module(f"{package}.{info.name}")
        constants = {id(v): v for v in vars(module).values() if isinstance(v, kind)}
        if len(constants) != 1:
            raise RuntimeError(
                f"{module.__name__} declares {len(constants)} {kind.__name__}s, expected one"
            )
        (constant,) = constants.values()
        if constant.key in found:
            raise RuntimeError(f"the key {constant.key!r} is declared twice in {package}")
        found[constant.key] = constant
    if len(found) < minimum:
        raise RuntimeError(f"{package} offers {len(found)}, expected at least {minimum}")
    return found
