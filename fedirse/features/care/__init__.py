"""The care of a site while it runs: its health, and the queue of what it has to send."""
