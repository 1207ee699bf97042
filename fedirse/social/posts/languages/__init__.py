"""A post in several languages: the versions of it, and which of them somebody reads."""
