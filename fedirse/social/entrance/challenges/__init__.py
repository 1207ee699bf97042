"""What a browser was asked and has not answered yet: once, for a few minutes, in that browser only."""
