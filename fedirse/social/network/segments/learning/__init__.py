"""How a member learns which segments it is in: by what the head office has signed, whoever brings it."""
