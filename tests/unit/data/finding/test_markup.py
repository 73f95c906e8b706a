"""Tags and entities go, text, lists and code stay."""

import pytest

from ftstudio.data.finding.markup import has_html, without_html


@pytest.mark.parametrize(
    ("text", "plain"),
    [("<p>One &amp; two</p><p>three</p>", "One & two\n\nthree"), ("a<br/>b", "a\nb"),
     ("<ul><li>x</li><li>y</li></ul>", "- x\n- y"), ("5 &lt; 6&nbsp;", "5 < 6"),
     ("<b>bold</b> and <i>so</i>", "bold and so"),
     ("<p>if a < b, List<T></p>", "if a < b, List<T>"),
     ("<script>x()</script><div>seen</div>", "seen"),
     ("<p>use</p>```html\n<p>kept</p>\n``` <br>end", "use\n```html\n<p>kept</p>\n```\nend")],
)  # fmt: skip
def test_as_a_browser_shows_it(text, plain):
    assert has_html(text)
    assert without_html(text) == plain
    assert not has_html(without_html(text))


@pytest.mark.parametrize("text", ["a < b and c > d", "List<String> x;", "AT&T & co", "`<br>`", "<3",
                                  "```\n<div>\n```", "Dear <NAME>"])  # fmt: skip
def test_no_html(text):
    assert not has_html(text)
    assert without_html(text) == text
