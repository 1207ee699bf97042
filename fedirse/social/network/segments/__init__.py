"""Segments: named selections of members by what they are known by."""
