"""The child process that parses a file: `python -m ftstudio.data.ingest.read_child JOB.json`.

Speaks JSON lines on stdout: {"share": 0.4}, then {"done": true} or {"error": {…}}. It ends when
its stdin ends, so that it never outlives the window.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import hashlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Block, Format, Reading, ReadOptions, formats
from ftstudio.data.ingest.encoding import DOUBTED, GUESSED
from ftstudio.data.ingest.several import JOINED, files_of
from ftstudio.data.ingest.sides_named import snapshot
from ftstudio.data.ingest.sniff import recognise
from ftstudio.data.ingest.store import RowStore
from ftstudio.data.ingest.unpack import (
    Room,
    archive_kind,
    check_disk,
    is_gzip,
    unpack_archive,
    unpack_gzip,
)
from ftstudio.data.pictures import SUFFIXES
from ftstudio.data.table import ROWS_FILE, Problem, RawTable, excerpt, first_of

MEMORY = 4 << 30  # bytes of address space on top of what the interpreter has reserved
_CHUNK = 1 << 24
_GZIPPED = 2  # times a file may be packed by itself


@dataclass(frozen=True)
class ReadJob:
    """What the parent asks for."""

    path: Path
    into: Path
    options: ReadOptions
    cpu_seconds: int
    home: Path | None = None  # where `into` will lie in the end


def main(argument: str) -> int:
    """Read the file; all that can go wrong becomes one line on stdout."""
    raw = json.loads(argument)
    job = ReadJob(
        Path(raw["path"]), Path(raw["into"]), ReadOptions(**raw["options"]), raw["cpu_seconds"],
        Path(raw["home"]) if raw.get("home") else None,
    )  # fmt: skip
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # millions of rows are looked through for circles that are not there: 10 % of CPU
    try:
        _limit(job.cpu_seconds)
        read(job, lambda share: _say({"share": round(share, 4)}))
    except StudioError as error:
        _say({"error": error.to_dict()})
        return 1
    except MemoryError:
        _say({"error": too_large(job.path.name).to_dict()})
        return 1
    except OSError as error:
        _say({"error": system_error(error, job).to_dict()})
        return 1
    _say({"done": True})
    return 0


def read(job: ReadJob, progress: Callable[[float], None]) -> RawTable:
    """Recognise, parse and keep; leaves `rows.parquet` and `table.json` in `job.into`."""
    size, digest = _weigh(job.path, job.options.sheet, progress)
    check_disk(job.into, size)
    home = job.home or job.into
    reading = Reading(
        job.path,
        job.path.name,
        job.options,
        home,
        job.into,
        fast=job.options.skip_bad,
        done=progress,
    )
    refused = _unpack(job, reading)
    kind, remarks = _kind(reading)
    remarks += unheeded(kind, job.options, reading.name)
    store = RowStore(job.into)
    for text in [*refused, *remarks]:
        store.remark(Problem(0, text))
    _fill(store, kind.read(reading), reading)
    for remark in _encoding_remark(reading):
        store.remark(remark)
    columns = store.finish()
    for remark in reading.remarks:
        store.remark(remark)
    _clear(job, reading, keep=_holds_pictures(job.into / "files"))
    table = RawTable(
        path=job.path,
        sha256=digest,
        format="tsv" if reading.details.get("separator", "").startswith("tab") else kind.key,
        details={"format": kind.title, **reading.details},
        columns=columns,
        row_count=store.row_count,
        problems=store.problems,
        folder=job.into,
        size=size,
        remarks=store.remarks,
    )
    _refuse_nothing(table, job.options)
    table.save()
    return table


def _kind(reading: Reading) -> tuple[Format, list[str]]:
    """Files that were chosen side by side are that, whatever else their folder holds."""
    if reading.path.is_dir() and JOINED in (reading.options.sheet or ""):
        return formats()["folder"], []
    return recognise(reading.path, reading.name, reading.options.encoding)


def _unpack(job: ReadJob, reading: Reading) -> list[str]:
    """Put what is packed beside the rows to come; the words are about what was refused."""
    if reading.path.is_dir():
        reading.path = snapshot(reading.path)
        return _led_outside(reading.path, reading.options.sheet)
    room = Room(reading.name, reading.path.stat().st_size, job.into)
    packed: list[str] = []
    while is_gzip(reading.path) and len(packed) < _GZIPPED:
        reading.path = unpack_gzip(reading.path, job.into, room)
        packed.append("gzip")
    refused: list[str] = []
    if kind := archive_kind(reading.path):
        made = unpack_archive(reading.path, job.into / "files", reading.name, kind, room)
        reading.path, refused = made.folder, made.refused
        if refused and not any(path.is_file() for path in made.folder.rglob("*")):
            raise _all_refused(reading.name, refused)
        packed.append(f"{kind}, with archives in it" if made.inner else kind)
    if packed:
        reading.details["packed"] = packed[-1]
    return refused


def _led_outside(folder: Path, sheet: str | None) -> list[str]:
    outside: list[str] = []
    files_of(folder, sheet, outside)
    if not outside:
        return []
    links, were = ("1 link leads", "was") if len(outside) == 1 else (
        f"{len(outside):,} links lead", "were"
    )  # fmt: skip
    return [f"{links} out of the folder and {were} not followed: {first_of(outside)}."]


def _all_refused(name: str, refused: list[str]) -> StudioError:
    return StudioError(
        f"{name} holds no file that can be read.",
        " ".join(refused[:3]),
        "Unpack it yourself, and choose the file or the folder that comes out.",
        code="no_files",
    )


def _clear(job: ReadJob, reading: Reading, keep: bool) -> None:
    """Only rows stay; pictures too, since rows only name them."""
    kept = {ROWS_FILE, "stderr.txt", *(["files"] if keep else [])}
    for path in job.into.iterdir():
        if path.name in kept:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _holds_pictures(folder: Path) -> bool:
    return folder.is_dir() and any(
        path.suffix.lower() in SUFFIXES for path in folder.rglob("*") if path.is_file()
    )


def _weigh(path: Path, sheet: str | None, alive: Callable[[float], None]) -> tuple[int, str]:
    """Size and sha256 of a file, or of all files below a folder by their names."""
    if not path.is_dir():
        return path.stat().st_size, _sha256(path, alive)
    size, digest = 0, hashlib.sha256()
    for name, file in files_of(path, sheet):
        if os.path.isfile(file):
            size += file.stat().st_size
            said = f"{name}\0{_sha256(file, alive)}\n"
            digest.update(said.encode("utf-8", "surrogateescape"))
    return size, digest.hexdigest()


def _fill(store: RowStore, rows: Any, reading: Reading) -> None:
    for number, item in enumerate(rows):
        if number == 0:
            store.declare(reading.columns)
        if isinstance(item, Block):
            store.add_block(item)
            continue
        before = len(store.problems)
        if isinstance(item, Problem):
            store.add_problem(item)
        else:
            store.add(item)
        if len(store.problems) > before and not reading.options.skip_bad:
            raise _stopped(store.problems[-1])
    store.declare(reading.columns)


def _encoding_remark(reading: Reading) -> list[Problem]:
    encoding = reading.details.get("encoding", "")
    said, _, other = encoding.partition(DOUBTED)
    if other:
        words = f"It was read as {said}, as chosen, but it looks like {other}: letters other than "
        return [Problem(0, f"{words}A to Z may be wrong. Leave the encoding to be found out.")]
    if not encoding.endswith(GUESSED):
        return []
    title = encoding.removesuffix(GUESSED)
    return [
        Problem(0, f"The encoding was guessed: {title}. If letters look wrong, choose another.")
    ]


def _stopped(problem: Problem) -> StudioError:
    return StudioError(
        f"Reading stopped at row {problem.row}.",
        problem.reason + (f" It reads: {problem.text}" if problem.text else ""),
        "Correct the file, or choose to leave out rows that can't be read.",
        code="bad_row",
    )


def unheeded(kind: Format, options: ReadOptions, name: str) -> list[str]:
    """What was set and means nothing for such a file, in words. A sheet that can't be there is an
    error: other rows than those asked for must not come in its place."""
    if options.sheet is not None and "sheet" not in kind.heeds:
        raise StudioError(
            f"{name} has no sheets, so “{options.sheet}” can't be read from it.",
            f"It is one table: {kind.title}.",
            "Leave the sheet out, or choose the workbook that has it.",
            code="no_sheet",
        )
    said = {"encoding": "encoding", "delimiter": "separator", "header_row": "row with the names"}
    unused = [
        words
        for option, words in said.items()
        if option not in kind.heeds and getattr(options, option) is not None
    ]
    return [f"The {what} chosen was not used: {kind.title} has none to choose." for what in unused]


def _refuse_nothing(table: RawTable, options: ReadOptions) -> None:
    if table.row_count:
        return
    if table.problems:
        first = table.problems[0]
        count = len(table.problems)
        what = "The only row" if count == 1 else f"None of the {count:,} rows"
        verb = "can't" if count == 1 else "can"
        raise StudioError(
            f"{what} of {table.path.name} {verb} be read.",
            f"Row {first.row}: {first.reason}"
            + (f" It reads: {excerpt(first.text)}" if first.text else ""),
            "Leave the encoding to be found out, or choose another."
            if options.encoding
            else "Open the file in the program it came from and export it again.",
            code="no_readable_row",
        )
    raise StudioError(
        f"{table.path.name} has no rows.",
        "It names its columns, but nothing follows." if table.columns else "It holds no data.",
        "Choose another file, or fill this one and try again.",
        code="no_rows",
    )


def _sha256(path: Path, alive: Callable[[float], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            alive(0.0)
    return digest.hexdigest()


def _limit(cpu_seconds: int) -> None:
    """Bound memory and time where the system can (not on Windows)."""
    if sys.platform == "win32":
        return
    import resource

    import pyarrow.parquet  # noqa: F401  reserves address space, which must not count

    used = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    limit = used * resource.getpagesize() + MEMORY
    for kind, soft, hard in (
        (resource.RLIMIT_AS, limit, limit),
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 5),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # the system's own limit is lower still
            resource.setrlimit(kind, (soft, hard))


def too_large(name: str) -> StudioError:
    return StudioError(
        f"{name} is too large to be read at once.",
        "Reading it took more than 4 GB of memory.",
        "Save it as .csv or .jsonl, which are read row by row, or divide it into parts.",
        code="out_of_memory",
    )


def system_error(error: OSError, job: ReadJob) -> StudioError:
    """A sentence for what the operating system refused."""
    name = job.path.name
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StudioError(
            "The disk is full, or takes no file that large.",
            f"The rows of {name} did not fit beside what is there already.",
            "Free some space, or move the workspace to another disk in the settings.",
            code="disk_full",
        )
    touched = str(error.filename or job.path)
    ours = touched != str(job.path) and touched.startswith(str(job.into))
    if ours or error.errno == errno.EROFS:
        return StudioError(
            f"The rows of {name} can't be kept in the workspace.",
            f"The system says: {error.strerror or error}.",
            "Make the workspace writable, or choose another folder for it in the settings.",
            code="workspace_unusable",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return StudioError(
            f"{name} may not be opened.",
            "Your account has no permission to read it, or another program holds it.",
            "Close it in other programs, ask its owner, or copy it to a folder of your own.",
            code="no_permission",
        )
    if error.errno == errno.ENOENT:
        return StudioError(
            f"{name} is not there.",
            f"There is no file {job.path}. It may have been moved, renamed or deleted.",
            "Choose the file again.",
            code="file_missing",
        )
    return StudioError(
        f"{name} can't be read.",
        f"The system says: {error.strerror or error}.",
        "Copy the file to a local folder and try again.",
        code="system",
    )


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    # Not through sys.stdin: its lock, held here for ever, aborts the interpreter as it ends.
    while os.read(0, 1024):
        pass
    os._exit(3)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
