"""Numbers as people read them."""

from datetime import datetime

import pytest

from ftstudio.core.units import (
    clock_after,
    format_bytes,
    format_duration,
    format_share,
    format_when,
    plural,
)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (87e6, "87.0 MB"), (10.4e9, "10.4 GB"),
     (141e9, "141 GB"), (999.6e6, "1.0 GB"), (2.5e15, "2500 TB")],
)  # fmt: skip
def test_bytes(count, text):
    assert format_bytes(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "under 1 s"), (42, "42 s"), (250, "4 min"), (4320, "1 h 12 min"), (7199, "2 h 00 min")],
)
def test_durations(seconds, text):
    assert format_duration(seconds) == text


def test_the_clock_names_the_day_only_when_it_is_another():
    now = datetime(2026, 3, 2, 23, 30)  # a Monday
    assert clock_after(600, now) == "23:40"
    assert clock_after(3600, now) == "Tue 00:30"


def test_a_weekday_is_said_only_where_it_is_the_next_one() -> None:
    now, day = datetime(2026, 3, 2, 12, 0), 86_400
    assert clock_after(5 * day, now) == "Sat 12:00"
    assert clock_after(7 * day, now) == "9 Mar"
    assert clock_after(400 * day, now) == "6 Apr 2027"
    assert clock_after(1e15, now) == "never"


def test_when_is_told_as_people_tell_it() -> None:
    now = datetime(2026, 5, 20, 16, 0).timestamp()
    assert format_when(datetime(2026, 5, 20, 9, 5).timestamp(), now) == "09:05"
    assert format_when(datetime(2026, 5, 18, 9, 5).timestamp(), now) == "Mon 09:05"
    assert format_when(datetime(2026, 3, 3, 9, 5).timestamp(), now) == "3 Mar"
    assert format_when(datetime(2025, 11, 3, 9, 5).timestamp(), now) == "3 Nov 2025"


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 rows of a.csv are"), (1, "1 row of a.csv is"), (1234, "1,234 rows of a.csv are")],
)
def test_one_is_said_in_its_own_form(number, said):
    one, many = "1 row of {name} is", "{n} rows of {name} are"
    assert plural(number, one, many, name="a.csv") == said


def test_a_share_is_in_percent():
    assert [format_share(share) for share in (0.0, 0.854, 1)] == ["0 %", "85 %", "100 %"]
