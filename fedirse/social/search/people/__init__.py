"""People found by the beginning of a name."""
