"""The look that a head office offers to its sites, and what each of them makes of it."""
