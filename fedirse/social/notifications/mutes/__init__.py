"""Whom somebody here does not wish to hear of."""
