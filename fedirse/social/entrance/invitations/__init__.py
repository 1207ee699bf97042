"""Joining with an invitation: one page, less than a minute."""
