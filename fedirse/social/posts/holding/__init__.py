"""Answers from outside that wait for approval."""
