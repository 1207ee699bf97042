"""Which passwords are no secret."""
