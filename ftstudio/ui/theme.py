"""The design tokens, and how they become a palette and one style sheet."""

from __future__ import annotations

from string import Template
from typing import Literal

from PySide6.QtCore import QDir, QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ftstudio.core.assets import resources

Mode = Literal["light", "dark", "system"]

# name: (light, dark). Every text on every background it is used on reaches 4.5:1.
_PAIRS: dict[str, tuple[str, str]] = {
    "bg": ("#F6F7F9", "#14171D"),
    "rail": ("#EEF0F4", "#101318"),
    "surface": ("#FFFFFF", "#1C2028"),
    "surface2": ("#F1F3F6", "#242933"),
    "border": ("#E1E5EB", "#2E3440"),
    "border_strong": ("#8A94A6", "#6B7587"),
    "text": ("#171B24", "#E8EBF1"),
    "muted": ("#5A6475", "#A3ADBD"),
    "faint": ("#646E80", "#8A94A6"),
    "accent": ("#3B5BDB", "#7C93FF"),
    "accent_hover": ("#3450C4", "#93A6FF"),
    "accent_press": ("#2C44A8", "#6A82F2"),
    "accent_soft": ("#E8EDFF", "#262F52"),
    "on_accent": ("#FFFFFF", "#0E1330"),
    "ok": ("#177544", "#5FD195"),
    "ok_soft": ("#E3F5EB", "#16352A"),
    "warn": ("#96590A", "#F2B45A"),
    "warn_soft": ("#FFF3DC", "#3A2C14"),
    "bad": ("#C2322F", "#FF8A85"),
    "bad_soft": ("#FDE8E7", "#43201F"),
    "plot1": ("#3B5BDB", "#8DA2FF"),
    "plot2": ("#D9480F", "#FF9A6B"),
    "plot_raw": ("#B9C5F4", "#3D4873"),
    "learn": ("#DDF3E6", "#17392B"),
    "learn_t": ("#0F5C35", "#8BE3B2"),
    "mem_model": ("#3B5BDB", "#7C93FF"),
    "mem_adapter": ("#0B7285", "#3BC9DB"),
    "mem_gradients": ("#7048E8", "#B197FC"),
    "mem_optimizer": ("#D9480F", "#FF9A6B"),
    "mem_activations": ("#B97F0A", "#F2C14E"),
    "mem_loss": ("#C2255C", "#F783AC"),
    "mem_reserve": ("#7D8798", "#6B7587"),
}
TOKENS: dict[str, dict[str, str]] = {
    "light": {name: pair[0] for name, pair in _PAIRS.items()},
    "dark": {name: pair[1] for name, pair in _PAIRS.items()},
}
# (text, background) pairs that occur; the unit test computes their contrast.
TEXT_ON: tuple[tuple[str, str], ...] = tuple(
    [(t, b) for t in ("text", "muted") for b in ("bg", "rail", "surface", "surface2")]
    + [("faint", b) for b in ("bg", "surface")]
    + [("text", b) for b in ("accent_soft", "ok_soft", "warn_soft", "bad_soft")]
    + [("muted", "accent_soft"), ("accent", "accent_soft"), ("accent", "surface")]
    + [("accent", "bg"), ("ok", "ok_soft"), ("warn", "warn_soft"), ("bad", "bad_soft")]
    + [("ok", "surface"), ("warn", "surface"), ("bad", "surface"), ("learn_t", "learn")]
    + [("on_accent", b) for b in ("accent", "accent_hover", "accent_press")]
)

_FALLBACKS = ["Inter", "Noto Sans", "Noto Sans CJK SC", "Noto Sans Arabic", "sans-serif"]
_current: Literal["light", "dark"] = "light"


def apply_theme(app: QApplication, mode: Mode = "system") -> None:
    """Set style, fonts, palette and style sheet. May be called again at any moment."""
    global _current
    _current = resolve(app, mode)
    if not app.property("ft_fusion"):  # under a style sheet the style does not tell its name
        app.setStyle("Fusion")
        app.setProperty("ft_fusion", True)
    _load_fonts(app)
    QDir.setSearchPaths("theme", [str(resources() / "theme")])
    QDir.setSearchPaths("icons", [str(resources() / "icons")])
    app.setPalette(_palette(TOKENS[_current]))
    # A sheet that takes the place of another one is worked out for each widget once per parent:
    # with a wizard open 1.2 s of computing, against 0.2 s for taking it off and putting it on.
    app.setStyleSheet("")
    app.setStyleSheet(style_sheet(_current))


def resolve(app: QApplication, mode: Mode) -> Literal["light", "dark"]:
    """What "system" means now; light where the desktop does not say."""
    if mode != "system":
        return mode
    dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def color(token: str) -> QColor:
    """The colour of a token in the theme that is shown now. Ask again at each painting."""
    return QColor(TOKENS[_current][token])


def is_dark() -> bool:
    return _current == "dark"


def style_sheet(scheme: Literal["light", "dark"]) -> str:
    template = (resources() / "theme" / "studio.qss").read_text("utf-8")
    return Template(template).substitute(TOKENS[scheme], scheme=scheme)


def font(pixels: int = 14, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The app's font for painting by hand."""
    result = QFont(_FALLBACKS)
    result.setPixelSize(pixels)
    result.setWeight(weight)
    return result


def mono_font(pixels: int = 13) -> QFont:
    result = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    result.setPixelSize(pixels)
    return result


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Change a dynamic property and have the style sheet look at it again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class ThemeWatcher(QObject):
    """Repaints a widget that is painted by hand when the palette changes."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange and isinstance(watched, QWidget):
            watched.update()
        return False


def _load_fonts(app: QApplication) -> None:
    if app.property("ft_fonts_loaded"):
        return
    for file in sorted((resources() / "fonts").glob("Inter-*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    app.setFont(font())
    app.setProperty("ft_fonts_loaded", True)


def _palette(tokens: dict[str, str]) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, token in (
        (role.Window, "bg"),
        (role.WindowText, "text"),
        (role.Base, "surface"),
        (role.AlternateBase, "surface2"),
        (role.Text, "text"),
        (role.Button, "surface"),
        (role.ButtonText, "text"),
        (role.BrightText, "bad"),
        (role.ToolTipBase, "surface"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "faint"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.Light, "surface"),
        (role.Midlight, "surface2"),
        (role.Mid, "border"),
        (role.Dark, "border_strong"),
        (role.Shadow, "border_strong"),
        (role.Accent, "accent"),
    ):
        palette.setColor(name, QColor(tokens[token]))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens["faint"]))
    return palette
