#!/usr/bin/env python3
"""Two commands on a bare machine: `bootstrap.py run` and `bootstrap.py test`.

Sets up what is missing (system libraries, a virtual environment in `.venv`, the torch build that
suits this machine) and then runs. Needs nothing but Python 3.11 or newer; a second start finds
its stamp and goes straight on. Knows nothing of the app itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "ftstudio-setup.json"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")

TORCH = "2.13.0"
# Drivers that can run a CUDA version, newest first: NVIDIA's CUDA compatibility table.
CUDA_BY_DRIVER = ((580, "cu130"), (570, "cu128"), (560, "cu126"))
WHEELS = "https://download.pytorch.org/whl/"

# Debian/Ubuntu names. A window needs all; `test` adds a virtual screen and its tools.
WINDOW_LIBRARIES = (
    "libgl1 libegl1 libxkbcommon0 libglib2.0-0 libfreetype6 libfontconfig1 libdbus-1-3 "
    "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
).split()
TEST_TOOLS = "xvfb xauth openbox xdotool".split()
MOST_AT_ONCE = 4  # test processes; each may take 2 GB
RENAMED = {"libglib2.0-0": "libglib2.0-0t64"}  # Ubuntu 24.04 and Debian 13


def main() -> int:
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    verbs = {"run": run, "test": test, "check": check, "bench": bench, "walk": walk, "gpu": gpu}
    if verb not in verbs:
        print(f"usage: {Path(sys.argv[0]).name} {{{'|'.join(verbs)}}}", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 (any Python may start this file)
        return fail(
            f"Python {platform.python_version()} is too old: the app needs 3.11 or newer.",
            "Install a newer Python and run this again with it.",
        )
    return verbs[verb](sys.argv[2:])


# The verbs


def run(arguments: list[str]) -> int:
    """Open the window; with no display, do the sample job in the terminal."""
    shown = has_display()
    code = set_up(dev=False, packages=WINDOW_LIBRARIES if shown else [])
    if code:
        return code
    if arguments or shown:
        return app(arguments)
    say("No display here: the built-in sample job runs in the terminal instead.")
    return app(["sample"])


def test(arguments: list[str]) -> int:
    """Lint, types, floors, then the tests; arguments go to pytest."""
    code = set_up(dev=True, packages=[*WINDOW_LIBRARIES, *TEST_TOOLS])
    code = code or check([])
    side_by_side = ["-n", str(min(MOST_AT_ONCE, os.cpu_count() or 1)), "--dist=loadfile"]
    wanted = ["-m", "not bench and not walk", "--ignore=tests/house", *side_by_side]
    return code or pytest([*wanted, *arguments])


def check(_arguments: list[str]) -> int:
    """The walls: lint, types, floors, and the house tests. The first half of `test`."""
    code = set_up(dev=True, packages=WINDOW_LIBRARIES) or static_checks()
    return code or pytest(["tests/house", "-q"])


def bench(arguments: list[str]) -> int:
    code = set_up(dev=True, packages=[*WINDOW_LIBRARIES, *TEST_TOOLS])
    return code or pytest(["-m", "bench", "-s", "tests/bench", "--timeout=3600", *arguments])


def walk(arguments: list[str]) -> int:
    """Every pair of the catalogue, really trained; writes their table."""
    code = set_up(dev=True, packages=[])
    return code or pytest(["-m", "walk", "-s", "tests/walk", "--timeout=7200", *arguments])


def gpu(arguments: list[str]) -> int:
    code = set_up(dev=True, packages=[])
    return code or pytest(["-m", "gpu", "-s", "tests/gpu", "--timeout=3600", *arguments])


def app(arguments: list[str]) -> int:
    return subprocess.call([str(PYTHON), "-m", "ftstudio", *arguments], cwd=ROOT)


def static_checks() -> int:
    """Ruff, its formatter, mypy --strict and the floors (import-linter)."""
    for command in (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    ):
        say("$ " + " ".join(command))
        binary = PYTHON.parent / (command[0] + (".exe" if WINDOWS else ""))
        code = subprocess.call([str(binary), *command[1:]], cwd=ROOT)
        if code:
            return code
    return 0


def pytest(arguments: list[str]) -> int:
    say("$ pytest " + " ".join(arguments))
    return subprocess.call([str(PYTHON), "-m", "pytest", *arguments], cwd=ROOT)


# Set-up


def set_up(*, dev: bool, packages: list[str]) -> int:
    """Bring the machine to where the app runs. 0, or an exit status after a readable reason."""
    code = system_packages(packages)
    if code:
        return code
    wanted = stamp(dev)
    if stamped(wanted):
        return 0
    started = time.monotonic()
    try:
        make_venv()
        install_torch()
        install_project(dev)
    except subprocess.CalledProcessError as error:
        return fail(
            f"Setting up failed: {' '.join(map(str, error.cmd[-3:]))} ended with "
            f"{error.returncode}.",
            "Look at the lines above; when the network is back, the same command goes on.",
        )
    build_fake_card()
    STAMP.write_text(json.dumps(wanted))
    say(f"Set up in {time.monotonic() - started:.0f} s. The next start takes none of this.")
    return 0


def stamp(dev: bool) -> dict[str, str | bool]:
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return {"project": project, "python": platform.python_version(), "dev": dev,
            "root": str(ROOT)}  # fmt: skip


def stamped(wanted: dict[str, str | bool]) -> bool:
    """Whether an earlier set-up covers this one (a developer's covers a user's)."""
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return PYTHON.exists() and found in (wanted, {**wanted, "dev": True})


def make_venv() -> None:
    if PYTHON.exists() and runs([str(PYTHON), "-c", "import pip"]):
        return
    say("Making a virtual environment in .venv")
    if not runs([sys.executable, "-c", "import ensurepip, venv"]):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        if system_packages([f"python{version}-venv"]):
            raise SystemExit(1)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install_torch() -> None:
    """The CUDA build where an NVIDIA driver is, by its version; otherwise the CPU build."""
    if runs([str(PYTHON), "-c", f"import torch; assert torch.__version__.startswith('{TORCH}')"]):
        return
    driver = nvidia_driver()
    for index in [name for lowest, name in CUDA_BY_DRIVER if driver >= lowest]:
        say(f"Installing torch {TORCH} for CUDA ({index}; NVIDIA driver {driver})")
        if runs([*PIP, f"torch=={TORCH}", "--index-url", WHEELS + index], show=True):
            return
    if driver:
        say("No CUDA build could be installed for this driver; taking the CPU build.")
    say(f"Installing torch {TORCH} for the processor")
    # On some registries plain torch brings gigabytes of CUDA: look before taking it.
    if plain_torch_is_small():
        subprocess.run([*PIP, f"torch=={TORCH}"], check=True)
    else:
        subprocess.run([*PIP, f"torch=={TORCH}", "--index-url", WHEELS + "cpu"], check=True)


def build_fake_card() -> None:
    """What the exact memory estimate needs where there is no card. Without a compiler the app
    says so itself, when it is asked."""
    build = "from ftstudio.worker.simulation import shim; shim.needed() and shim.build()"
    runs([str(PYTHON), "-c", build])


def plain_torch_is_small() -> bool:
    """Whether the default registry's torch comes without NVIDIA's libraries (dry run)."""
    plan = subprocess.run(
        [*PIP, "--dry-run", "--report", "-", f"torch=={TORCH}"],
        stdout=subprocess.PIPE, check=False,
    )  # fmt: skip
    return plan.returncode == 0 and b'"nvidia' not in plan.stdout


def install_project(dev: bool) -> None:
    say("Installing the app and what it needs")
    target = f"{ROOT}[dev]" if dev else str(ROOT)
    subprocess.run([*PIP, "-e", target], check=True)


PIP = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def system_packages(names: list[str]) -> int:
    """Install missing Debian/Ubuntu packages when root, otherwise name the exact line."""
    if not names or not shutil.which("dpkg-query"):
        return 0
    missing = [name for name in names if not installed(name)]
    if not missing:
        return 0
    if os.geteuid() != 0:
        return fail(
            "System libraries are missing: " + " ".join(missing),
            "Install them with:\n  sudo apt-get install --no-install-recommends "
            + " ".join(missing),
        )
    say("Installing system libraries: " + " ".join(missing))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    done = subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        return fail("System libraries could not be installed.", "Try: " + " ".join(install))
    return 0


def installed(name: str) -> bool:
    names = [name, RENAMED.get(name, name)]
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ", *names]
    found = subprocess.run(query, capture_output=True, text=True, check=False)
    return "installed" in found.stdout.split()


def nvidia_driver() -> int:
    """The major version of the NVIDIA driver, 0 where there is none."""
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    if not shutil.which("nvidia-smi"):
        return 0
    found = subprocess.run(query, capture_output=True, text=True, check=False)
    first = found.stdout.strip().split(".")[0]
    return int(first) if found.returncode == 0 and first.isdigit() else 0


def has_display() -> bool:
    if WINDOWS or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def runs(command: list[str], *, show: bool = False) -> bool:
    quiet = None if show else subprocess.DEVNULL
    return subprocess.run(command, stdout=quiet, stderr=quiet, check=False).returncode == 0


def say(line: str) -> None:
    print(line, flush=True)


def fail(what: str, remedy: str) -> int:
    print(f"{what}\n{remedy}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
