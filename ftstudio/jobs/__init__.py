"""Job folders: the interface between the window (or CLI) and the worker."""
