"""The pages on which people see who is in a selection, and say who is to be."""
