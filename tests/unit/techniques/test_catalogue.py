"""The catalogue is asked again and again, by modules that were imported before and after."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ftstudio import techniques
from ftstudio.techniques import objectives


def test_asking_late_gives_the_same_as_asking_early() -> None:
    program = (
        "from ftstudio.techniques import methods, objectives; early = methods(), objectives();"
        "from ftstudio.techniques import methods, objectives;"
        "assert (methods(), objectives()) == early"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_what_goals_share_is_declared_once() -> None:
    """The same words and choices wherever the same thing is asked."""
    for name in ("template", "reading"):
        declared = [
            spec
            for goal in objectives().values()
            for spec in goal.params.specs()
            if spec.name == name
        ]
        assert len(declared) > 1
        assert len(set(declared)) == 1


def test_no_trainer_repeats_what_every_trainer_is_built_from() -> None:
    room = Path(techniques.__file__).parent
    sources = [path.read_text("utf-8") for path in room.rglob("*.py")]
    assert sum("**inputs.usual" in source for source in sources) >= 10
    assert not [source for source in sources if "inputs.callbacks" in source]
