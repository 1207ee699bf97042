"""Four words that stand for a key, for two people to compare."""
