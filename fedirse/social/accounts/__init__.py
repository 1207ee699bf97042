"""Local accounts and their actors."""
