"""Saying that one has read and understood: people to their own site by name, the site to the head office in numbers."""
