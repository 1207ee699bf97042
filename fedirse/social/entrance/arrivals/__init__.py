"""What links open, and how people ask for one."""
