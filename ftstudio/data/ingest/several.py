"""Several files as one table, one after another, each row with its file: those of one kind, and
others of the same columns."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.units import plural
from ftstudio.data.format import Block, Format, Reading, Record
from ftstudio.data.ingest.sides_named import (
    Configuration,
    configurations,
    leads_outside,
    link_home,
    sides,
    usual_of,
)
from ftstudio.data.ingest.sniff import recognise
from ftstudio.data.ingest.unpack import Room, archive_kind, is_gzip, unpack_archive, unpack_gzip
from ftstudio.data.ingest.values import as_text
from ftstudio.data.pictures import SUFFIXES
from ftstudio.data.table import Problem

JOINED = " / "  # between the files that can be chosen, as between sheets
FILE_COLUMN = "file"
PART = "part"  # the column that tells for which side of a split a file was kept
LEFT_OUT = "not read"  # in a table's details: files of the same kind whose columns are others
_MOST_FILES = 20_000
_LISTED = 200  # files that are offered by name
_LOOKED_AT = 5  # rows of each, to learn its columns
_COMPARED = 20  # of the files chosen, with those of other kinds
_PROSE = ("text", "docx", "pdf", "html")  # formats of written texts: they join each other only
_JUNK = {"thumbs.db", "desktop.ini", "__macosx"}
_BESIDE = ("readme", "license", "licence", "copying", "notice", "changelog")

Found = tuple[str, Path]  # the name in the folder, and the file


def files_in(folder: Path, outside: list[str] | None = None) -> list[Found]:
    """All files below a folder by their names in it; what systems leave behind is passed over.
    `outside` takes the names of the links that lead out of it, which are not followed."""
    found: list[Found] = []
    root = link_home(folder).resolve()
    for home, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f.lower() not in _JUNK and f[:1] != ".")
        if outside is not None:
            links = [Path(home) / name for name in (*folders, *sorted(files))]
            links = [path for path in links if path.is_symlink() and leads_outside(path, root)]
            outside += [path.relative_to(folder).as_posix() for path in links]
        for file in sorted(files):
            if file.lower() in _JUNK or file.startswith("."):
                continue
            path = Path(home) / file
            if path.is_symlink() and leads_outside(path, root):
                continue
            if os.path.exists(path) and not os.path.isfile(path):  # (both false: access denied)
                continue  # a pipe or a device: whoever opens it may wait for ever
            found.append((path.relative_to(folder).as_posix(), path))
            if len(found) > _MOST_FILES:
                raise StudioError(
                    f"{folder.name} holds more than {_MOST_FILES:,} files.",
                    "So many are hardly one dataset.",
                    "Choose a folder further in.",
                    code="too_many_files",
                )
    return found


def files_of(folder: Path, sheet: str | None, outside: list[str] | None = None) -> list[Found]:
    """Those that count: some that lie side by side, where these were chosen by name (what else
    lies there, in a folder of downloads, is not even looked at), or all there are."""
    names = (sheet or "").split(JOINED)
    chosen = [(name, folder / name) for name in names if Path(name).name == name]
    if len(chosen) < max(2, len(names)) or not all(os.path.isfile(path) for _, path in chosen):
        return files_in(folder, outside)
    return chosen


def read_several(reading: Reading, found: list[Found]) -> Iterator[Record | Problem]:
    """The rows of the files chosen. A file that can't be read is one problem, not the end."""
    places = _places(reading, found)
    kinds, unread = _kinds(places, reading.options.encoding)
    usual, wanted = _narrowed(reading, kinds)
    chosen = [(name, places[name]) for name in _choose(reading, places, kinds, unread, wanted)]
    prose = all(kinds[name].key in _PROSE for name, _ in chosen)
    meant = {} if prose else sides([name for name, _ in chosen], usual)  # test.docx is a title
    if meant:
        reading.details["parts"] = ", ".join(dict.fromkeys(meant.values()))
    alone = len(chosen) == 1
    failures: list[StudioError] = []
    last = 0
    for number, (name, path) in enumerate(chosen):
        inner = _inner(reading, name, path)
        base = last

        def done(share: float, number: int = number) -> None:
            reading.done((number + share) / len(chosen))

        inner.done = done
        empty = True
        try:
            for item in _rows(inner, kinds[name], name, alone, meant.get(name, "")):
                empty = False
                last = base + item.row
                yield replace(item, row=last)
        except StudioError as error:
            if alone:
                raise
            empty = False
            failures.append(error)
            last += 1
            yield Problem(last, f"The whole file: {error.what} {error.why}", name)
        if empty and not alone:
            reading.remarks.append(Problem(0, f"{name} holds no rows."))
        _take_over(reading, inner, name, alone)
    if len(failures) == len(chosen):
        raise failures[0]


