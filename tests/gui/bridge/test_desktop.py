"""Sleep and notifications over a bus of our own, with a stand-in for the desktop."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ftstudio.ui.bridge.desktop import Desktop

pytestmark = pytest.mark.skipif(
    not shutil.which("dbus-daemon"), reason="dbus-daemon is not installed"
)

STAND_IN = """
import sys
from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return
from jeepney.bus_messages import DBus, MatchRule, message_bus
from jeepney.io.blocking import open_dbus_connection, Proxy
bus = open_dbus_connection("SESSION")
for name in ("org.freedesktop.ScreenSaver", "org.freedesktop.Notifications"):
    Proxy(message_bus, bus).RequestName(name)
rule = MatchRule(type="signal", member="NameOwnerChanged", interface="org.freedesktop.DBus")
Proxy(message_bus, bus).AddMatch(rule)
log, holder = open(sys.argv[1], "a", buffering=1), None
log.write("ready\\n")
while True:
    message = bus.receive()
    member = message.header.fields.get(HeaderFields.member)
    if member == "NameOwnerChanged" and message.body[0] == holder and not message.body[2]:
        log.write("released\\n")
    elif message.header.message_type == MessageType.method_call and member == "Inhibit":
        holder = message.header.fields[HeaderFields.sender]
        log.write(f"inhibit {message.body}\\n")
        bus.send(new_method_return(message, "u", (7,)))
    elif message.header.message_type == MessageType.method_call and member == "Notify":
        signature = message.header.fields[HeaderFields.signature]
        log.write(f"notify {signature} {message.body[3]} {message.body[4]}\\n")
        bus.send(new_method_return(message, "u", (1,)))
"""


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Waits until the stand-in wrote a line with these words."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert daemon.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
    log = tmp_path / "desktop.log"
    stand_in = subprocess.Popen([sys.executable, "-c", STAND_IN, str(log)])

    def wait_for(words: str) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if log.exists() and words in log.read_text():
                return
            time.sleep(0.02)
        raise AssertionError(f"{words!r} was not heard: {log.read_text() if log.exists() else ''}")

    wait_for("ready")
    yield wait_for
    for process in (stand_in, daemon):
        process.kill()
        process.wait()
    daemon.stdout.close()


def test_awake_while_training_and_released_after(heard: Callable[[str], None]) -> None:
    desktop = Desktop()
    desktop.keep_awake("Training Support tone")
    desktop.keep_awake("again")
    heard("inhibit ('Fine-Tuning Studio', 'Training Support tone')")
    desktop.let_sleep()
    heard("released")


def test_a_notification_has_the_types_that_the_desktop_wants(
    heard: Callable[[str], None],
) -> None:
    Desktop().notify("Support tone is done", "41 min")
    heard("notify susssasa{sv}i Support tone is done 41 min")


def test_without_a_bus_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/bus")
    desktop = Desktop()
    desktop.keep_awake("x")
    desktop.let_sleep()
    desktop._inhibit("x")
    assert desktop._connection is None
