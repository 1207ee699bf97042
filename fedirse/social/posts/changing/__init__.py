"""Changing what is published: edit, delete, and what it said before."""
