"""How rows are shown: as talk, as pictures, side by side, and whole."""
