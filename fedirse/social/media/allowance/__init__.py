"""How much one account may upload."""
