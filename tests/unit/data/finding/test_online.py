"""E-mail, web and IP addresses, and what is none."""

import pytest

from ftstudio.data.finding.found import apart
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
     ("is ::1 here", "::1"), ("fe80::1ff:fe23:4567:890a%eth", "fe80::1ff:fe23:4567:890a%eth"),
     ("ping fe80::1%eth0.", "fe80::1%eth0"), ("to fe80::1%12", "fe80::1%12"),
     ("a ::ffff:192.0.2.128 b", "::ffff:192.0.2.128"), ("[2001:db8::1]:443", "2001:db8::1"),
     ("64:ff9b::192.0.2.33", "64:ff9b::192.0.2.33"), ("2001:db8::/32", "2001:db8::")],
)  # fmt: skip
def test_ips(text, own):
    """A zone (RFC 4007) belongs to its address: eth0 would stay behind."""
    assert [found.text for found in apart(ips(text))] == [own]


@pytest.mark.parametrize("text", ["256.1.1.1", "1.2.3", "1.2.3.4.5", "12:30:45", "std::vector",
                                  "00:1a:2b:3c:4d:5e", "a::b", "x[1:2:3]"])  # fmt: skip
def test_no_ips(text):
    assert found(ips, text) == []


@pytest.mark.parametrize(
    ("text", "sure"),
    [("version 1.2.3.4", False), ("Version: 10.2.3.4", False), ("chapter 1.2.3.4", False),
     ("firmware 12.0.1.1", False), ("3.2.1.0 was released", False), ("127.0.0.1", False),
     ("mask 255.255.255.0", False), ("0.0.0.0", False), ("the DNS server 8.8.8.8", True),
     ("from 1.1.1.1", True), ("34.95.185.149", True), ("in 10.5.4.30", True),
     ("'ip_ranges': ['8.8.8.0", True)],
)  # fmt: skip
def test_chapters_and_every_machines_own_are_not_surely_addresses(text, sure):
    assert [one.sure for one in ips(text)] == [sure]


def test_what_has_an_at_and_is_no_ones_address():
    for text in ("git@github.com:me/it.git", "icon@2x.png", "redis://:s3cret@cache.example.org/0"):
        assert found(emails, text) == []


def test_a_url_may_hold_an_address_of_six_groups():
    assert found(urls, "(http://[2001:db8::1]:80/x)") == [("http://[2001:db8::1]:80/x", True)]
