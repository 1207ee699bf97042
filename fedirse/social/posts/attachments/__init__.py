"""The files of posts written here."""
