"""Passwords as people type them: checked, and hashed away from everything else."""
