"""After an absence, and for a new member: the newest at once, then what its queue no longer holds, read from the members' outboxes."""
