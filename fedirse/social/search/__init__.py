"""Full-text search and lookup."""
