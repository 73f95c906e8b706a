"""How a memory figure is said: guessed, counted or a range, and whether it fits."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ftstudio.core.units import format_bytes
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory import Fit, MemoryEstimate

FIT_TONES: dict[Fit, str] = {"fits": "ok", "tight": "warn", "does not fit": "bad"}
_HELD = 300_000_000  # a program that holds less is not worth naming
_MOST_NAMED = 2


def fit_words(owner: QWidget, fit: Fit, short: bool = False) -> str:
    """`short`: behind a figure."""
    if short:
        return {
            "fits": owner.tr("fits"),
            "tight": owner.tr("tight"),
            "does not fit": owner.tr("too much"),
        }[fit]
    return {
        "fits": owner.tr("Fits"),
        "tight": owner.tr("Tight"),
        "does not fit": owner.tr("Does not fit"),
    }[fit]


def figure(owner: QWidget, memory: MemoryEstimate) -> str:
    """10.4 GB once it is counted, ≈ 10.4 GB before, 9–12 GB where it can't be told."""
    if memory.low != memory.high:
        return owner.tr("{low} – {high}").format(
            low=format_bytes(memory.low), high=format_bytes(memory.high)
        )
    size = format_bytes(memory.shown)
    return owner.tr("≈ {size}").format(size=size) if memory.how == "instant" else size


def held_words(owner: QWidget, machine: Machine) -> str:
    """Who holds the rest of the card; empty where nobody does."""
    named = [
        owner.tr("{program} holds {size}").format(program=spoken(name), size=format_bytes(size))
        for name, size in machine.others
        if size >= _HELD
    ]
    return ", ".join(named[:_MOST_NAMED])


def spoken(program: str) -> str:
    """As its window says it: firefox.exe is Firefox."""
    name = program.removesuffix(".exe")
    return name[:1].upper() + name[1:] if name.islower() else name
