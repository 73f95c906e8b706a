import pytest

from ftstudio.planning.naming import next_name


@pytest.mark.parametrize(
    ("base", "taken", "name"),
    [
        ("Tickets", [], "Tickets v1"),
        ("Tickets", ["Tickets v1", "Tickets v3", "Other v9"], "Tickets v4"),
        ("Tickets v2", ["Tickets v2"], "Tickets v3"),
        ("", [], "Run v1"),
        ("a.*", ["axx v5"], "a.* v1"),
    ],
)
def test_the_next_number(base, taken, name):
    assert next_name(base, taken) == name