def _narrowed(
    reading: Reading, kinds: dict[str, Format]
) -> tuple[Configuration | None, str | None]:
    """Only the files of one of several datasets stay among the kinds, the usual one or the one
    asked for, unless files were asked for: these are given back. The others are named."""
    wanted = reading.options.sheet
    found = [c for c in configurations(reading.path) if any(map(c.has, kinds))]
    names = [one.name for one in found]
    usual = next((one for one in found if one.name == wanted), None) or usual_of(found)
    if usual is None or wanted not in (None, *names):
        return usual, wanted
    if len(found) > 1:
        for name in [name for name in kinds if not usual.has(name)]:
            del kinds[name]
        reading.details.update(
            configuration=usual.name, sheet=usual.name, sheets=JOINED.join(names[:_LISTED])
        )
        if wanted is None:
            others = [name for name in names if name != usual.name]
            some = ", ".join(others[:10]) + (" …" if len(others) > 10 else "")
            words = (
                f"The folder holds {len(found):,} datasets; “{usual.name}” was read, not {some}."
            )
            reading.remarks.append(Problem(0, words))
    return usual, None


def _places(reading: Reading, found: list[Found]) -> dict[str, Path]:
    """Where each file lies. Packed ones among them are unpacked where the reading may leave
    things, all within one limit; an archive's files are called by its name and theirs."""
    places: dict[str, Path] = {}
    room: Room | None = None
    for name, path in found:
        if reading.scratch is None or not path.is_file() or not _is_packed(path):
            places[name] = path
            continue
        room = room or Room(reading.name, 0, reading.scratch)
        room.take_in(path.stat().st_size)
        try:
            places.update(_unpacked(reading, name, path, room))
        except (StudioError, OSError) as error:
            if isinstance(error, StudioError) and error.code == "unpacks_too_large":
                raise
            places[name] = path  # it will be named among those that can't be read
    return places


def _is_packed(path: Path) -> bool:
    try:
        return is_gzip(path) or bool(archive_kind(path))
    except OSError:
        return False


def _unpacked(reading: Reading, name: str, path: Path, room: Room) -> dict[str, Path]:
    home = Path(tempfile.mkdtemp(dir=reading.scratch))
    if is_gzip(path):
        path = unpack_gzip(path, home, room)
    if not (kind := archive_kind(path)):
        return {name: path}
    made = unpack_archive(path, home / "files", name, kind, room)
    reading.remarks += [Problem(0, f"{name}: {why}") for why in made.refused]
    return {f"{name}/{inner}": file for inner, file in files_in(made.folder)}


def _kinds(found: dict[str, Path], encoding: str | None) -> tuple[dict[str, Format], list[str]]:
    kinds: dict[str, Format] = {}
    unread = []
    for name, path in found.items():
        try:
            kind, _ = recognise(path, name, encoding)
        except (StudioError, OSError):
            unread.append(name)
            continue
        kinds[name] = kind
    return kinds, unread


