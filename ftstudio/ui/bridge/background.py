"""A slow call in a thread, its result back on the window's thread."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot
from shiboken6 import isValid

from ftstudio.core.errors import Cancelled, StudioError

T = TypeVar("T")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
_TURN = 0.0002  # seconds


def keep_turns_short() -> None:
    """Let a busy thread hand Python over after a fifth of a millisecond instead of five.

    Qt asks Python dozens of times while one page is laid out, and each time waits for the turn of
    the thread that works in the background to end.
    """
    sys.setswitchinterval(_TURN)


class Cancel:
    """Handed to the work. Call it to learn whether to stop; `report` tells how far it is."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._report: Callable[[float], None] | None = None

    def __call__(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raises Cancelled when the person asked to stop."""
        if self._event.is_set():
            raise Cancelled

    def report(self, fraction: float) -> None:
        if self._report is not None:
            self._report(fraction)

    def set(self) -> None:
        self._event.set()


class Task(Generic[T]):
    """One call under way. Once cancelled, none of its callbacks is called any more.

    The window's thread keeps what the call holds until the other thread has ended: the last to
    let go of a widget deletes it, and only the window's thread may.
    """

    def __init__(self, owner: QObject, work: Callable[[Cancel], T], done: Callable[[T], None],
                 failed: Callable[[StudioError], None] | None,
                 progress: Callable[[float], None] | None,
                 ended: Callable[[], None] | None) -> None:  # fmt: skip
        self._owner = owner
        self._work = work
        self._ended = ended
        self._done = done
        self._failed = failed
        self._progress = progress
        self._last_report = self._furthest = 0.0
        self.asked = Cancel()
        self.asked._report = self._on_report
        self.thread = threading.Thread(
            target=self._run, name=f"background {work!r:.60}", daemon=True
        )

    def cancel(self) -> None:
        self.asked.set()

    def is_running(self) -> bool:
        return self.thread.is_alive()

    def _start(self) -> None:
        self.thread.start()
        _under_way.add(self)

    def _run(self) -> None:
        try:
            result = self._work(self.asked)
        except Cancelled:
            self._tell(self._end)
        except StudioError as error:
            expected = error  # the name `error` is gone when the lambda is called
            self._tell(self._end, lambda: self._fail(expected))
        except BaseException:  # noqa: BLE001 - handed to the crash hook, on the window's thread
            info = sys.exc_info()
            self._tell(self._end, lambda: _crash(info))
        else:
            self._tell(self._end, lambda: self._done(result))
        finally:
            _dispatcher().call.emit(self._let_go)

    def _let_go(self) -> None:
        self.thread.join()  # it has nothing left to do but to end
        self.asked._report = None  # a circle: it would wait for the collector
        _under_way.discard(self)

    def _tell(self, *calls: Callable[[], None]) -> None:
        def on_gui_thread() -> None:
            for call in calls:
                if isValid(self._owner) and not self.asked():
                    call()

        _dispatcher().call.emit(on_gui_thread)

    def _end(self) -> None:
        if self._ended is not None:
            self._ended()

    def _fail(self, error: StudioError) -> None:
        if self._failed is None:
            _crash((type(error), error, error.__traceback__))
        else:
            self._failed(error)

    def _on_report(self, fraction: float) -> None:
        progress, now = self._progress, time.monotonic()
        at_last = fraction >= 1 > self._furthest
        if progress is not None and (at_last or now - self._last_report > 0.05):
            self._last_report, self._furthest = now, fraction
            self._tell(lambda: progress(fraction))


def run(owner: QObject, work: Callable[[Cancel], T], done: Callable[[T], None],
        failed: Callable[[StudioError], None] | None = None,
        progress: Callable[[float], None] | None = None,
        ended: Callable[[], None] | None = None) -> Task[T]:  # fmt: skip
    """Call `work(cancel)` in a thread; `done`, `failed` and `progress` on the window's thread.

    They are not called once `owner` is destroyed. What `work` raises beside StudioError and
    Cancelled goes to the crash hook, and so does a StudioError that nobody wants. `ended` comes
    just before them whatever the work came to, unless it was cancelled from outside.
    """
    _dispatcher()
    task: Task[T] = Task(owner, work, done, failed, progress, ended)
    task._start()
    return task


def wait_all(seconds: float = 2.0) -> bool:
    """Wait for the threads under way; False when some are still going. For the end, and tests."""
    until = time.monotonic() + seconds
    for task in _under_way:
        task.thread.join(max(0.0, until - time.monotonic()))
    return not any(task.is_running() for task in _under_way)


def at_work() -> bool:
    """Whether a thread works for the window now."""
    return bool(_under_way)


class _Dispatcher(QObject):
    """Lives on the window's thread as long as the process."""

    call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.call.connect(self._on_call)

    @Slot(object)
    def _on_call(self, function: Callable[[], None]) -> None:
        function()


_under_way: set[Task[Any]] = set()
_kept: list[_Dispatcher] = []


def _dispatcher() -> _Dispatcher:
    if not _kept:
        made = _Dispatcher()
        assert made.thread() == QThread.currentThread()
        _kept.append(made)
    return _kept[0]


def _crash(info: _ExcInfo | tuple[None, None, None]) -> None:
    if info[0] is not None:
        sys.excepthook(*info)
