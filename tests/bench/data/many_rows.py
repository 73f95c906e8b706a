"""A file of many questions and answers of about 210 characters, for what is measured at scale."""

from __future__ import annotations

from pathlib import Path

from tests.bench.data.duplicate_rows import Maker

_POOL = 20_000


def write_rows(path: Path, count: int) -> Path:
    """One row in forty comes again, slightly changed, and one in twenty names an address."""
    maker = Maker(6)
    pool = [maker.row() for _ in range(min(count, _POOL))]
    with path.open("w", encoding="utf-8") as file:
        file.write("question,answer\n")
        for number in range(count):
            asked, said = pool[maker.draw.randrange(len(pool))], pool[number % len(pool)]
            end = f" Write to anna{number}@example.org." if number % 20 == 0 else ""
            mark = f"{number:x} " + maker.draw.choice(maker.words)
            file.write(f"{mark} {asked[0]},{said[1]} {mark}{end}\n")
    return path
