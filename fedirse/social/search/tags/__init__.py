"""Hashtags found by their beginning."""
