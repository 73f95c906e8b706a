"""Frozen versions: the list, and what is done with one or several of them."""
