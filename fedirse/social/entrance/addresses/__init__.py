"""E-mail addresses of accounts: noted, proven by a mail, and only then used."""
