"""How a site becomes a member: it is invited, asks with what it was given, and is answered."""
