"""Models that read rows and do not write: which rows mean the same, where names stand."""
