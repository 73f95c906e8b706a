"""A stop for few rows to check with, where no page asks about it: said, with the way on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from ftstudio.core.errors import StudioError
from ftstudio.data.sides.few import TooFew
from ftstudio.ui.widgets.notice_bar import NoticeBar

translate = QCoreApplication.translate


def offer_going_on(notice: NoticeBar, error: StudioError, go_on: Callable[[], None]) -> bool:
    """Whether it was that stop; any other error is left to whoever asks."""
    if not isinstance(error, TooFew):
        return False
    more = translate("few_notice", "{why} {advice}")
    more = more.format(why=error.why, advice=error.advice)
    notice.show_warning(error.what, more, error.few.going_on, go_on)
    return True
