"""Invitations as files to hand over."""
