"""The head office's side of joining: sites that ask, and what they are answered."""
