"""The page of one site of the network: everything that is said of it, and what the head office decides about it."""
