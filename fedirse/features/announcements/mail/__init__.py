"""Announcements by mail: that there is one, by a link that opens it; its words only where the head office and the site both allow it."""