def _choose(
    reading: Reading,
    places: dict[str, Path],
    kinds: dict[str, Format],
    unread: list[str],
    wanted: str | None,
) -> list[str]:
    """The files asked for, or all of the kind that holds most; texts beside data are not data."""
    if not kinds:
        raise StudioError(
            f"{reading.name} holds no file that can be read.",
            f"In it: {', '.join(unread[:10])}." if unread else "There is nothing in it.",
            "Choose another folder or archive, or a file itself.",
            code="no_files",
        )
    main: list[str] = []
    if wanted is not None:
        names = _alike(reading, _asked_for(reading, wanted, kinds, unread), places, kinds)
    else:
        main = _main(places, kinds)
        names = _alike(reading, main, places, kinds)
        more = _of_other_kinds(reading, names, places, kinds)
        main = [name for name in kinds if name in {*main, *more}]
        names = [name for name in kinds if name in {*names, *more}]
    shown = JOINED.join(names) if len(names) < 4 else f"{len(names):,} files"
    if "configuration" not in reading.details:
        reading.details["sheet"] = shown
    if len(kinds) > 1 and "configuration" not in reading.details:
        reading.details["sheets"] = JOINED.join(list(kinds)[:_LISTED])
    others = [name for name in [*kinds, *unread] if name not in main]
    left = [name for name in others if not name.lower().endswith(SUFFIXES)]
    if wanted is None and (pictures := len(others) - len(left)):
        lie = plural(pictures, "1 picture lies", "{n} pictures lie")
        told = f"{lie} beside the files that were read; a row shows the one that it names."
        reading.remarks.append(Problem(0, told))
    if left and wanted is None:
        words = ", ".join(left[:10]) + (" …" if len(left) > 10 else "")
        reading.remarks.append(Problem(0, _ended(f"Beside the files that were read: {words}")))
    return names


def _ended(words: str) -> str:
    return words if words.endswith("…") else f"{words}."


def _asked_for(
    reading: Reading, wanted: str, kinds: dict[str, Format], unread: list[str]
) -> list[str]:
    """An archive's name stands for all that is in it. Of several files one may be unreadable."""
    asked = {
        one: [n for n in kinds if f"{n}/".startswith(f"{one}/")] for one in wanted.split(JOINED)
    }
    names = [name for name in kinds if any(name in found for found in asked.values())]
    missing = [one for one, found in asked.items() if not found]
    if missing and (not names or not set(missing) <= set(unread)):
        raise StudioError(
            f"{reading.name} holds no file named {wanted}.",
            f"In it: {', '.join(list(kinds)[:20])}.",
            "Choose one of these.",
            code="no_sheet",
        )
    reading.remarks += [Problem(0, f"{name} can't be read and was left out.") for name in missing]
    return names


def _main(places: dict[str, Path], kinds: dict[str, Format]) -> list[str]:
    sizes: dict[str, int] = {}
    data = [name for name in kinds if not _is_about(name)] or list(kinds)
    for name in data:
        size = places[name].stat().st_size
        sizes[kinds[name].key] = sizes.get(kinds[name].key, 0) + size
    most = max(sizes, key=lambda key: sizes[key])
    return [name for name in data if kinds[name].key == most]


def _is_about(name: str) -> bool:
    return Path(name).stem.lower().startswith(_BESIDE)


def _of_other_kinds(
    reading: Reading, names: list[str], places: dict[str, Path], kinds: dict[str, Format]
) -> list[str]:
    """Files of another kind with the columns of those chosen. The same rows once more, saved in
    another way, are not read twice."""
    prose = kinds[names[0]].key in _PROSE
    chosen = {kinds[name].key for name in names}
    others = [n for n in kinds if kinds[n].key not in chosen and not _is_about(n)]
    others = [name for name in others if (kinds[name].key in _PROSE) == prose][:_LISTED]
    if not others:
        return []
    seen = [_first_rows(_inner(reading, n, places[n]), kinds[n]) for n in names[:_COMPARED]]
    columns = set().union(*map(_names, seen))
    more: list[str] = []
    for name in others:
        rows = _first_rows(_inner(reading, name, places[name]), kinds[name])
        if not (prose or _agree(_names(rows), columns)):  # a PDF tells the page beside its text
            continue
        twin = next((names[at] for at, other in enumerate(seen) if _same(rows, other)), "")
        if twin:
            said = (
                f"{name} begins with the rows of {twin}, so it was taken for a copy and not read."
            )
            reading.remarks.append(Problem(0, said))
        else:
            more.append(name)
    return more


