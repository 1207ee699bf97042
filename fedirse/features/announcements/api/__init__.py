"""Announcements for other programs, such as an intranet: the same deeds as on the pages, as JSON, with a key."""
