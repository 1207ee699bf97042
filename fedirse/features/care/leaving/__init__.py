"""Leaving a network: what it means, an archive first, and what became of it."""
