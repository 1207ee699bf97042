"""What a member is given that was away: the site's newest posts, and what it said since."""
