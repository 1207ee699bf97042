"""Days of people of the demo, played in Chromium: how many clicks each step takes them, beside what was promised.

Playwright, which drives the browser, is there for development only: it is imported where it is used, and no site needs it.
"""
