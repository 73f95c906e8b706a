"""Where a version comes from and what learned from it: files, versions, runs, left to right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ftstudio.adapters.learned import learned_from
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_bytes, format_count, plural
from ftstudio.data.licences import licence, licence_warnings
from ftstudio.data.step import steps
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.data.versions.lineage import lineage
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.text import IconLabel, text

_COLUMNS = ("files", "before", "here", "after", "learners")


@dataclass(frozen=True)
class Box:
    title: str
    more: str = ""
    version: str = ""  # its id, where a click can go there


class LineageDialog(DialogFrame):
    version_wanted = Signal(str)

    def __init__(self, workspace: Workspace, version: DatasetVersion,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent, 980, 430)
        self.boxes: dict[str, list[Box]] = {}
        self.setWindowTitle(self.tr("Where it comes from"))
        words = self.tr("Where “{name}” comes from").format(name=version.name)
        self.set_head(words, self.tr("lineage"))
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self.body.addWidget(PageArea(self._holder), 1)
        self.warning = text("", "small", wrap=True)
        restyle(self.warning, "tone", "warn")
        self.warning.hide()
        self.body.addWidget(self.warning)
        self.foot.addStretch(1)
        self.start(lambda cancel: _read(workspace, version), self._on_read)

    def _on_read(self, found: tuple[dict[str, list[Box]], list[str]]) -> None:
        self.boxes, warnings = found
        self.warning.setText(" ".join(warnings))
        self.warning.setVisible(bool(warnings))
        titles = {
            "files": self.tr("Files"),
            "before": self.tr("Versions it was made of"),
            "here": self.tr("This version"),
            "after": self.tr("Versions made of it"),
            "learners": self.tr("Learned from it"),
        }
        shown = [key for key in _COLUMNS if self.boxes[key] or key in ("files", "learners")]
        for place, key in enumerate(shown):
            if place:
                arrow = IconLabel("arrow-right", "muted", 20)
                self._grid.addWidget(arrow, 0, 2 * place - 1, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(self._column(key, titles[key]), 0, 2 * place)
            self._grid.setColumnStretch(2 * place, 1)

    def _column(self, key: str, title: str) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(text(title, "small", wrap=True))
        for box in self.boxes[key]:
            card = Tinted("accent_soft" if key == "here" else "surface2")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(12, 10, 12, 10)
            inside.setSpacing(2)
            inside.addWidget(text(box.title, "h3", wrap=True))
            if box.more:
                inside.addWidget(text(box.more, "small", wrap=True))
            if box.version:
                link = button(self.tr("Open"), "link", small=True)
                link.setAccessibleName(self.tr("Open {name}").format(name=box.title))
                link.clicked.connect(lambda _=False, at=box.version: self._on_open(at))
                inside.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            card.setAccessibleName(f"{title}: {box.title}, {box.more}")
            column.addWidget(card)
        if not self.boxes[key]:
            nothing = self.tr("Nothing yet. A run that is started with this version, and the "
                              "adapter made by it, will stand here.")  # fmt: skip
            if key != "learners":
                nothing = self.tr("No file is known.")
            column.addWidget(text(nothing, "small", wrap=True))
        column.addStretch(1)
        return holder

    def _on_open(self, version: str) -> None:
        self.version_wanted.emit(version)
        self.accept()


def _read(workspace: Workspace, version: DatasetVersion) -> tuple[dict[str, list[Box]], list[str]]:
    whole = lineage(workspace)
    knots = {knot.id: knot for knot in whole.versions}
    before, after = whole.ancestors(version.id), whole.descendants(version.id)
    own = [str(one.get("sha256", "")) for one in version.manifest.get("sources", [])]
    files = [file for file in whole.sources if file.sha256 in own]
    sizes = {str(one.get("sha256", "")): one for one in version.manifest.get("sources", [])}

    def boxes(ids: list[str]) -> list[Box]:
        return [
            Box(knots[one].name, plural(knots[one].rows, "1 row", "{n} rows"), one)
            if knots[one].here else Box(knots[one].name, "no longer here", "")
            for one in ids
        ]  # fmt: skip

    learners = learned_from(workspace, [version.id])
    return {
        "files": [
            Box(file.name, _of_file(sizes[file.sha256], licence(file.licence).title))
            for file in files
        ],
        "before": boxes(before),
        "here": [Box(version.name, _of_version(version))],
        "after": boxes(after),
        "learners": [Box(one.name, one.kind) for one in learners],
    }, licence_warnings(file.licence for file in files)


def _of_file(source: dict[str, Any], allowed: str) -> str:
    """Line by line: how large it is, its hash and its licence."""
    said = [format_bytes(int(source["size"]))] if source.get("size") else []
    return "\n".join([*said, f"sha256 {str(source.get('sha256', ''))[:12]} …",
                      f"licence: {allowed}"])  # fmt: skip


def _of_version(version: DatasetVersion) -> str:
    """Line by line: its parts, when it was made, and what each step did."""
    manifest = version.manifest
    parts = [f"{format_count(many)} {side}" for side, many in manifest["counts"].items() if many]
    made = datetime.fromtimestamp(version.created).strftime("%d %b %Y %H:%M")
    said = [f"{plural(version.total, '1 row', '{n} rows')}: {', '.join(parts)}"]
    said.append(f"{version.id} · {made}")
    if "in_file" in (rows := manifest.get("rows", {})):
        unread = rows["not_read"] + rows["no_example"]
        words = plural(rows["in_file"], "1 row in the source", "{n} rows in the source")
        said.append(f"{words}, {format_count(unread)} not usable" if unread else words)
    for number, step in enumerate(manifest.get("steps", []), 1):
        key = str(step.get("key", ""))
        title = steps()[key].title if key in steps() else key
        said.append(f"{number}. {title}: {_did(step)}")
    return "\n".join(said)


def _did(step: dict[str, Any]) -> str:
    if step.get("off"):
        return "switched off"
    added, changed = step.get("added", 0), step.get("changed", 0)
    gone = step.get("rows_in", 0) + added - step.get("rows_out", 0)
    did = ((gone, "left out"), (changed, "changed"), (added, "added"))
    return ", ".join(f"{format_count(n)} {word}" for n, word in did if n) or "nothing to do"
