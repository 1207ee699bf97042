"""The page on which a head office says what look it offers."""
