"""The catalogue is asked again and again, by modules that were imported before and after."""

from __future__ import annotations

import subprocess
import sys


def test_asking_late_gives_the_same_as_asking_early() -> None:
    program = (
        "from ftstudio.techniques import methods, objectives; early = methods(), objectives();"
        "from ftstudio.techniques import methods, objectives;"
        "assert (methods(), objectives()) == early"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
