"""`ftstudio` opens the window; `ftstudio VERB …` does the same work in the terminal."""

from __future__ import annotations

import sys


def main() -> int:
    """Open the window without arguments, else hand over to the command line."""
    if len(sys.argv) > 1:
        from ftstudio.cli import main as run_cli

        return run_cli(sys.argv[1:])
    from ftstudio.app import main as open_window

    return open_window()


if __name__ == "__main__":
    raise SystemExit(main())
