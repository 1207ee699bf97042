"""What every page is made of: negotiation, rendering, languages, answers to errors, headers. Knows no feature."""
