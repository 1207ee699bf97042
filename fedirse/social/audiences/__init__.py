"""Who an item is for, and who may read it."""
