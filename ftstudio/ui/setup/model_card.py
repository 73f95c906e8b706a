"""One base model as a card: its size, its licence, and where it came from."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ftstudio.basemodels.catalogue import BUILT_IN
from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.units import format_bytes, format_count
from ftstudio.ui.widgets.card import Chip
from ftstudio.ui.widgets.choice_cards import ChoiceCard
from ftstudio.ui.widgets.text import ElidedLabel, text


def model_card(owner: QWidget, info: BaseModelInfo, last_used: bool) -> ChoiceCard:
    card = ChoiceCard(info.ref.path, info.ref.name, "", "bot")
    built_in = info.ref.source == BUILT_IN
    if last_used:
        card.title_row.addWidget(Chip(owner.tr("Last used"), "accent"))
    elif built_in:
        card.title_row.addWidget(Chip(owner.tr("Built in"), "neutral"))
    lines = [sizes_in_words(owner, info), licence_in_words(owner, info)]
    if built_in:
        lines.insert(0, owner.tr("Small and quick: for trying things out on any computer."))
    for words in lines:
        card.body.addWidget(text(words, "muted", wrap=True))
    if not built_in:
        card.body.addWidget(ElidedLabel(info.ref.source, "faint"))
    for remark in info.problems:
        card.body.addWidget(text(remark, "small", wrap=True))
    card.body.addStretch(1)
    card.setAccessibleDescription(". ".join([*lines, *info.problems]))
    return card


def sizes_in_words(owner: QWidget, info: BaseModelInfo) -> str:
    shape = info.shape
    return owner.tr("{weights} weights · {size} · reads up to {tokens} tokens").format(
        weights=weights_in_words(owner, shape.parameters),
        size=format_bytes(shape.weight_bytes),
        tokens=format_count(shape.max_length),
    )


def weights_in_words(owner: QWidget, count: int) -> str:
    if count >= 999_500_000:
        return owner.tr("{number} billion").format(number=f"{count / 1e9:.1f}")
    if count < 1_000_000:
        return owner.tr("{number} thousand").format(number=f"{count / 1e3:.0f}")
    number = count / 1e6
    return owner.tr("{number} million").format(number=f"{number:.0f}" if number >= 10 else
                                               f"{number:.1f}")  # fmt: skip


def licence_in_words(owner: QWidget, info: BaseModelInfo) -> str:
    if info.ref.licence == "unknown":
        return owner.tr("Licence not stated: ask its publisher before you give results away")
    return owner.tr("Licence: {licence}").format(licence=info.ref.licence)
