"""Hashes of a public test's questions, for `resources/benchmarks/`; its text is not kept.

    python packaging/make_fingerprints.py FILE … --name NAME --licence SPDX --source URL --out PATH

Only for sets whose licence allows it and whose text is at hand. With `--field` the questions are
what stands under that name in JSON or JSON lines (each one of a list), in as many files as are
given; without it the file's layout is found as the app finds it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftstudio.core.example import Example, Message
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.ingest.reading import read_file
from ftstudio.data.layout import guess_layouts
from ftstudio.data.sides.fingerprints import take_fingerprints


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--field")
    parser.add_argument("--name", required=True)
    parser.add_argument("--licence", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    files = sorted(given.files, key=lambda path: path.name)
    if given.field:
        said = [text for path in files for text in under(given.field, contents(path))]
        examples = [Example(messages=[Message(role="user", content=text)]) for text in said]
    else:
        examples = by_layout(files[0])
    whole = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    taken = take_fingerprints(examples, given.name, given.licence, given.source, whole)
    taken.save(given.out)
    print(f"{len(taken.hashes):,} questions of {given.name} in {given.out}")


def by_layout(path: Path) -> list[Example]:
    with tempfile.TemporaryDirectory() as folder:
        table = read_file(path, Path(folder) / "table")
        best = guess_layouts(table)[0]
        return [row.example for row in make_rows(table, best.layout, best.mapping)[0]]


def contents(path: Path) -> Any:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    if ".jsonl" in path.name:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return json.loads(text)


def under(field: str, value: Any) -> Iterator[str]:
    """All texts that stand under this name, however deep."""
    if isinstance(value, list):
        for one in value:
            yield from under(field, one)
    elif isinstance(value, dict):
        found = value.get(field, [])
        yield from [found] if isinstance(found, str) else found
        for one in value.values():
            yield from under(field, one)


if __name__ == "__main__":
    main()
