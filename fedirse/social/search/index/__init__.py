"""The index: what is in it, and how it gets in."""
