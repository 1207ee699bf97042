"""The end of a membership: what a site that was removed, or left, erases and says of it, and what the head office keeps of that."""
