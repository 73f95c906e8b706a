"""Imports ahead, in a thread, what the next click would have to wait for."""

from __future__ import annotations

import importlib
import linecache
import logging
import sys
import threading
from collections.abc import Sequence

_log = logging.getLogger(__name__)
_REST = 0.05  # seconds between two modules
_PATIENCE = 5.0  # seconds, at the end, with what is being loaded


class Preload(threading.Thread):
    """Whoever needs a module meanwhile waits for it no longer than its import takes anyway."""

    def __init__(self, modules: Sequence[str]) -> None:
        super().__init__(name="preload", daemon=True)
        self._modules = modules
        self._ended = threading.Event()

    def run(self) -> None:
        sys.meta_path.insert(0, self)
        try:
            for module in self._modules:
                if self._ended.wait(_REST):
                    return
                self._load(module)
        finally:
            sys.meta_path.remove(self)

    def _load(self, module: str) -> None:
        try:
            importlib.import_module(module)
        except _Ended:
            pass
        except Exception:  # noqa: BLE001 - it is said where the module is needed
            _log.warning("%s could not be loaded ahead", module, exc_info=True)

    def find_spec(self, *_asked: object) -> None:
        """Finds nothing; Python asks it before each import, also of those within a module.

        The bindings of Qt read the source of every module into a cache that nobody else needs.
        """
        if threading.current_thread() is self:
            linecache.clearcache()
            if self._ended.is_set():
                raise _Ended

    def end(self) -> bool:
        """Stop before the next import; False where the one under way does not come back.

        A thread that Python ends in the middle of making a Qt class would take the process along.
        """
        self._ended.set()
        if self.is_alive():
            self.join(_PATIENCE)
        return not self.is_alive()


class _Ended(BaseException):
    """Ends an import from within; whoever tries something else when one fails must not see it."""
