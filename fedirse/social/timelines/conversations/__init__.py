"""Direct messages, a conversation for each thread."""
