"""Before anything runs: will it fit, how long will it take, and what to choose, with reasons."""
