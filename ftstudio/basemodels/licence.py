"""Under which licence a model is given away: read from its model card or licence file."""

from __future__ import annotations

import re
from pathlib import Path

_MAX_READ = 200_000
_PLAIN = {
    "apache-2.0": "Apache 2.0", "mit": "MIT", "bsd-3-clause": "BSD 3-Clause", "cc0-1.0": "CC0",
    "cc-by-4.0": "CC BY 4.0", "cc-by-sa-4.0": "CC BY-SA 4.0",
    "cc-by-nc-4.0": "CC BY-NC 4.0 (not for commercial use)",
    "gemma": "Gemma terms", "llama2": "Llama 2 licence", "llama3": "Llama 3 licence",
    "llama3.1": "Llama 3.1 licence", "llama3.2": "Llama 3.2 licence",
    "llama3.3": "Llama 3.3 licence", "openrail": "OpenRAIL", "gpl-3.0": "GPL 3.0",
}  # fmt: skip
_SIGNS = (
    (r"apache license\s+version 2\.0", "Apache 2.0"),
    (r"permission is hereby granted, free of charge", "MIT"),
    (r"llama (\d(?:\.\d)?) community license", r"Llama \1 licence"),
    (r"gemma terms of use", "Gemma terms"),
    (r"tongyi qianwen", "Qwen licence"),
)


def read_licence(folder: Path) -> str:
    """Plain name of the licence, or "unknown". What the card says wins over the file."""
    return _from_card(folder) or _from_file(folder) or "unknown"


def _from_card(folder: Path) -> str:
    fields = front_matter(folder / "README.md")
    key = fields.get("license", "")
    if key in ("", "other"):
        return fields.get("license_name", "")
    return _PLAIN.get(key.lower(), key)


def front_matter(card: Path) -> dict[str, str]:
    """The `key: value` lines between the first two `---` of a model card; lists are left out."""
    text = _text(card).lstrip("\ufeff")
    if not text.startswith("---"):
        return {}
    head = text[3:].split("\n---", 1)[0]
    pairs = re.findall(r"^([A-Za-z_]+):[ \t]*([^\s#\[{|>][^\n]*)$", head, re.MULTILINE)
    return {key: value.strip().strip("\"'") for key, value in pairs}


def _from_file(folder: Path) -> str:
    for name in ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "NOTICE"):
        text = " ".join(_text(folder / name).lower().split())
        for pattern, plain in _SIGNS:
            match = re.search(pattern, text)
            if match:
                return match.expand(plain)
    return ""


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_MAX_READ)
    except OSError:
        return ""
