"""A merge in its place: progress by phase, cancel, and where the full model lies."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.followed_job import FollowedJob
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text


class MergeCard(Card):
    """Hidden unless a merge of the shown adapter is at work or has just ended."""

    merged = Signal(str)  # the full model's id on the shelf
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="soft", margin=14, spacing=8)
        self._title = text(self.tr("Merging"), "h3")
        self._phase = text("", "small", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the merge"))
        self.cancel = button(self.tr("Cancel"), "secondary", small=True)
        self.cancel.clicked.connect(self._on_cancel)
        self.close_it = button(self.tr("Close"), "ghost", small=True)
        self.close_it.clicked.connect(self.hide)
        top = QHBoxLayout()
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self.cancel)
        top.addWidget(self.close_it)
        self.body.addLayout(top)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._phase)
        self._job = FollowedJob(self)
        self._job.changed.connect(self._renew)
        self._job.over.connect(self._on_over)
        self.hide()

    def watch(self, folder: JobFolder) -> None:
        """Follow a merge, from its first event."""
        if self._job.folder is not None and self._job.folder.path == folder.path:
            return
        self._job.follow(folder)
        self._renew()
        self.show()

    def let_go(self) -> None:
        """Stop following and hide; the merge itself goes on."""
        self._job.let_go()
        self.hide()

    def is_at_work(self) -> bool:
        return self._job.folder is not None and not self._job.status.is_over

    def words(self) -> str:
        return f"{self._title.text()} {self._phase.text()}"

    def _on_over(self) -> None:
        self.ended.emit()
        if self._job.status.state == "finished":
            self.merged.emit(self._job.status.shelf_id)

    def _renew(self) -> None:
        status, over = self._job.status, self._job.is_over
        self.cancel.setVisible(not over)
        self.close_it.setVisible(over)
        self._bar.setVisible(not over)
        self._bar.setRange(0, int(status.phase_total))  # 0 to 0: busy
        self._bar.setValue(int(status.phase_done))
        title, words = self._words_of(status)
        self._title.setText(title)
        self._phase.setText(words)
        self.set_tone({"finished": "ok", "failed": "bad", "interrupted": "bad"}.get(
            status.state, "soft"))  # fmt: skip

    def _words_of(self, status: RunStatus) -> tuple[str, str]:
        if status.state == "finished":
            same = status.scores.get("same_next_token")
            words = self.tr("It stands on the shelf as a full model and loads anywhere.")
            if same is not None:
                words += " " + self.tr("Checked: {share} % the same next words as before.").format(
                    share=round(100 * same, 1)
                )
            return self.tr("Merged"), words
        if status.error is not None:
            error = status.error
            return error.what, f"{error.why} {error.remedy}"
        if status.state == "stopped":
            return self.tr("Merge cancelled"), self.tr("Nothing was written.")
        return self.tr("Merging into a full model"), status.phase_text or self.tr("Starting …")

    def _on_cancel(self) -> None:
        folder = self._job.folder
        if folder is None:
            return
        self.cancel.setEnabled(False)

        def work(cancel: background.Cancel) -> None:
            launch.stop(folder, keep=False)

        background.run(self, work, self._on_cancelled, self._on_failed)

    def _on_cancelled(self, result: None) -> None:
        self.cancel.setEnabled(True)

    def _on_failed(self, error: StudioError) -> None:
        self.cancel.setEnabled(True)
        self._phase.setText(f"{error.what} {error.remedy}")
