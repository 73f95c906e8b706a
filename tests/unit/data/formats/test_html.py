"""Web pages: text by its blocks, tables as tables, nothing of the scaffolding."""

import pytest

from ftstudio.core.errors import StudioError


def test_text_around_blocks(read_text):
    page = "<body><div><p>One<br>line.</p>tail <b>bold</b></div><ul><li>a<li>b</ul><pre>x  y</pre>"
    table = read_text("a.html", page)
    assert table.rows()[0]["text"] == "One\nline.\n\ntail bold\n\na\n\nb\n\nx  y"


def test_the_charset_it_names_is_taken(read_text):
    page = '<html><meta charset="iso-8859-2"><body><p>Łódź leży nad Łódką</p></body></html>'
    assert "Łódź" in read_text("a.html", page.encode("iso-8859-2")).rows()[0]["text"]


def test_a_table_in_a_text(read_text):
    rows = "<tr><th>question<th>answer<tr><td colspan=2>Lamps<tr><td>Lit?<td>Yes.</tr>"
    page = f"<html><body><p>{'Lamps. ' * 40}</p><table>{rows}</table><p>End.</p>"
    assert "Lit? | Yes.\n\nEnd." in read_text("a.html", page).rows()[0]["text"]
    found = read_text("a.html", page, sheet="table 1").rows()
    assert found[-1]["answer"] == "Yes."


@pytest.mark.parametrize("tag", ["<div>", "<table><tr><td>", "<B>"])
def test_what_is_nested_without_end_is_refused(read_text, tag):
    with pytest.raises(StudioError) as caught:
        read_text("a.html", f"<html><body>{tag * 5_000}x")
    assert caught.value.code == "too_deep"


def test_items_that_are_never_closed_are_not_nested(read_text):
    page = "<html><body><table><tr><th>question<th>answer" + "<tr><td>Lit?<td>Yes." * 600
    assert read_text("a.html", page).row_count == 600
