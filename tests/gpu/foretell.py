"""A program: what is foretold for every configuration on a kind of card, made where there is none.

`python -m tests.gpu.foretell h100-80gb FILE.json`, and on the card FTSTUDIO_GPU_FORETOLD=FILE.json:
its time is then spent on trainings alone. Half a minute each on one core.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from ftstudio.planning import exact
from ftstudio.planning.card_kinds import find_kind
from ftstudio.planning.machine import Machine
from tests.gpu.configurations import configurations
from tests.gpu.trials import Prepared, estimate_all, prepare


def write(card: str, file: Path, home: Path, wanted: list[Prepared]) -> None:
    """Written anew after each: what is there already is not counted again."""
    kind = find_kind(card)
    machine = Machine("cuda", kind.name, kind.total_bytes, kind.total_bytes, 1, kind.architecture)
    told = read(file, kind.key)

    def heard(key: str, found: Any) -> None:
        print(key, f"{found['shown'] / 2**30:.2f} GiB" if isinstance(found, dict) else found)
        if isinstance(found, dict):
            told[key] = found
            whole = {"kind": kind.key, "versions": exact.versions(), "estimates": told}
            file.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")

    missing = [one for one in wanted if one.one.key not in told]
    if missing:
        estimate_all(missing, machine, home, heard)


def read(file: Path | None, kind: str) -> dict[str, Any]:
    """Estimates by configuration; nothing where there are none for this kind of card."""
    if file is None or not file.is_file():
        return {}
    found = json.loads(file.read_text("utf-8"))
    return dict(found["estimates"]) if found["kind"] == kind else {}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        every = [prepare(one, place) for one in configurations()]
        write(sys.argv[1], Path(sys.argv[2]), place, every)
