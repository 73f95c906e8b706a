"""Asks the desktop not to sleep while training, and tells it when a run has ended."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

_log = logging.getLogger(__name__)
_TIMEOUT = 3.0
_NAME = "Fine-Tuning Studio"
# The first one that answers. The connection is kept open: when this process ends in whatever
# way, the desktop lets go by itself.
_INHIBITORS = (
    ("/org/freedesktop/PowerManagement/Inhibit", "org.freedesktop.PowerManagement",
     "org.freedesktop.PowerManagement.Inhibit"),
    ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "org.freedesktop.ScreenSaver"),
)  # fmt: skip


class Desktop:
    """All calls return at once; a desktop that does not answer is no error."""

    def __init__(self) -> None:
        self._wanted = False
        self._lock = threading.Lock()  # one thread at a time talks to the desktop
        self._connection: DBusConnection | None = None

    def keep_awake(self, reason: str) -> None:
        """Forbid sleep until `let_sleep`. Calling it again while it holds does nothing."""
        if not self._wanted:
            self._wanted = True
            self._in_thread(self._inhibit, reason)

    def let_sleep(self) -> None:
        if self._wanted:
            self._wanted = False
            self._in_thread(self._release)

    def notify(self, title: str, words: str) -> None:
        """Show one notification; nothing where the desktop has none."""
        self._in_thread(_notify, title, words)

    def _in_thread(self, call: Any, *arguments: str) -> None:
        if sys.platform == "linux":
            threading.Thread(target=call, args=arguments, name="desktop", daemon=True).start()

    def _inhibit(self, reason: str) -> None:
        with self._lock:
            if not self._wanted or self._connection is not None:
                return
            connection = _connect()
            if connection is None:
                return
            for place in _INHIBITORS:
                if _ask(connection, place, "Inhibit", "ss", (_NAME, reason)):
                    self._connection = connection
                    return
            connection.close()

    def _release(self) -> None:
        with self._lock:
            if self._connection is not None and not self._wanted:
                self._connection.close()
                self._connection = None


def _notify(title: str, words: str) -> None:
    connection = _connect()
    if connection is None:
        return
    place = ("/org/freedesktop/Notifications",) + ("org.freedesktop.Notifications",) * 2
    body: tuple[Any, ...] = (_NAME, 0, "ftstudio", title, words, [], {}, -1)
    _ask(connection, place, "Notify", "susssasa{sv}i", body)
    connection.close()


def _connect() -> DBusConnection | None:
    try:
        from jeepney.io.blocking import open_dbus_connection

        return open_dbus_connection("SESSION")
    except Exception as error:  # noqa: BLE001 - no bus, no permission, a broken address: all the same
        _log.info("no desktop bus: %s", error)
        return None


def _ask(connection: DBusConnection, place: tuple[str, str, str], method: str, signature: str,
         body: tuple[Any, ...]) -> bool:  # fmt: skip
    from jeepney import DBusAddress, MessageType, new_method_call

    path, service, interface = place
    message = new_method_call(DBusAddress(path, service, interface), method, signature, body)
    try:
        reply = connection.send_and_get_reply(message, timeout=_TIMEOUT)
    except (OSError, TimeoutError) as error:
        _log.info("%s did not answer: %s", service, error)
        return False
    return bool(reply.header.message_type == MessageType.method_return)
