"""The board while somebody looks at it: told what has changed, as long as they may see it."""
