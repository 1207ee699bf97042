"""The fields of a composer, in both directions."""
