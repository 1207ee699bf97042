"""From a post to an activity, and to the inboxes where it goes."""
