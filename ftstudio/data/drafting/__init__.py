"""A draft at work: its file, the rows it makes, what is found in them, and doing it again."""
