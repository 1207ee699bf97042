"""Uploaded files on the disk."""
