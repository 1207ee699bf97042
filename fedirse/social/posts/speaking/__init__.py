"""Saying something in the name of a partner channel: who may, and who did."""
