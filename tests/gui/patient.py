"""Waiting for what must come, however busy the machine is, and for a page that is laid out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

PATIENCE = 120_000  # ms; what comes is gone on with at once


class PatientBot(QtBot):
    """No wait for an event is shorter than `PATIENCE`: a child that loads much, or a thread that
    gets no core, would end it on a machine that others share."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE))

    def waitSignal(
        self, signal: Any, *, timeout: int = PATIENCE, raising: bool | None = None,
        check_params_cb: Callable[..., bool] | None = None,
    ) -> SignalBlocker:  # fmt: skip
        if raising is not False:  # else it is looked whether one comes, and none may
            timeout = max(timeout, PATIENCE)
        return super().waitSignal(
            signal, timeout=timeout, raising=raising, check_params_cb=check_params_cb
        )


def lay_out(page: QWidget) -> None:
    """All that waits to be laid out is, the innermost first: a page asks its area for room only
    once its own parts have asked the page."""
    for _ in range(len(page.findChildren(QWidget))):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        before = sizes(page)
        QApplication.processEvents()
        if sizes(page) == before:
            return


def sizes(page: QWidget) -> list[tuple[int, int, int, int]]:
    """Where each part of it lies."""
    return [part.geometry().getRect() for part in page.findChildren(QWidget)]  # type: ignore[misc]
