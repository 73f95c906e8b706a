"""Gets a model or a dataset from Hugging Face: a name, progress, cancel and go on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from ftstudio.basemodels.hub import repo_name
from ftstudio.basemodels.hub_errors import Kind
from ftstudio.basemodels.token import save_token
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_bytes, format_duration
from ftstudio.jobs import launch
from ftstudio.jobs.events import Event, Failed, Finished, Phase, Stopped
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.ui.bridge.job_watcher import JobWatcher
from ftstudio.ui.widgets.buttons import button, icon_button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.meter import Bar
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import ElidedLabel, text

_WORKER = "ftstudio.worker.download"


class HubPanel(Card):
    """Hidden until asked for. `arrived` carries the folder of what was fetched."""

    arrived = Signal(str)
    closed = Signal()

    def __init__(
        self, workspace: Workspace, kind: Kind = "model", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, margin=20, spacing=10)
        self._workspace, self.kind = workspace, kind
        self._watcher: JobWatcher | None = None
        self._folder: JobFolder | None = None
        head = self.add_title(self._words()[0], "download")
        close = icon_button("x", self.tr("Close"))
        close.clicked.connect(self._on_close)
        head.addWidget(close)
        self.body.addWidget(text(self._words()[1], "muted", wrap=True))
        self._make_name_row()
        self._make_token_row()
        self._make_progress()
        self.notice = NoticeBar()
        self.body.addWidget(self.notice)
        self.hide()

    def _words(self) -> tuple[str, str, str, str]:
        """Title, promise, what a name looks like, and what the field is called."""
        if self.kind == "dataset":
            return (
                self.tr("Get a dataset from Hugging Face"),
                self.tr(
                    "Only tables, texts, pictures and the licence are fetched; program code is "
                    "never taken or run. Nothing of yours is sent but the dataset's name."
                ),
                self.tr("publisher/dataset, for example openai/gsm8k"),
                self.tr("Name of the dataset on Hugging Face"),
            )
        return (
            self.tr("Get a model from Hugging Face"),
            self.tr(
                "Only weights as safetensors, settings, tokenizer and licence are fetched; "
                "program code is never taken or run. Nothing of yours is sent but the "
                "model's name."
            ),
            self.tr("publisher/model, for example Qwen/Qwen3-0.6B"),
            self.tr("Name of the model on Hugging Face"),
        )

    def _make_name_row(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self._words()[2])
        self.name.setAccessibleName(self._words()[3])
        self.name.returnPressed.connect(self.begin)
        self.get = button(self.tr("Get it"), "secondary", "download")
        self.get.clicked.connect(self.begin)
        row.addWidget(self.name, 1)
        row.addWidget(self.get)
        self.body.addLayout(row)

    def _make_token_row(self) -> None:
        self._token_row = QWidget()
        row = QHBoxLayout(self._token_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText(self.tr("Access token (hf_…), kept in a file only you read"))
        self.token.setAccessibleName(self.tr("Access token for Hugging Face"))
        self.token.returnPressed.connect(self.begin)
        row.addWidget(self.token, 1)
        self._token_row.hide()
        self.body.addWidget(self._token_row)

    def _make_progress(self) -> None:
        self._progress = QWidget()
        row = QHBoxLayout(self._progress)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.bar = Bar()
        self.words = text("", "small")
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = button(self.tr("Cancel"), "secondary", small=True)
        self.cancel.clicked.connect(self._on_cancel)
        row.addWidget(self.bar, 1)
        row.addWidget(self.words)
        row.addWidget(self.cancel)
        self._progress.hide()
        self.body.addWidget(self._progress)
        self.what = ElidedLabel("", "faint")
        self.what.hide()
        self.body.addWidget(self.what)

    def is_busy(self) -> bool:
        return self._watcher is not None

    def ask(self, name: str = "") -> None:
        """Come into view, with a name where one is known."""
        self.show()
        if name:
            self.name.setText(name)
        self.name.setFocus()

    def begin(self) -> None:
        if self.is_busy():
            return
        self.notice.clear()
        try:
            name = repo_name(self.name.text(), self.kind)
            if self.token.text().strip():
                save_token(self.token.text())
                self.token.clear()
            payload = {"name": name, "of": self.kind}
            root = self._workspace.root
            folder = create_job(self._workspace.jobs, "download", name, payload, root)
            launch.start(folder, module=_WORKER)
        except StudioError as error:
            self.notice.show_error(error)
            return
        except OSError as error:
            self.notice.show_error(_not_writable(error))
            return
        self.follow(folder)

    def follow(self, folder: JobFolder) -> None:
        """Show a download that is under way, maybe since before the window was opened."""
        if self.is_busy():
            return
        self._folder = folder
        self.name.setText(folder.spec().name)
        self.words.setText(self.tr("Connecting…"))
        self.bar.set(0.0)
        self.what.setText("")
        self.cancel.setEnabled(True)
        self._set_busy(True)
        self._watcher = JobWatcher(folder, self)
        self._watcher.events_seen.connect(self._on_events)
        self._watcher.start()

    def _set_busy(self, busy: bool) -> None:
        self._progress.setVisible(busy)
        if busy:
            self._token_row.hide()  # it was taken, or is not needed
        self.what.setVisible(busy)
        self.get.setEnabled(not busy)
        self.name.setReadOnly(busy)
        self.show()

    def _on_events(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Phase():
                    self._show_phase(event)
                case Finished():
                    self._end()
                    self.hide()
                    self.name.clear()
                    self.arrived.emit(event.output)
                case Stopped():
                    self._end()
                    self.get.setText(self.tr("Go on"))
                    self.notice.show_info(
                        self.tr("Stopped. What has arrived is kept; “Go on” fetches the rest.")
                    )
                case Failed():
                    self._end()
                    self._explain(event)
                case _:
                    pass

    def _show_phase(self, phase: Phase) -> None:
        if not phase.total:
            self.words.setText(phase.text)
            return
        self.what.setText(phase.text)
        self.bar.set(phase.done / phase.total)
        parts = [
            self.tr("{done} of {total}").format(
                done=format_bytes(phase.done), total=format_bytes(phase.total)
            )
        ]
        if phase.seconds_left and phase.seconds_left > 0:
            rate = (phase.total - phase.done) / phase.seconds_left
            parts.append(self.tr("{rate} a second").format(rate=format_bytes(rate)))
            parts.append(self.tr("{time} left").format(time=format_duration(phase.seconds_left)))
        self.words.setText(" · ".join(parts))
        self.bar.setAccessibleName(f"{phase.text}: {self.words.text()}")

    def _explain(self, failed: Failed) -> None:
        error = StudioError(failed.what, failed.why, failed.remedy, code=failed.code)
        self.notice.show_error(error, self.tr("Try again"), self.begin)
        if failed.code in ("hub_gated", "hub_not_found"):
            self._token_row.show()

    def _end(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.deleteLater()
            self._watcher = None
        self._set_busy(False)
        self.get.setText(self.tr("Get it"))

    def _on_cancel(self) -> None:
        if self._folder is not None:
            self.cancel.setEnabled(False)
            self.words.setText(self.tr("Stopping…"))
            launch.stop(self._folder)

    def event(self, event: QEvent) -> bool:
        """Esc closes the panel it is pressed in, not the page around it."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if (
            isinstance(event, QKeyEvent) and event.type() in kinds
            and event.key() == Qt.Key.Key_Escape
        ):  # fmt: skip
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self._on_close()
            return True
        return super().event(event)

    def _on_close(self) -> None:
        """The panel goes; a download goes on."""
        self.hide()
        self.closed.emit()

    def shut_down(self) -> None:
        """The window closes: stop watching, let the download go on."""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher = None


def _not_writable(error: OSError) -> StudioError:
    return StudioError(
        "The download could not be started.",
        f"The system says: {error.strerror or error}.",
        "Check that the workspace folder is writable and the disk is not full.",
        code="start_failed",
    )
