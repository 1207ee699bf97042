"""Polls: questions with answers to choose from, here and elsewhere."""
