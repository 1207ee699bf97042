"""Whom to call about an announcement: the sites that are silent, with the numbers that they gave."""
