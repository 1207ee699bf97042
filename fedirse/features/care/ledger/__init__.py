"""The egress ledger for people: which server was sent a post, when, as what, and what it answered."""
