"""The JSON-LD contexts that fedirse knows by heart, as tables of terms. Nothing here fetches: what is not written here is unknown."""