def _agree(one: set[str], other: set[str]) -> bool:
    """The same names; cells that are empty everywhere are not written in some kinds."""
    return one == other or (len(one & other) > 1 and (one <= other or other <= one))


def _same(one: list[Record], other: list[Record]) -> bool:
    """As texts: a number is one in some kinds, and its digits in others."""
    rows = [
        [{name: as_text(value) for name, value in row.values.items() if value is not None}
         for row in rows] for rows in (one, other)
    ]  # fmt: skip
    return rows[0] == rows[1]


def _alike(
    reading: Reading, names: list[str], places: dict[str, Path], kinds: dict[str, Format]
) -> list[str]:
    """Those that share columns, the most by size: others would become rows of empty cells. What
    was left out so is said."""
    if not 1 < len(names) <= _LISTED:
        return names
    groups: list[tuple[set[str], list[str]]] = []
    without: list[str] = []  # no row was seen: they cost nothing, and are told of later
    for name in names:
        columns = _names(_first_rows(_inner(reading, name, places[name]), kinds[name]))
        own = next((g for g in groups if columns and _shares(columns, g[0])), None)
        if not columns:
            without.append(name)
        elif own:
            own[0].update(columns)
            own[1].append(name)
        else:
            groups.append((columns, [name]))
    if len(groups) < 2:
        return names
    _, kept = max(groups, key=lambda g: sum(places[name].stat().st_size for name in g[1]))
    left = [name for name in names if name not in kept and name not in without]
    words = ", ".join(left[:5]) + (" …" if len(left) > 5 else "")
    reading.details[LEFT_OUT] = words
    said = f"Not read, as their columns are others than those of {kept[0]}: {words}"
    reading.remarks.append(Problem(0, _ended(said)))
    return [name for name in names if name in kept or name in without]


def _first_rows(inner: Reading, kind: Format) -> list[Record]:
    """None where no row can be read."""
    found: list[Record] = []
    try:
        for item in islice(kind.read(inner), _LOOKED_AT):
            if isinstance(item, Record):
                found.append(item)
    except (StudioError, OSError):
        pass
    return found


def _names(rows: list[Record]) -> set[str]:
    return {name for row in rows for name in row.values}


def _shares(one: set[str], other: set[str]) -> bool:
    return 2 * len(one & other) > min(len(one), len(other))


def _inner(reading: Reading, name: str, path: Path) -> Reading:
    """What was set for the folder goes for its files, but for the choice among them."""
    options = replace(reading.options, sheet=None)
    return Reading(path, Path(name).name, options, reading.home, reading.scratch)


def _rows(
    inner: Reading, kind: Format, name: str, alone: bool, side: str
) -> Iterator[Record | Problem]:
    for item in kind.read(inner):
        if isinstance(item, Block):  # not asked for
            continue
        if isinstance(item, Problem):
            yield item if alone else replace(item, reason=f"{name}, row {item.row}: {item.reason}")
        elif alone:
            yield item
        else:
            own = FILE_COLUMN if FILE_COLUMN not in item.values else "name of the file"
            part = {PART: side} if side and PART not in item.values else {}
            yield Record(item.row, {**item.values, own: name, **part})


def _take_over(reading: Reading, inner: Reading, name: str, alone: bool) -> None:
    for column in inner.columns:
        if column not in reading.columns:
            reading.columns.append(column)
    for key, value in inner.details.items():
        if alone or key in ("encoding", "separator"):
            reading.details.setdefault(key, value)
    for remark in inner.remarks[:20]:
        words = remark.reason if alone else f"{name}: {remark.reason}"
        reading.remarks.append(Problem(remark.row if alone else 0, words, remark.text))
