"""Selections as people make them, and as conditions."""
