"""Answers from outside that wait, and what somebody decides about them."""
