"""Somebody or something that was typed or pasted as an address."""
