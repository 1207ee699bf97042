"""What waits to be sent, by peer, and what an operator does about it."""
