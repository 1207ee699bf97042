"""Texts to start an announcement from: those that come with fedirse, and those that a head office has kept."""
