"""What kind of file some bytes are."""
