"""What was found, the steps against it, and the recipe they make."""
