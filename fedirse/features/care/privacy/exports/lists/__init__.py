"""What of an export is one list."""
