"""Values of all kinds as the text that is kept."""

import datetime

import pytest

from ftstudio.data.ingest.values import as_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("007", "007"),
        (True, "true"),
        (2**70, str(2**70)),
        (1.50, "1.5"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (datetime.date(2026, 3, 1), "2026-03-01"),
        ([1, "ü"], '[1, "ü"]'),
        ({"a": datetime.date(2026, 3, 1)}, '{"a": "2026-03-01"}'),
    ],
)
def test_as_text(value, text):
    assert as_text(value) == text
