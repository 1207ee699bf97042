"""Who of us hears that another server has sent a post."""
