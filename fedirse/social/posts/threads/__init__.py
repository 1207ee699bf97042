"""Threads: posts and what answers them, in the order in which people read them."""
