"""The file as it was read, and what its columns are taken for."""
