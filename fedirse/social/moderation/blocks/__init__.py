"""Servers and people that a site, or one of its people, has nothing to do with."""
