"""Announcements: what the head office says to its sites, and what the sites say back: received, read, confirmed."""
