"""What columns are called and hold, and what that makes of them."""
