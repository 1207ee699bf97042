"""What a site is called and looks like, chosen in the browser; and the first time somebody opens it."""
