"""The collection of statements, as members ask each other for it."""
