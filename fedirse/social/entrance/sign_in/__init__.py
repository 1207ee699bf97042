"""Signing in with a password, and what a form goes through when the session has ended meanwhile."""
