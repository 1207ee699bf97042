"""The sites that are no members any more, as the head office remembers them."""
