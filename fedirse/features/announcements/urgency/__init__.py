"""How many urgent announcements a head office sends: urgent is believed as long as it is rare."""
