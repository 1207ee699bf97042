"""The pages about one's own account: security and preferences."""
