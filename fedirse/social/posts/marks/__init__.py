"""What this site can vouch for about who wrote a post."""
