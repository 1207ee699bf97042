"""Voting from a page: what counts leads back to the poll, what cannot count is said beside it."""
