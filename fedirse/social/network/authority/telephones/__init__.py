"""The telephone numbers that members gave this head office."""
