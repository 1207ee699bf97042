"""How a member changes its key: it says so with the key before, or somebody at the head office compares four words."""
