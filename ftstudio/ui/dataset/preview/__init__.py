"""What the model will see: the rows of the preview, its figures and what leaks."""
