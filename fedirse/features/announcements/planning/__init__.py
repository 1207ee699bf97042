"""Announcements that are written and wait for their day: kept at the head office, published by a sweep."""
