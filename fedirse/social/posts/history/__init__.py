"""What posts said before they were edited."""
