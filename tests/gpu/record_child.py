"""A program: which operations, on which shapes, a training on a card goes through, and what the
rules for hidden temporaries say of each.

Arguments: a file of JSON with a plan, the longest row, and a card's key; the file to write, a line
for each distinct operation. Its own process: the stand-in for a card must be there before torch.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

from ftstudio.worker.simulation import shim


def main(asked: Path, told: Path) -> None:
    warnings.simplefilter("ignore")
    shim.load()
    from ftstudio.core.plan import Plan
    from ftstudio.planning.card_kinds import find_kind
    from ftstudio.planning.outline import outline
    from ftstudio.worker.simulate import _surroundings
    from ftstudio.worker.simulation.trainers import Wanted, rehearse
    from tests.gpu.operations import Recorder

    given = json.loads(asked.read_text("utf-8"))
    plan = Plan.model_validate(given["plan"])
    device, fakes, rules = _surroundings(find_kind(given["card"]))
    recorder = Recorder(rules)
    shape = outline(plan.model.path).shape
    rehearse(Wanted(plan, shape, device, given["longest"], hidden=recorder, fakes=fakes))
    with told.open("w", encoding="utf-8") as out:
        for one in recorder.seen.values():
            out.write(json.dumps(one) + "\n")
    print("RESULT " + json.dumps({"unwritable": sorted(recorder.unwritable)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
