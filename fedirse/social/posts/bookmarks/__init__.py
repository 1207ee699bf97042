"""What somebody marked for themselves, as a list to come back to."""
