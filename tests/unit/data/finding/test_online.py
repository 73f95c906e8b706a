"""E-mail, web and IP addresses, and what is none."""

import pytest

from ftstudio.data.finding.online import emails, ips, urls


def found(recognise, text):
    return [(one.text, one.sure) for one in recognise(text)]


def test_emails():
    text = "<Bruno.Costa+x@mail.firma.de>, 'o.brien@b.co.uk'. jörg@münchen.de; not@this, @that a@b"
    assert [one for one, _ in found(emails, text)] == [
        "Bruno.Costa+x@mail.firma.de", "o.brien@b.co.uk", "jörg@münchen.de"]  # fmt: skip
    assert found(emails, "double..dot@x.org @ decorator @app.route") == []


def test_urls_end_where_they_end():
    assert found(urls, "See https://a.org/b_(c)?q=1. Or (www.b.de/x), or c.com!") == [
        ("https://a.org/b_(c)?q=1", True),
        ("www.b.de/x", True), ("c.com", False),
    ]  # fmt: skip
    assert found(urls, "file.py README.md e.g. Titanic.In 1912, node.js, a@b.com, end.It") == []


@pytest.mark.parametrize(
    ("text", "own"),
    [("at 10.0.0.1:80", "10.0.0.1"), ("from 2001:db8::8a2e:370:7334,", "2001:db8::8a2e:370:7334"),
     ("is ::1 here", "::1"), ("fe80::1ff:fe23:4567:890a%eth", "fe80::1ff:fe23:4567:890a")],
)  # fmt: skip
def test_ips(text, own):
    assert [one for one, _ in found(ips, text)] == [own]


@pytest.mark.parametrize("text", ["256.1.1.1", "1.2.3", "1.2.3.4.5", "12:30:45", "std::vector",
                                  "00:1a:2b:3c:4d:5e", "a::b", "x[1:2:3]"])  # fmt: skip
def test_no_ips(text):
    assert found(ips, text) == []


def test_a_version_is_not_surely_an_address():
    assert found(ips, "version 1.2.3.4") == [("1.2.3.4", False)]
