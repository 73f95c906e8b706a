"""Hashes of a public test's questions, for `resources/benchmarks/`; its text is not kept.

    python packaging/make_fingerprints.py FILE --name NAME --licence SPDX --source URL --out PATH

Only for sets whose licence allows it and whose text is at hand.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from ftstudio.data.fingerprints import take_fingerprints
from ftstudio.data.layout import guess_layouts
from ftstudio.data.making import make_rows
from ftstudio.data.reading import read_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--licence", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = read_file(given.file, Path(folder) / "table")
        best = guess_layouts(table)[0]
        rows, _ = make_rows(table, best.layout, best.mapping)
        taken = take_fingerprints(
            (row.example for row in rows), given.name, given.licence, given.source, table.sha256
        )
    taken.save(given.out)
    print(f"{len(taken.hashes):,} questions of {given.name} in {given.out}")


if __name__ == "__main__":
    main()
