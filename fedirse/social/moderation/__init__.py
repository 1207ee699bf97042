"""What a site refuses from others."""
