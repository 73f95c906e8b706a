"""What opens dialogs one at a time, without stopping the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QDialog


class OneDialog:
    """To be inherited. Another dialog closes the one before; `dialog` is the open one."""

    dialog: QDialog | None = None

    def _open(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = dialog
        dialog.finished.connect(partial(self._on_closed, dialog))
        dialog.open()

    def _on_closed(self, dialog: QDialog, result: int) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()
