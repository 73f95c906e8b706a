"""The command line: the same work as the window, for scripts, clusters and terminals."""

from ftstudio.cli.entry import main

__all__ = ["main"]
