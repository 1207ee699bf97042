"""How a site is doing, in sentences."""
