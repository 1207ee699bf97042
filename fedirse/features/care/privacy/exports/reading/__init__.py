"""What an export reads of posts, a page at a time."""
