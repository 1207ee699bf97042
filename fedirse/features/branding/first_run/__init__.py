"""The first time somebody opens a site: its name, its look and its first administrator, on one page."""
