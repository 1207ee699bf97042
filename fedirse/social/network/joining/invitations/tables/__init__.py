"""Many invitations from one table."""
