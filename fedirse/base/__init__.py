"""Ground that every package stands on; imports nothing else of fedirse."""
