"""The shelf of adapters: what is on disk, where it came from, how it leaves the house."""
