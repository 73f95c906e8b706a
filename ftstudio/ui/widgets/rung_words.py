"""A change that saves memory, in words: what is done, and what it costs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from ftstudio.core.units import plural
from ftstudio.planning.ladder import FELT, Rung
from ftstudio.planning.proposal import Proposal
from ftstudio.techniques import methods


def rung_words(owner: QWidget, rung: Rung, proposal: Proposal) -> tuple[str, str]:
    """Its title and its price."""
    if rung.method:
        method = methods()[rung.method]
        price = owner.tr("Another result, {time}. {promise}").format(
            time=_time(owner, rung), promise=method.promise
        )
        return owner.tr("Take {method} instead").format(method=method.title), price
    title = _title(owner, rung, proposal)
    return title, f"{_curve(owner, rung)} · {_price(owner, rung)}"


def used_words(owner: QWidget, key: str) -> str:
    """Of a change that needs no figure beside it."""
    return {
        "selective": owner.tr("Compute wide layers twice"),
        "twice": owner.tr("Compute everything twice"),
        "offload": owner.tr("Keep intermediate results in the computer's memory"),
        "8bit": owner.tr("8-bit optimizer"),
    }[key]


def _title(owner: QWidget, rung: Rung, proposal: Proposal) -> str:
    match rung.key:
        case "together":
            parts = [_title(owner, replace(rung, key=key), proposal) for key in rung.steps]
            return owner.tr(" and ").join([", ".join(parts[:-1]), parts[-1]])
        case "selective" | "twice" | "offload" | "8bit":
            return used_words(owner, rung.key)
        case "smaller":
            return owner.tr("{few} at a time instead of {many}").format(
                few=rung.changes["batch_size"], many=proposal.training.batch_size
            )
        case _:
            return owner.tr("Longest text {tokens} tokens").format(
                tokens=rung.changes["max_length"]
            )


def _curve(owner: QWidget, rung: Rung) -> str:
    if rung.same_curve and "8bit" in (rung.key, *rung.steps):
        return owner.tr("Same curve within noise")
    if rung.same_curve:
        return owner.tr("Same curve")
    if "max_length" not in rung.changes:
        return owner.tr("Another result: more and smaller steps in a round")
    if not rung.rows_cut:
        return owner.tr("Another result: longer examples are cut")
    one = owner.tr("Another result: one example is cut")
    return plural(rung.rows_cut, one, owner.tr("Another result: {n} examples are cut"))


def _price(owner: QWidget, rung: Rung) -> str:
    time = _time(owner, rung)
    if rung.key != "smaller" or not rung.same_curve:
        return time
    return ", ".join((owner.tr("same examples per step"), time))


def _time(owner: QWidget, rung: Rung) -> str:
    if abs(rung.price) < FELT:
        return owner.tr("as fast")
    slower = owner.tr("about {share} % slower")
    words = slower if rung.price > 0 else owner.tr("about {share} % faster")
    return words.format(share=round(100 * abs(rung.price)))
