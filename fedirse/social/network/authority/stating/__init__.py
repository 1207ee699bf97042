"""Statements of a head office: numbered and signed."""
