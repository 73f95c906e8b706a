"""Who learns and who checks: the split, what it lacks, and what stays together."""
