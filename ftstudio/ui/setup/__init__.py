"""Setting up a run: data, goal, model, method, settings, review; a page each."""
