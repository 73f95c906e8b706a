"""What is done with frozen versions: comparing, mixing, telling their lineage, erasing a person."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ftstudio.data.kind import TITLES
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.dataset.library.card_dialog import CardDialog
from ftstudio.ui.dataset.library.compare_dialog import CompareDialog
from ftstudio.ui.dataset.library.erase_dialog import EraseDialog
from ftstudio.ui.dataset.library.library_view import LibraryView
from ftstudio.ui.dataset.library.lineage_dialog import LineageDialog
from ftstudio.ui.dataset.library.mix_dialog import MixDialog
from ftstudio.ui.dataset.one_dialog import OneDialog
from ftstudio.ui.dataset.rows.row_reader import Place, RowReader
from ftstudio.ui.studio import Studio


class LibraryDesk(OneDialog, QObject):
    """Opens one dialog at a time over the library; none of them stops the window."""

    look = Signal(str)  # look at the library anew, and choose this version

    def __init__(self, studio: Studio, view: LibraryView, place: QWidget) -> None:
        super().__init__(place)
        self._studio, self._view, self._place = studio, view, place
        panel = view.version_panel
        panel.compare.connect(self.compare)
        panel.mix.connect(self.mix)
        panel.lineage.connect(self.lineage)
        panel.read.connect(self.read)
        panel.card.connect(self.card)
        view.erase.connect(self.erase)

    def compare(self, version: DatasetVersion) -> None:
        others = [one for one in self._view.versions() if one.id != version.id]
        if others:
            self._open(CompareDialog(version, _like(version, others), self._place))
        else:
            self._alone()

    def mix(self, version: DatasetVersion) -> None:
        others = [one for one in self._view.versions() if one.id != version.id]
        alike = [one for one in others if one.facts.kind == version.facts.kind]
        if not others:
            self._alone()
        elif not alike:
            kind = TITLES[version.facts.kind].lower()
            words = self.tr("“{name}” holds {kind}, and no other dataset here does: only datasets "
                            "of the same kind can be mixed.")  # fmt: skip
            self._view.notice.show_info(words.format(name=version.name, kind=kind))
        else:
            workspace = self._studio.workspace
            dialog = MixDialog(workspace, version, _like(version, alike), self._place)
            dialog.mixed.connect(self._on_mixed)
            self._open(dialog)

    def lineage(self, version: DatasetVersion) -> None:
        dialog = LineageDialog(self._studio.workspace, version, self._place)
        dialog.version_wanted.connect(self._view.select)
        self._open(dialog)

    def card(self, version: DatasetVersion) -> None:
        self._open(CardDialog(version, self._place))

    def read(self, version: DatasetVersion, places: list[Place], at: int) -> None:
        self._open(RowReader(version, places, at, self._place))

    def erase(self) -> None:
        dialog = EraseDialog(self._studio.workspace, self._place)
        dialog.erased.connect(partial(self.look.emit, ""))
        self._open(dialog)

    def _alone(self) -> None:
        self._view.notice.show_info(
            self.tr("This is the only dataset. Prepare a second one to compare or mix it.")
        )

    def _on_mixed(self, version: DatasetVersion) -> None:
        self.look.emit(version.id)
        words = self.tr("“{name}” is kept.").format(name=version.name)
        left_out = self._view.version_panel.left_out_words(version)
        self._view.notice.show_info(" ".join(filter(None, (words, left_out))))


def _like(version: DatasetVersion, others: list[DatasetVersion]) -> list[DatasetVersion]:
    """Those most likely meant first: of the same files, of the same kind, of a like name."""

    def strange(other: DatasetVersion) -> tuple[bool, bool, float]:
        like = SequenceMatcher(None, version.name, other.name).ratio()
        return not _files(version) & _files(other), other.facts.kind != version.facts.kind, -like

    return sorted(others, key=strange)


def _files(version: DatasetVersion) -> set[str]:
    return {str(one.get("sha256")) for one in version.manifest.get("sources", [])}
