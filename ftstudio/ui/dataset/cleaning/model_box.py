"""A model of the person's own that reads the rows: its folder is chosen, and it reads in a process
of its own, with progress and a way to stop."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.basemodels.readers import ReaderModel, inspect_encoder, inspect_names
from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_duration, format_share
from ftstudio.jobs.events import Phase
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.bridge.background import Task, run
from ftstudio.ui.bridge.side_job import SideJob
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text

Reads = Literal["meaning", "names"]
_REMEMBERED = {"meaning": "meaning_model", "names": "names_model"}
_INSPECT: dict[str, Callable[[Path], ReaderModel]] = {
    "meaning": inspect_encoder,
    "names": inspect_names,
}


class ModelBox(Tinted):
    """`read` carries what the model's process wrote; `wanted` asks whoever holds the box for what
    the job is to be given, and `begin` starts it."""

    wanted = Signal()
    read = Signal(object)  # dict
    failed = Signal(object)  # StudioError
    changed = Signal()  # another model, or it began or ended to read

    def __init__(self, reads: Reads, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__("surface2", parent=parent)
        self._reads, self._studio = reads, studio
        self.model: ReaderModel | None = None
        self._looking: Task[ReaderModel] | None = None
        self._furnish: Callable[[JobFolder], None] = lambda folder: None
        self.job = SideJob(reads, _result, self, lambda folder: self._furnish(folder))
        self.job.spoke.connect(self._on_spoke)
        self.job.finished.connect(self._on_finished)
        self.job.failed.connect(self._on_failed)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(IconLabel("book-open", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._make_words(), 1)
        self._make_buttons(row)
        self._show()
        remembered = getattr(studio.settings, _REMEMBERED[reads])
        if remembered:
            self._look(Path(remembered), self._on_gone)

    def _make_words(self) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = text("", "h3", wrap=True)
        self.more = text("", "small", wrap=True)
        self.place = ElidedLabel("", "faint")
        self.meter = Meter("")
        self.meter.hide()
        for widget in (self.title, self.more, self.place, self.meter):
            words.addWidget(widget)
        return words

    def _make_buttons(self, row: QHBoxLayout) -> None:
        self.choose_button = button(self.tr("Choose folder …"), "secondary", "folder", small=True)
        self.choose_button.clicked.connect(self.choose)
        self.read_button = button("", "secondary", "search", small=True)
        self.read_button.clicked.connect(self.wanted)
        self.stop_button = button(self.tr("Stop"), "secondary", small=True)
        self.stop_button.clicked.connect(self.stop)
        for made in (self.choose_button, self.read_button, self.stop_button):
            row.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def at_work(self) -> bool:
        return self.job.at_work

    # ---- choosing ----
    def choose(self) -> None:
        begin = str(self.model.path.parent) if self.model else self._studio.settings.last_folder
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder of the model"), begin)
        if chosen:
            self.take(Path(chosen))

    def take(self, folder: Path) -> None:
        """Look at it; a model that fits is remembered."""
        self._look(folder, self.failed.emit)

    def _look(self, folder: Path, failed: Callable[[StudioError], None]) -> None:
        inspect = _INSPECT[self._reads]

        def done(model: ReaderModel) -> None:
            self.model, self._looking = model, None
            self._studio.remember(**{_REMEMBERED[self._reads]: str(model.path)})
            self._show()

        def not_done(error: StudioError) -> None:
            self._looking = None
            failed(error)

        self._looking = run(self, lambda cancel: inspect(folder), done, not_done)

    def _on_gone(self, error: StudioError) -> None:
        self.more.setText(f"{error.what} {error.why}")
        self.more.show()

    # ---- reading ----
    def begin(self, payload: dict[str, Any], furnish: Callable[[JobFolder], None]) -> None:
        """Let the chosen model read what `furnish` puts into the job's folder."""
        if self.model is None:
            return
        self._furnish = furnish
        kept = self._studio.workspace.vectors
        name = self._words()[2]
        given = {"model": str(self.model.path), "kept": str(kept), **payload}
        self.job.begin(self._studio.workspace, name, given)
        self.meter.set_title(self.tr("Starting"))
        self.meter.set(0.02, "")
        self._show()

    def stop(self) -> None:
        self.job.cancel()
        self._show()

    def _on_spoke(self, event: object) -> None:
        if not isinstance(event, Phase):
            return
        self.meter.set_title(event.text)
        share = event.done / event.total if event.total else 0.0
        said = format_share(share) if event.total else ""
        if event.seconds_left is not None:
            words = self.tr("{share} · {time} left")
            said = words.format(share=said, time=format_duration(event.seconds_left))
        self.meter.set(max(share, 0.02), said)

    def _on_finished(self, last: object, result: object) -> None:
        self._show()
        self.read.emit(result)

    def _on_failed(self, error: StudioError) -> None:
        self._show()
        self.failed.emit(error)

    # ---- showing it ----
    def _words(self) -> tuple[str, str, str]:
        """Without a model: what is missing, and what fits; then what the button does."""
        if self._reads == "meaning":
            return (
                self.tr("No model that compares meanings is chosen"),
                self.tr(
                    "Point to the folder of a sentence embedding model that you have, such as "
                    "multilingual E5 or MiniLM, as safetensors. Nothing is fetched or sent."
                ),
                self.tr("Compare the rows"),
            )
        return (
            self.tr("No model that finds names is chosen"),
            self.tr(
                "Point to the folder of a model for named entities (NER) or a GLiNER model that "
                "you have, as safetensors. Without one, names and addresses are not found. "
                "Nothing is fetched or sent."
            ),
            self.tr("Find names"),
        )

    def _show(self) -> None:
        missing, fits, does = self._words()
        working, model = self.at_work, self.model
        self.title.setText(model.name if model else missing)
        self.more.setText(fits)
        self.more.setVisible(model is None)
        self.place.setText(str(model.path) if model else "")
        self.place.setVisible(model is not None and not working)
        self.meter.setVisible(working)
        self.choose_button.setVisible(not working)
        other = self.tr("Another …") if model else self.tr("Choose folder …")
        self.choose_button.setText(other)
        self.read_button.setText(does)
        self.read_button.setVisible(model is not None and not working)
        self.stop_button.setVisible(working)
        self.changed.emit()

    def leave(self) -> None:
        """Nobody waits for the model any more."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self.job.cancel()


def _result(folder: JobFolder) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((folder.output / "found.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StudioError(
            "What the model found can't be read.",
            "Its file is missing or damaged.",
            "Let it read the rows again.",
            code="reading_unreadable",
        ) from error
    return told
