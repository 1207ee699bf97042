"""The network: which sites belong together, on whose word, and what that opens to them."""
