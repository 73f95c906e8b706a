"""Of what overlaps, the surest and longest stays."""

from ftstudio.data.finding.found import Found, apart


def test_the_sure_one_wins_then_the_longer_then_the_stricter():
    loose = Found("phone", 0, 20, "x" * 20, sure=False)
    sure = Found("phone", 5, 10, "x" * 5)
    strict = Found("national_id", 5, 10, "x" * 5)
    later = Found("url", 30, 35, "x" * 5)
    assert list(apart([loose, later, sure, strict])) == [strict, later]
    assert list(apart([loose, later])) == [loose, later]


def test_a_models_kind_is_as_welcome():
    name = Found("name", 0, 4, "Anna")
    assert name in apart([name, Found("email", 10, 15, "a@b.c")])
