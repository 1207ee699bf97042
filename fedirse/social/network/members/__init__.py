"""What each site of the network tells anybody about itself: its version, how many people it has, what time it is there."""
