"""Atom and RSS of what everybody may read."""
