"""The head office's invitations: an address with a secret, and the key of the network with it."""
