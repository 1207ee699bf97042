"""Follows as people see them: who follows whom, the buttons, and the requests that wait for an answer."""
