"""Secrets on paper and in mails that open the site once: to sign in, to choose a new password, to join, to set the site up."""
