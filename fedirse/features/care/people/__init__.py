"""The people of a site, for who looks after them: inviting, roles, ways in, and the end of an account."""
