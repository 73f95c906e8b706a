"""Which side of a split a folder's files are meant for: by their names, or as a dataset card of
Hugging Face says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

_SIDES = {
    "train": "train", "training": "train", "validation": "validation", "valid": "validation",
    "val": "validation", "dev": "validation", "eval": "validation", "test": "test",
    "testing": "test",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+")
_ONLY_NUMBERS = re.compile(r"[\W_]*(\d+([\W_]+of[\W_]+\d+)?)?[\W_]*")  # train-00000-of-00002
_FRONT = re.compile(r"\A\ufeff?---\s*\n(.*?)\n---\s*(\n|\Z)", re.S)
_LONGEST = 1_000_000  # characters of a card
_PAIR = re.compile(r"(\s*)(-\s+)?([A-Za-z_]+):\s*(.*)")


@dataclass
class Configuration:
    """One of the datasets that a folder holds, and where its files are."""

    name: str
    default: bool = False
    files: list[tuple[str, str]] = field(default_factory=list)  # side, pattern

    def side_of(self, name: str) -> str | None:
        """None: the file is none of it."""
        return next((side for side, pattern in self.files if _matches(name, pattern)), None)

    def has(self, name: str) -> bool:
        return self.side_of(name) is not None


def sides(names: Sequence[str], chosen: Configuration | None = None) -> dict[str, str]:
    """The side of each file, where they are meant for several; those of no side are missing.

    A word inside a name counts only where another file says that it is for training: “dev” and
    “test” are words of many other things.
    """
    if chosen is not None:
        found = {name: side for name in names if (side := chosen.side_of(name))}
    else:
        found = {name: side for name in names if (side := _plainly(name))}
        loose = {name: side for name in names if (side := found.get(name) or _loosely(name))}
        if "train" in loose.values():
            found = loose
    several = len({found.get(name, "") for name in names}) > 1
    return found if several else {}


def _plainly(name: str) -> str:
    """The file or one of its folders is called like a side, and nothing else."""
    path = PurePosixPath(name.casefold())
    stem = path.name.partition(".")[0]
    for part in (stem, *reversed(path.parts[:-1])):
        word = _WORD.match(part)
        if word and word[0] in _SIDES and _ONLY_NUMBERS.fullmatch(part[word.end() :]):
            return _SIDES[word[0]]
    return ""


def _loosely(name: str) -> str:
    stem = PurePosixPath(name.casefold()).name.partition(".")[0]
    words = re.split(r"[\W_]+", stem)
    return next((_SIDES[word] for word in (words[-1], words[0], *words) if word in _SIDES), "")


def usual_of(found: Sequence[Configuration]) -> Configuration | None:
    """The one that is read unless another is asked for."""
    named = next((c for c in found if c.default), None)
    named = named or next((c for c in found if c.name == "default"), None)
    return named or next(iter(found), None)


def configurations(folder: Path) -> list[Configuration]:
    """The datasets that a folder holds, as its card says; none where it says nothing."""
    try:
        card = next(p for p in sorted(folder.iterdir()) if p.name.lower() == "readme.md")
        text = card.read_text("utf-8", "replace")[:_LONGEST]
    except (OSError, StopIteration):
        return []
    front = _FRONT.match(text)
    return [one for one in _told(front[1].splitlines()) if one.files] if front else []


def _told(lines: Iterable[str]) -> list[Configuration]:
    """The part `configs:` of a card. Only this much of YAML is understood: names, splits, paths."""
    found: list[Configuration] = []
    inside, side, base = False, "", ""
    for line in lines:
        if not inside:
            inside = line.strip() == "configs:"
            continue
        if line[:1].strip() and line[:1] != "-":
            break
        pair = _PAIR.fullmatch(line)
        key, value = (pair[3], _bare(pair[4])) if pair else ("", _bare(line.strip().lstrip("-")))
        if key == "config_name" or (not found and key):
            found.append(Configuration(value if key == "config_name" else "default"))
            side, base = "", ""
        if key == "default":
            found[-1].default = value == "true"
        elif key == "data_dir":
            base = f"{value.strip('/')}/"
        elif key == "split":
            side = _SIDES.get(value.casefold(), value)
        elif key in ("path", "data_files", "") and value and found:
            found[-1].files.append((side, base + value))
    return found


def _bare(text: str) -> str:
    return text.strip().strip("\"'").strip()


def _matches(name: str, pattern: str) -> bool:
    plain = pattern.removeprefix("./")
    return fnmatch(name, plain) or fnmatch(name, plain.replace("**/", ""))


def snapshot(folder: Path) -> Path:
    """In a cache folder of the hub the files lie once as blobs and once, by name, as a snapshot:
    the one that `main` names, or the newest."""
    shots = folder / "snapshots"
    if not shots.is_dir() or not (folder / "blobs").is_dir():
        return folder
    try:
        named = shots / (folder / "refs" / "main").read_text("utf-8").strip()
        if named.is_dir() and named.parent == shots:
            return named
    except (OSError, ValueError):
        pass
    found = sorted((p for p in shots.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
    return found[-1] if found else folder


def link_home(folder: Path) -> Path:
    """Within what links of a folder may lead: itself, or the cache of the hub that it is part of,
    whose snapshots are links to its blobs."""
    for home in folder.parents:
        if home.name == "snapshots" and (home.parent / "blobs").is_dir():
            return home.parent
    return folder


def leads_outside(path: Path, home: Path) -> bool:
    """`home` is resolved. A path that leads in circles leads nowhere."""
    try:
        return not path.resolve().is_relative_to(home)
    except (OSError, RuntimeError):
        return True
