"""Writing posts in the browser: the composer, what is kept of it, and publishing it once."""
