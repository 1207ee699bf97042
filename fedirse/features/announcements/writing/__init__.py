"""The page on which an announcement is written: a new one, a later version of one, or one that is planned."""
