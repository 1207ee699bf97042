"""Codes of an authenticator program, asked after the password of whoever has set one up."""
