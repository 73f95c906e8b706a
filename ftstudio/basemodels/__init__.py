"""Base models on this computer: what they are, where they lie, how they get here."""
