"""The fields of a composer in which a text is written in other languages."""
