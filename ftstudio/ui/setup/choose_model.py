"""Which base model to start from: built in, on this computer, or from Hugging Face."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_bytes
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.hub_panel import HubPanel
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.model_card import model_card
from ftstudio.ui.setup.page import Foot, SetupPage
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.choice_cards import ChoiceGroup
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import text


class ModelPage(SetupPage):
    key = "model"

    def __init__(self, desk: SetupDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        self.group = ChoiceGroup(2)
        self.group.chosen.connect(desk.choose_model)
        column.addWidget(self.group)
        column.addWidget(self._make_format_card())
        self.hub = HubPanel(desk.workspace)
        self.hub.arrived.connect(self._on_arrived)
        self.hub.closed.connect(self._on_hub_closed)
        column.addWidget(self.hub)
        column.addLayout(self._make_ways())
        column.addStretch(1)
        self._shown: list[str] = []

    def _make_format_card(self) -> Card:
        self.format_card = Card(tone="warn", margin=16, spacing=6)
        self.format_card.add_title(self.tr("This model has no chat format"), "messages-square")
        words = self.tr(
            "It was made to go on with a text, not to answer. It can learn to: questions and "
            "answers are then marked in a plain format (ChatML), which is kept with the result. "
            "If you want a model that can chat already, choose its “Instruct” or “Chat” version."
        )
        self.format_card.body.addWidget(text(words, None, wrap=True))
        return self.format_card

    def _make_ways(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.folder = button(self.tr("Choose a folder…"), "secondary", "folder-open")
        self.folder.clicked.connect(self._on_folder)
        self.from_hub = button(self.tr("Get from Hugging Face…"), "secondary", "download")
        self.from_hub.clicked.connect(self._on_hub)
        self.go_on = button("", "link", "rotate-ccw")
        self.go_on.clicked.connect(self._on_go_on)
        self.discard = button(self.tr("Discard…"), "link", "trash-2")
        self.discard.clicked.connect(self._on_discard)
        for widget in (self.folder, self.from_hub, self.go_on, self.discard):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def title(self) -> str:
        return self.tr("Which model should learn?")

    def facts(self) -> str:
        return self.tr("The model itself is never changed. Everything stays on this computer.")

    def refresh(self) -> None:
        models = self.desk.around.models
        if [m.ref.path for m in models] != self._shown:
            self._shown = [m.ref.path for m in models]
            self.group.clear()
            last = self.desk.studio.settings.last_model
            for info in models:
                self.group.add(model_card(self, info, info.ref.path == last))
        if self.desk.model is not None:
            self.group.select(self.desk.model.ref.path)
        self.format_card.setVisible(self.desk.needs_chat_format())
        running = self.desk.around.downloading
        if running is not None and not self.hub.is_busy():
            self.hub.follow(JobFolder(running))
        self._show_unfinished()
        self._show_unusable()
        self.foot_changed.emit()

    def _show_unfinished(self) -> None:
        waiting = self.desk.around.unfinished
        for widget in (self.go_on, self.discard):
            widget.setVisible(bool(waiting) and not self.hub.is_busy())
        if waiting:
            name, there = waiting[0]
            self.go_on.setText(
                self.tr("Go on with {name} ({size} there)").format(
                    name=name, size=format_bytes(there)
                )
            )

    def _show_unusable(self) -> None:
        unusable = self.desk.around.unusable
        if unusable and not self.notice.message():
            first = unusable[0]
            forget = partial(self.desk.forget_model_folder, first.folder)
            words = self.tr("Take it off the list") if first.elsewhere else ""
            self.notice.show_error(first.error, words, forget if first.elsewhere else None)

    def fit_width(self, width: int) -> None:
        self.group.set_columns(2 if width >= 860 else 1)

    def foot(self) -> Foot:
        if self.desk.model is None:
            missing = self.tr("Choose a model to go on")
            return Foot(missing, enabled=False, missing=missing)
        words = self.tr("Continue with {name}").format(name=self.desk.model.ref.name)
        hint = self.tr("Marked in a plain chat format") if self.desk.needs_chat_format() else ""
        return Foot(words, hint=hint)

    def asks(self) -> bool:
        """The model that was used last is taken again, unless it has a question of its own."""
        model = self.desk.model
        if model is None or self.desk.needs_chat_format():
            return True
        return self.desk.studio.settings.last_model != model.ref.path

    def answered(self) -> bool:
        return self.desk.model is not None

    def shut_down(self) -> None:
        self.hub.shut_down()

    def _on_folder(self) -> None:
        start = self.desk.studio.settings.last_folder
        chosen = QFileDialog.getExistingDirectory(self, self.tr("A model folder"), start)
        if chosen:
            self.notice.clear()
            self.desk.add_model_folder(Path(chosen))

    def _on_hub(self) -> None:
        self.from_hub.hide()
        self.hub.ask()

    def _on_hub_closed(self) -> None:
        self.from_hub.show()

    def _on_go_on(self) -> None:
        waiting = self.desk.around.unfinished
        if waiting:
            self.from_hub.hide()
            self.hub.ask(waiting[0][0])
            self.hub.begin()
            self.go_on.hide()
            self.discard.hide()

    def _on_discard(self) -> None:
        waiting = self.desk.around.unfinished
        if waiting:
            name, there = waiting[0]
            self.notice.show_warning(
                self.tr("Delete what has arrived of {name}?").format(name=name),
                self.tr("It is {size}; to have the model later, all of it is fetched anew.").format(
                    size=format_bytes(there)
                ),
                self.tr("Delete it"), partial(self.desk.discard_download, name),
            )  # fmt: skip

    def _on_arrived(self, folder: str) -> None:
        self.from_hub.show()
        self.desk.take_model(folder)
        self.desk.look_around()
