"""Holds how counts are said: each has a form for one, and shares are written in one way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from ftstudio.core.units import plural

ROOMS = ("cli", "core", "data", "ui")
PACKAGE = Path(__file__).parents[2] / "ftstudio"
_THINGS = (
    "adapters|answers|bytes|cells|changes|characters|classes|columns|cores|datasets|days|drafts|"
    "examples|groups|guesses|hours|judgements|lines|minutes|pages|pairs|pictures|places|points|"
    "questions|rows|runs|stages|stand-ins|steps|tests|texts|turns|values|words"
)
_MANY = re.compile(rf"\{{\w*\}} (?:\w+ed |more |unseen |finished |dry )?(?:{_THINGS}|were|are)\b")
_OF_ONE = re.compile(rf"\b(?:1 (?:{_THINGS}|were|are|have)\b|\w+\(s\))")
_SHARE = re.compile(r":[\d.]*%\}|\{\w+\}%")

# What is never one: a limit, a size, a speed, all there are of a kind, or bytes of a disk.
_NEVER_ONE = (
    "{} bytes",
    "{} examples can't be learned from.",
    "{} were given.",
    "{} of {} are deleted.",
    "{} pictures of text",
    "{} {} pictures",
    "{} are free",
    "{free} are free",
    "{} are kept",
    "{} are missing",
    "{} are plenty",
    "{} are enough",
    "{} are left out",
    "{} answers",
    "{} datasets, and each",
    "The folder holds {} datasets",
    "{} words of our short list",
    "{} values that come again and again",
    "{} of {} classes have",
    "{} stages, stage",
    "{} cores",
    "{b} were kept",
    "{n} rows a minute",
    "{n} values",
    "{count} classes the matrix",
    "Turn {} answers",
    "Check with {} rows",
    "Below {} rows",
    "ewer than {} rows",
    "ewer than {n} rows",
    "None of the {} rows",
    "more than {} columns",
    "more than {} characters",
    "under {} characters",
    "very long: {} characters",
    "has {} rows",
    "All {} of the {} are taken for free",
    "The pictures in {} are left out",
)


class _Sentences(ast.NodeVisitor):
    """The strings of a module with a count in them, and whether they say one for one too."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str, bool]] = []
        self.pairs: list[tuple[str, str]] = []  # of `plural`, where both are written out there
        self._paired = False

    def visit_Call(self, node: ast.Call) -> None:
        named = node.func.id if isinstance(node.func, ast.Name) else ""
        if named == "plural" and len(node.args) == 3:
            self.pairs.append((_text(node.args[1]), _text(node.args[2])))
        before, self._paired = self._paired, self._paired or named in ("plural", "rows_are")
        self.generic_visit(node)
        self._paired = before

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.append((node.lineno, node.value, self._paired))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.found.append((node.lineno, _text(node), self._paired))
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                self.visit(value.value)


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and node.args:  # self.tr("…")
        return _text(node.args[0])
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(value) for value in node.values)
    if isinstance(node, ast.FormattedValue):
        spec = _text(node.format_spec) if node.format_spec else ""
        return f"{{:{spec}}}" if spec.endswith("%") else "{}"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _modules() -> Iterator[tuple[Path, _Sentences]]:
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            seen = _Sentences()
            seen.visit(ast.parse(path.read_text("utf-8")))
            yield path, seen


def test_each_count_has_its_form_for_one() -> None:
    alone, pairs = [], 0
    for path, seen in _modules():
        handed = _handed_on(path)
        pairs += len(seen.pairs)
        for line, words, paired in seen.found:
            known = paired or words in handed or any(limit in words for limit in _NEVER_ONE)
            if _MANY.search(words) and not known:
                alone.append(f"{path.relative_to(PACKAGE)}:{line}: {words}")
    assert pairs > 100
    assert alone == []


def _handed_on(path: Path) -> set[str]:
    """Sentences beside their form for one: `one, many = …`, or two in a row of a table."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Tuple) and len(node.elts) > 1:
            one, many = _text(node.elts[-2]), _text(node.elts[-1])
            if one and many:
                found.add(many)
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "many" for target in node.targets
        ):
            found.add(_text(node.value))
    return found


def test_one_is_never_said_as_several() -> None:
    wrong = []
    for path, seen in _modules():
        for one, many in seen.pairs:
            said = [one, re.sub(r"\{(?!n\})\w*\}", "x", one)]
            if one and "{" not in re.sub(r"\{\w*\}", "", one):
                names = set(re.findall(r"\{(\w+)\}", one + many)) - {"n"}
                said.append(plural(1, one.replace("{}", "x"), "", **dict.fromkeys(names, "x")))
            wrong += [f"{path.name}: {words}" for words in said if _OF_ONE.search(words)]
        for line, words, _ in seen.found:
            if re.search(r"\w\(s\)|\w\(es\)", words) and " " in words:
                wrong.append(f"{path.name}:{line}: {words}")
    assert wrong == []


def test_a_share_is_written_in_one_way() -> None:
    """85 %, by `format_share`."""
    told = [
        f"{path.relative_to(PACKAGE)}:{line}: {words}"
        for path, seen in _modules()
        for line, words, _ in seen.found
        if _SHARE.search(words)
    ]
    assert told == []
