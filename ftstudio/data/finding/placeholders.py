"""Gaps that somebody meant to fill: {{name}}, <NAME>, [Your Name], lorem ipsum, TODO."""

from __future__ import annotations

import re

_WORDS = (
    r"your|insert|enter|add|company|customer|client|user|first|last|full|recipient|sender"
    r"|employee|product|date|name|address|city|country|phone|e-?mail|number|title|position|amount"
)
_FORMS = re.compile(
    r"(?<![\\\w}])\{\{ ?[A-Za-z_][\w .-]{0,40} ?\}\}"
    r"|\$\{(?!(?:HOME|PATH|USER|PWD|SHELL|TMPDIR|LANG)\})[A-Za-z_][\w.]{0,40}\}"
    r"|(?<!\d)%%?[A-Z][A-Z_]{2,30}%%?"
    r"|<(?!(?:EOS|BOS|EOT|PAD|UNK|SEP|MASK|CLS|INST|SYS|THINK|URL|INPUT|OUTPUT)>)(?!EOF|DOCTYPE|HTML|BODY|HEAD|DIV|TABLE|BR|LI|UL|OL|TD|TR|TH|PRE|CODE|SPAN|INT|STRING)"
    r"[A-Z][A-Z_]{2,30}>"
    rf"|(?<![\w\])])\[(?i:(?:(?:the|my) )?(?:{_WORDS})(?:['’]s)?(?: [\w'’]+){{0,4}})\](?!\()"
    r"|(?i:\blorem ipsum\b)"
    r"|(?<![\w.#-])(?:TODO|FIXME)(?=[:.!?)\]]|\s*(?:\n|\Z))|(?<![\w.#-])TBD(?=[:\s.!?)\]]|$)"
    r"|(?<![\w.#-])(?:XXXX+(?=[:\s.!?)\]]|$)|(?<![^\s:=])XXX(?=[:)\]]|\s*(?:\n|\Z)))"
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_MAYBE = re.compile(r"[{<\[%]|TODO|FIXME|TBD|XXX|[Ll][Oo][Rr][Ee][Mm]")


def placeholders(text: str) -> list[str]:
    """The gaps in a text, code left aside, each once."""
    if not _MAYBE.search(text):
        return []
    prose = _CODE.sub(" ", text) if "`" in text else text
    return list(dict.fromkeys(match.group() for match in _FORMS.finditer(prose)))
