"""Lists of posts, newest first."""
