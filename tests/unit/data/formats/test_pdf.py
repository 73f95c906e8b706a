"""PDF text: lines become paragraphs, divided words whole, pages known."""

from ftstudio.data.formats.pdf import _joined
from tests.nasty.containers import pdf


def test_lines_become_paragraphs():
    lines = ["The keeper trims the wick at dusk and the lan-", "tern burns until the morning.",
             "", "A new day begins here."]  # fmt: skip
    assert list(_joined(lines)) == [
        "The keeper trims the wick at dusk and the lantern burns until the morning.",
        "A new day begins here.",
    ]


def test_pieces_know_their_page(read_text):
    pages = [f"Page {n}: " + "lamp " * 160 for n in range(4)]
    table = read_text("a.pdf", pdf(*pages))
    assert [row["page"] for row in table.rows()] == ["1", "3"]
    assert table.details["pages"] == "4"
