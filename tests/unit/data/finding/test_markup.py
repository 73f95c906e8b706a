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


@pytest.mark.parametrize(
    "text",
    ['    def f():\n        return "<b>x</b>"\n', "for (i=0;i<n;i++) a<b>c;", "v<i>5;",
     "a<b and b>c",
     "std::vector<std::string> v; Map<String, List<Integer>> m", "How do I center a <div>?",
     "What does the <br> tag do?", "Put it between <b> and </b>, please", "1<b>2", "das <br>-Tag",
     "the <div> and <span> tags", "~~~html\n<p>x</p>\n~~~", '<?php echo "<b>x</b>"; ?>',
     '{"a": "<p>x</p>"}', "To make a link write <a href='x'>", "$a < b$ and $x > y$ \\& z",
     "<?php if ($a) { ?>\n<form>\n    <input name='x'>\n</form>", "return (\n  <div>x</div>\n)",
     "template <class T> T max(T a, T b)", "x <- y <p> 3"],
)  # fmt: skip
def test_code_and_words_about_tags_stay(text):
    assert not has_html(text)
    assert without_html(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [("<p>So:</p>\n\n    def f():\n        return 1", "So:\n\n    def f():\n        return 1"),
     ("<pre>\ndef f():\n    return 1\n</pre>", "def f():\n    return 1"),
     ("    if x:\n        y  # <i>why</i>", "    if x:\n        y  # why"),
     ("| a  | b |\n|----|---|\n| <b>1</b> | 2 |", "| a  | b |\n|----|---|\n| 1 | 2 |"),
     ('<p>"Hello", he said</p>', '"Hello", he said'), ("<tr><td></td><td>x</td></tr>", "x"),
     ("10<sup>6</sup> on the 1<sup>st</sup>", "10^6 on the 1st"), ("H<sub>2</sub>O", "H2O"),
     ("Use <code>&lt;br&gt;</code> here", "Use `<br>` here"),
     ("<pre>&lt;p&gt;\n  x\n&lt;/p&gt;</pre>", "```\n<p>\n  x\n</p>\n```"),
     ("<image>\n<b>What</b> is it?", "<image>\nWhat is it?"),
     ("<think>I see <b>x</b></think> ok", "<think>I see x</think> ok"),
     ("<!DOCTYPE html><html><body>x</body></html>", "x"),
     ("<ol>\n<li><p>one</p></li>\n<li>two<ul><li>a</li></ul></li></ol>", "1. one\n\n2. two\n\n- a"),
     ("Mail <john@x.org> <b>now</b>", "Mail <john@x.org> now"), ("<p>a<p>b", "a\nb")],
)  # fmt: skip
def test_indents_tables_and_powers_stay(text, plain):
    assert without_html(text) == plain
    assert without_html(plain) == plain


@pytest.mark.parametrize("tag", ["<b>", "</b>", "<b></b>", "<a ", "<p>x", "<", "<!--"])
def test_long_pages_come_to_an_end(tag):
    assert len(without_html(tag * 20_000)) <= len(tag) * 20_000
