"""Likes and boosts: what people do with a post besides answering it."""
