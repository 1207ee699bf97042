"""What a site refuses from others, what waits, and what is reported to those who answer for it."""
