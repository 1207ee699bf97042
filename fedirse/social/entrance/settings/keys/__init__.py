"""Using passkeys, adding and removing them."""
