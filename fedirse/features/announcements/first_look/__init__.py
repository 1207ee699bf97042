"""Announcements that some sites see first: two announcements, of which the second takes the place of the first."""
