"""Numbers as people read them: bytes, durations, clock times, counts."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


def format_bytes(count: float) -> str:
    """1,000-based, as disks and cards are sold: 10.4 GB, 87 MB, 512 bytes."""
    if count < 1000:
        return f"{int(count)} bytes"
    for unit in ("kB", "MB", "GB", "TB"):
        count /= 1000
        if count < 999.5 or unit == "TB":
            return f"{count:.0f} {unit}" if count >= 99.5 else f"{count:.1f} {unit}"
    raise AssertionError("unreachable")


def format_duration(seconds: float) -> str:
    """42 s, 4 min, 1 h 12 min."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def clock_after(seconds: float, now: datetime | None = None) -> str:
    """The clock time so many seconds from now: 15:52, Tue 03:10 in the next six days, 3 Dec after
    that, with the year if another; what no calendar holds is "never"."""
    start = now or datetime.now()
    try:
        end = start + timedelta(seconds=seconds)
    except OverflowError:
        return "never"
    if end.date() == start.date():
        return end.strftime("%H:%M")
    if end - start < timedelta(days=6):
        return end.strftime("%a %H:%M")
    return f"{end.day} {end.strftime('%b %Y' if end.year != start.year else '%b')}"


def format_count(number: int) -> str:
    return f"{number:,}"


def plural(number: int, one: str, many: str, **words: object) -> str:
    """The sentence for one or the one for several: {n} is the number, `words` fill the rest."""
    return (one if number == 1 else many).format(n=format_count(number), **words)


def format_share(share: float) -> str:
    """85 %, as a person reads it; the code's 0.85."""
    return f"{100 * share:.0f} %"


def format_when(moment: float, now: float | None = None) -> str:
    """14:02 today, Tue 14:02 in the last six days, 3 Nov before that, with the year if another."""
    present = time.time() if now is None else now
    then, today = time.localtime(moment), time.localtime(present)
    if then[:3] == today[:3]:
        return time.strftime("%H:%M", then)
    if present - moment < 6 * 86400:
        return time.strftime("%a %H:%M", then)
    month = time.strftime("%b %Y" if then.tm_year != today.tm_year else "%b", then)
    return f"{then.tm_mday} {month}"
